import { z } from "zod";
import { advice } from "./advice";
import { cronSchedule, NEVER } from "./cronFormat";
import {
  cpuQuantity,
  gcpRole,
  memoryMiB,
  policyArn,
  roleArn,
  serviceAccountEmail,
} from "./deploymentFormats";
import { jobName, repositoryFolder } from "./repositoryFormats";

/** What a location gets when neither its entry nor `defaults` says otherwise. */
export const DEFAULTS = {
  provider: "github",
  defaultBranch: "main",
  directory: ".",
  resources: { cpu: "250m", memoryMiB: 512 },
  branches: { enabled: true, ttlDays: 7, keepLabel: "keep", schedules: false },
  dbtTarget: "prod",
} as const;

/** A list in which nothing stands twice. */
export function uniqueList<T extends z.ZodType<string>>(item: T, what: string) {
  const list = z.array(item).superRefine((values, context) => {
    values.forEach((value, index) => {
      if (values.indexOf(value) === index) return;
      const message = advice(`is twice in the list of ${what}`, "remove one of the two");
      context.addIssue({ code: "custom", message, path: [index] });
    });
  });
  return list.meta({ uniqueItems: true });
}

/** Request and limit of a container. */
export const resources = z.strictObject({
  cpu: cpuQuantity.optional().meta({
    description: "CPU: millicores or cores.",
    default: DEFAULTS.resources.cpu,
    examples: ["250m", "0.5", 2],
  }),
  memoryMiB: memoryMiB.optional().meta({
    description: "Memory in MiB, 64 to 1048576.",
    default: DEFAULTS.resources.memoryMiB,
    examples: [512],
  }),
});

/** The same of run pods; what is not given is as in `resources`. */
export const runResources = z.strictObject({
  cpu: cpuQuantity.optional().meta({
    description: "CPU: millicores or cores. Default: as `resources.cpu`.",
    examples: ["2"],
  }),
  memoryMiB: memoryMiB.optional().meta({
    description: "Memory in MiB, 64 to 1048576. Default: as `resources.memoryMiB`.",
    examples: [4096],
  }),
});

/** Rights in the cloud. */
export const access = z.strictObject({
  aws: uniqueList(policyArn, "policies")
    .optional()
    .meta({
      description: "ARNs of IAM policies for the location's role.",
      default: [],
      examples: [["arn:aws:iam::123456789012:policy/crm-read"]],
    }),
  gcp: uniqueList(gcpRole, "roles")
    .optional()
    .meta({
      description: "IAM roles of Google Cloud for the location's service account.",
      default: [],
      examples: [["roles/bigquery.dataViewer"]],
    }),
  awsRole: roleArn.optional().meta({
    description:
      "ARN of an existing IAM role for the location's pods, instead of one that is made; its rights are yours to give.",
    examples: ["arn:aws:iam::123456789012:role/crm"],
  }),
  gcpServiceAccount: serviceAccountEmail.optional().meta({
    description:
      "Existing service account of Google Cloud for the location's pods, instead of one that is made.",
    examples: ["crm-pipelines@acme-data.iam.gserviceaccount.com"],
  }),
});

/** A dbt project inside the location's folder. */
export const dbt = z.strictObject({
  project: repositoryFolder.optional().meta({
    description: "Folder of the dbt project, relative to the location's directory. Required.",
    examples: ["dbt"],
  }),
  target: z
    .string()
    .regex(/^[A-Za-z_][A-Za-z0-9_-]{0,62}$/, {
      error: () =>
        advice(
          "has to be the name of a dbt target (letters, digits, _ and -)",
          'write a target of profiles.yml, such as "prod"',
        ),
    })
    .optional()
    .meta({
      description:
        "Target of production in profiles.yml; its artifacts are what slim CI compares with.",
      default: DEFAULTS.dbtTarget,
      examples: ["prod"],
    }),
});

/** GitHub refuses longer label names; a comma separates labels in its API. */
const keepLabel = z.string().regex(/^[^,\s]([^,\r\n\t]{0,48}[^,\s])?$/, {
  error: () =>
    advice(
      "has to be the name of a label (1 to 50 characters, no comma)",
      'write the label as the repository has it, such as "keep"',
    ),
});

const ttlDays = z
  .int()
  .min(1, { error: () => advice("has to be 1 to 90 days", "write a number of days, such as 7") })
  .max(90, { error: () => advice("has to be 1 to 90 days", "write a number of days, such as 7") });

/** How pull requests of the location's repository are deployed. */
export const branches = z.strictObject({
  enabled: z
    .boolean()
    .optional()
    .meta({
      description: "Whether pull requests get a branch deployment; false undoes `defaults`.",
      default: DEFAULTS.branches.enabled,
      examples: [false],
    }),
  ttlDays: ttlDays.optional().meta({
    description: "Days after the last push until the branch deployment is removed, 1 to 90.",
    default: DEFAULTS.branches.ttlDays,
    examples: [7],
  }),
  keepLabel: keepLabel.optional().meta({
    description: "A pull request with this label is kept after its days are over.",
    default: DEFAULTS.branches.keepLabel,
    examples: ["keep"],
  }),
  onOpen: jobName.optional().meta({
    description: "Job that is launched once when the branch deployment is ready.",
    examples: ["clone_prod"],
  }),
  onClose: jobName.optional().meta({
    description: "Job that is launched before the branch deployment is removed.",
    examples: ["drop_prod_clone"],
  }),
  schedules: z
    .boolean()
    .optional()
    .meta({
      description: "Whether schedules and sensors run in branch deployments.",
      default: DEFAULTS.branches.schedules,
      examples: [true],
    }),
});

/** When state-backed components are refreshed without a push. */
export const refresh = z.strictObject({
  schedule: cronSchedule.optional().meta({
    description: `Cron schedule of the refresh, five fields in UTC; \`${NEVER}\` undoes \`defaults\`.`,
    examples: ["0 6 * * *"],
  }),
});
