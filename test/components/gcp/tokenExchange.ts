import { type CelInput, isCelError, run } from "@bufbuild/cel";

import { SUBJECT_BYTES } from "../../../components/gcp/ciSubject";
import { ciAudience, ciMember, ciPoolId } from "../../../components/gcp/gcpNames";
import type { Mocked, MockedResource } from "../mocked";
import { PROJECT } from "./program";

/** Claims of a token, as its JSON has them. */
export type Claims = Readonly<Record<string, unknown>>;

const ISSUERS = {
  github: "https://token.actions.githubusercontent.com",
  gitlab: "https://gitlab.com",
};

/**
 * What Google's token service answers: a principal, or undefined where it refuses. It evaluates what
 * the provider was registered with; an error is a refusal.
 * @see https://docs.cloud.google.com/iam/docs/workload-identity-federation
 */
export function exchange(
  { find }: Mocked<unknown>,
  provider: "github" | "gitlab",
  claims: Claims,
): string | undefined {
  const registered = find(`ci-${provider}`);
  if (!isMeant(registered, provider, claims)) return undefined;
  const assertion = new Map(Object.entries(claims)) as unknown as CelInput;
  const mapping = registered.inputs["attributeMapping"] as Readonly<Record<string, string>>;
  const subject = evaluated(mapping["google.subject"] ?? "", { assertion });
  if (typeof subject !== "string" || subject === "") return undefined;
  if (Buffer.byteLength(subject) > SUBJECT_BYTES) return undefined;
  const condition = String(registered.inputs["attributeCondition"]);
  if (evaluated(condition, { assertion }) !== true) return undefined;
  return ciMember(PROJECT.projectNumber, ciPoolId("prod"), subject);
}

/** By issuer and audience; without a list of audiences that is the provider's own. */
function isMeant(
  { inputs }: MockedResource,
  provider: "github" | "gitlab",
  { iss, aud }: Claims,
): boolean {
  const { issuerUri, allowedAudiences } = inputs["oidc"] as Claims;
  expect(allowedAudiences).toBeUndefined();
  expect(issuerUri).toBe(ISSUERS[provider]);
  return iss === issuerUri && aud === ciAudience(PROJECT.projectNumber, ciPoolId("prod"), provider);
}

/** Undefined: an error. */
export function evaluated(expression: string, values: Readonly<Record<string, CelInput>>): unknown {
  const result = run(expression, values);
  return isCelError(result) ? undefined : result;
}
