import { ROLE_LABEL, ROLLOUT_ROLE } from "../kubernetes/podLabels";
import { canonicalJson } from "./canonicalJson";
import { RESTRICTED_CONTAINER, restrictedPod } from "./podSecurity";
import { resourceRequirements } from "./resources";
import type { RolloutPlan } from "./rolloutPlan";

/** Labels of the Job's pods: the webserver's network policy lets them in. */
const LABELS = { [ROLE_LABEL]: ROLLOUT_ROLE };

/** Keys of the ConfigMap: the script to start, and what it is to wait for. */
const SCRIPT_FILE = "main.py";
const PLAN_FILE = "plan.json";

/** What the Job may do in its namespace; it reads no Secret and changes nothing but annotations of pods. */
export const ROLLOUT_RULES = [
  { apiGroups: [""], resources: ["pods"], verbs: ["list", "patch"] },
  { apiGroups: [""], resources: ["pods/log"], verbs: ["get"] },
  { apiGroups: [""], resources: ["events"], verbs: ["list"] },
  { apiGroups: ["apps"], resources: ["deployments"], verbs: ["list"] },
];

/** Role, binding and ServiceAccount of the Job. */
export const ROLLOUT_ACCOUNT = "dagster-rollout";

const FOLDER = "/rollout";
/** For the image's pull and the script's report, beside the plan's own time. */
const MARGIN_SECONDS = 120;

const RESOURCES = { cpu: "50m", memoryMiB: 128 } as const;

interface RolloutInput {
  readonly plan: RolloutPlan;
  readonly script: Readonly<Record<string, string>>;
}

/** The ConfigMap's content. */
export function rolloutFiles(input: RolloutInput): Readonly<Record<string, string>> {
  return { ...input.script, [PLAN_FILE]: canonicalJson(input.plan) };
}

/** What a Job is made of. */
export interface RolloutJobInput<Text> extends RolloutInput {
  /** ConfigMap with the files. */
  readonly config: Text;
  readonly namespace: Text;
  /** ServiceAccount. */
  readonly account: Text;
  readonly image: string;
}

/**
 * The Job of a rollout.
 *
 * `replaceUnready`: a Job that failed is made anew by the next update, also when nothing else has changed. It has no
 * time to live: a Job that is gone would be made again by an update with refresh.
 */
export function rolloutJob<Text>(input: RolloutJobInput<Text>) {
  const { config, namespace, plan } = input;
  const seconds = plan.timeoutSeconds + MARGIN_SECONDS;
  return {
    metadata: {
      ...{ namespace, labels: LABELS },
      annotations: {
        "pulumi.com/replaceUnready": "true",
        "pulumi.com/timeoutSeconds": String(seconds + MARGIN_SECONDS),
      },
    },
    spec: {
      backoffLimit: 0,
      activeDeadlineSeconds: seconds,
      template: {
        metadata: { labels: LABELS },
        spec: {
          restartPolicy: "Never",
          serviceAccountName: input.account,
          automountServiceAccountToken: true,
          enableServiceLinks: false,
          securityContext: restrictedPod(),
          containers: [rolloutContainer(input.image)],
          volumes: [{ name: "rollout", configMap: { name: config } }],
        },
      },
    },
  };
}

function rolloutContainer(image: string) {
  return {
    name: "rollout",
    image,
    command: ["python3", "-u", `${FOLDER}/${SCRIPT_FILE}`, `${FOLDER}/${PLAN_FILE}`],
    env: [{ name: "PYTHONDONTWRITEBYTECODE", value: "1" }],
    resources: resourceRequirements(RESOURCES),
    securityContext: { ...RESTRICTED_CONTAINER, readOnlyRootFilesystem: true },
    volumeMounts: [{ name: "rollout", mountPath: FOLDER, readOnly: true }],
  };
}
