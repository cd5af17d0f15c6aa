import { z } from "zod";
import { advice } from "./advice";

/** Longest DNS label, and so the longest Kubernetes label value and Service name (RFC 1123, 2.1). */
export const DNS_LABEL_LENGTH = 63;

/** Longest name of a Helm release (helm.sh/docs, chart best practices; checked by Helm itself). */
export const HELM_RELEASE_LENGTH = 53;

/**
 * Longest name of a location: 31 characters.
 *
 * A location's name is the name of its Helm release (up to 53), of its Service and its `deployment`
 * label (up to 63). The chart dagster-user-deployments makes one more name of it: the Deployment
 * is `<full name>-<deployment name>`. The full name has to differ between locations, because the
 * chart names the shared ConfigMap by it; as `fullnameOverride` it is the location's name too (the
 * chart's own, `<release>-dagster-user-deployments`, would leave 18), and the Deployment is
 * `<name>-<name>`. Kubernetes asks that a Deployment's name be a DNS label, because the host names
 * of its pods are cut from it: 31 + 1 + 31 = 63. The same 31 leave room for the namespace of a
 * branch deployment, `branch-<name>-<number>`.
 *
 * @see https://kubernetes.io/docs/concepts/workloads/controllers/deployment/#writing-a-deployment-spec
 */
export const LOCATION_NAME_LENGTH = Math.floor((DNS_LABEL_LENGTH - 1) / 2);

/** The Helm release of the system is `dagster`; its objects are `dagster-<role>`. */
const SYSTEM_NAMES = ["dagster", "postgres", "postgresql", "state-store", "minio", "kubernetes"];

/** Words that YAML 1.1 (PyYAML, which reads Dagster's workspace file) takes for true, false or null. */
const YAML_WORDS = ["y", "n", "yes", "no", "on", "off", "true", "false", "null"];

const LABEL = /^[a-z]([-a-z0-9]*[a-z0-9])?$/;
const NOT_SYSTEM = new RegExp(`^(?!(${SYSTEM_NAMES.join("|")}|dagster-.*)$)`);
const NOT_YAML_WORD = new RegExp(`^(?!(${YAML_WORDS.join("|")})$)`);

/** Name of a location: a DNS label that starts with a letter, as the name of a Service has to. */
export const locationName = z
  .string()
  .regex(LABEL, {
    error: ({ input = "" }) =>
      advice(
        "has to be a DNS label (lower-case letters, digits and -, from a letter to a letter or digit)",
        labelFix(input),
      ),
  })
  .max(LOCATION_NAME_LENGTH, {
    error: ({ input }) => advice(lengthRule(input?.length ?? 0), "shorten it"),
  })
  .regex(NOT_SYSTEM, {
    error: () =>
      advice("is a name of the platform's own objects in the namespace", "write another name"),
  })
  .regex(NOT_YAML_WORD, {
    error: () =>
      advice(
        "is read as true, false or null by YAML 1.1 programs such as Dagster",
        "write another name",
      ),
  });

function labelFix(name: string): string {
  const label = name
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, "-")
    .replace(/^[^a-z]+|-+$/g, "");
  return LABEL.test(label) ? `write ${JSON.stringify(label)}` : 'write a name such as "finance"';
}

function lengthRule(length: number): string {
  if (length > DNS_LABEL_LENGTH) {
    return `has ${length} characters, a DNS label has up to ${DNS_LABEL_LENGTH} (RFC 1123) and a location up to ${LOCATION_NAME_LENGTH}`;
  }
  if (length > HELM_RELEASE_LENGTH) {
    return `has ${length} characters, a Helm release name has up to ${HELM_RELEASE_LENGTH} and a location up to ${LOCATION_NAME_LENGTH}`;
  }
  return `has ${length} characters, a location has up to ${LOCATION_NAME_LENGTH} (the chart's Deployment <name>-<name> has to fit the ${DNS_LABEL_LENGTH} of a Kubernetes label)`;
}
