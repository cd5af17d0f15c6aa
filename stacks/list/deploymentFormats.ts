import { z } from "zod";
import { advice } from "./advice";

/** `host:port/path/name`, then a tag, a digest or both (distribution reference grammar). */
const IMAGE_NAME = String.raw`[a-z0-9][a-z0-9.-]*(:[0-9]{1,5}(?=\/))?(\/[a-z0-9]+([._-]+[a-z0-9]+)*)*`;
const TAG = String.raw`:(?!latest(@|$))[A-Za-z0-9_][A-Za-z0-9_.-]{0,127}`;
const DIGEST = "@sha256:[0-9a-f]{64}";
const IMAGE = new RegExp(`^${IMAGE_NAME}(${TAG}|(${TAG})?${DIGEST})$`);

/** An exact image: with a tag that is not `latest`, or with a digest. */
export const exactImage = z.string().regex(IMAGE, {
  error: ({ input = "" }) => imageAdvice(input),
});

function imageAdvice(given: string): string {
  const fix =
    'write a tag or a digest, such as "ghcr.io/acme/crm:1.4.0" or "...@sha256:<64 digits>"';
  if (/:latest(@|$)/.test(given)) return advice("has to be an exact image, never latest", fix);
  if (!/[:@][^/]*$/.test(given)) return advice("has to be an exact image, with a tag", fix);
  return advice("has to be an exact image, repository:tag or repository@sha256:digest", fix);
}

/** Name of a Kubernetes Secret: a DNS subdomain (RFC 1123) of up to 253 characters. */
export const secretName = z
  .string()
  .regex(/^(?=.{1,253}$)[a-z0-9]([-a-z0-9]*[a-z0-9])?(\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*$/, {
    error: () =>
      advice(
        "has to be the name of a Kubernetes Secret (DNS subdomain: lower-case letters, digits, - and ., up to 253)",
        'write the name as `kubectl get secrets` shows it, such as "crm-warehouse"',
      ),
  });

/** Set by the platform or the chart; prefixes end in `_`. */
const RESERVED_ENV = [
  "DAGSTER_HOME",
  "DAGSTER_PG_PASSWORD",
  "DAGSTER_CURRENT_IMAGE",
  "DAGSTER_DEFS_STATE_INFO_OVERRIDE_PATH",
  "DAGSTER_CLI_API_GRPC_CONTAINER_CONTEXT",
  "DAGSTER_CONTAINER_CONTEXT",
  "DAGSTER_IS_DEV_CLI",
];
const RESERVED_ENV_PREFIXES = ["DAGSTER_CLOUD_", "FSSPEC_DIR_"];

const NOT_RESERVED = new RegExp(
  `^(?!(${RESERVED_ENV.join("|")})$|${RESERVED_ENV_PREFIXES.join("|")})`,
);

/** Name of an environment variable that the platform does not set itself. */
export const envName = z
  .string()
  .regex(/^[A-Za-z_][A-Za-z0-9_]*$/, {
    error: () =>
      advice(
        "has to be the name of an environment variable (letters, digits and _, no digit first)",
        'write it like "WAREHOUSE_SCHEMA"',
      ),
  })
  .regex(NOT_RESERVED, {
    error: () => advice("is set by the platform", "remove it, or give the variable another name"),
  });

/** Value of an environment variable. A NUL would end it early. */
export const envValue = z.string().refine((value) => !value.includes("\0"), {
  error: () => advice("may not hold a NUL character", "remove the \\0"),
});

// zod shows the error of one member of the union if it alone has the right type, so all have this.
const cpuAdvice = {
  error: () =>
    advice(
      "has to be an amount of CPU (Kubernetes quantity: millicores or cores, below 1000 cores)",
      "write it like 250m (a quarter of a core), 0.5 or 2",
    ),
};

const CPU = /^(?!0*\.?0*m?$)([0-9]{1,6}m|[0-9]{1,3}(\.[0-9]{1,3})?)$/;

/** Cores or millicores, down to one millicore as in Kubernetes; a plain number of cores is taken too. */
export const cpuQuantity = z.union(
  [
    z.string().regex(CPU, cpuAdvice),
    z
      .number()
      .min(0.001, cpuAdvice)
      .max(999.999, cpuAdvice)
      .refine((cores) => CPU.test(String(cores)), cpuAdvice),
  ],
  cpuAdvice,
);

/** Largest memory that can be asked for: 1 TiB. A larger figure was meant in bytes or KiB. */
const MAX_MEMORY_MIB = 1024 * 1024;

/** A Python process that imports Dagster does not start in less than 64 MiB. */
export const memoryMiB = z
  .int()
  .min(64, { error: () => advice("has to be at least 64 (MiB)", "write it in MiB, such as 512") })
  .max(MAX_MEMORY_MIB, {
    error: () =>
      advice(`has to be at most ${MAX_MEMORY_MIB} (MiB)`, "write it in MiB, such as 512"),
  });

/** An AWS managed policy, the customer's or AWS' own, in any partition. */
export const policyArn = z
  .string()
  .regex(/^arn:aws[a-z-]*:iam::(aws|[0-9]{12}):policy\/[A-Za-z0-9+=,.@_/-]{1,512}$/, {
    error: () =>
      advice(
        "has to be the ARN of an IAM policy",
        'write it like "arn:aws:iam::123456789012:policy/crm-read"',
      ),
  });

/** A predefined role of Google Cloud, or one of a project or an organization. */
export const gcpRole = z
  .string()
  .regex(
    /^((projects\/[a-z][a-z0-9-]{4,28}[a-z0-9]|organizations\/[0-9]+)\/)?roles\/[A-Za-z0-9_.]+$/,
    {
      error: () =>
        advice(
          "has to be an IAM role of Google Cloud",
          'write it like "roles/bigquery.dataViewer" or "projects/acme/roles/crmReader"',
        ),
    },
  );

/** An IAM role, in any partition; its path is part of it. */
export const roleArn = z
  .string()
  .regex(/^arn:aws[a-z-]*:iam::[0-9]{12}:role\/[A-Za-z0-9+=,.@_/-]{1,512}$/, {
    error: () =>
      advice(
        "has to be the ARN of an IAM role",
        'write it like "arn:aws:iam::123456789012:role/crm"',
      ),
  });

/** A service account of Google Cloud, by its address. */
export const serviceAccountEmail = z
  .string()
  .regex(/^[a-z][a-z0-9-]{4,28}[a-z0-9]@[a-z][a-z0-9-]{4,28}[a-z0-9]\.iam\.gserviceaccount\.com$/, {
    error: () =>
      advice(
        "has to be the address of a service account",
        'write it like "crm-pipelines@acme-data.iam.gserviceaccount.com"',
      ),
  });
