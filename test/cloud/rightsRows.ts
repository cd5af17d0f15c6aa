/** Requests to the state store of `prod`, and the full set of all registered roles that may make them. */
import type { AccessRequest } from "./policyEvaluator";
import { BUCKET, KEY_ARN } from "./world";

/** Title, request, names of all roles that may make it. */
export type RightsRow = readonly [string, AccessRequest, readonly string[]];

const role = (name: string) => `dagster-prod-${name}`;

export const LOCATIONS = ["crm", "crm-eu", "crm-jobs", "ledger"];

export const CI = role("crm-ci");
export const PULL = role("crm-pull-request");
export const RUNTIME = role("crm-runtime");
export const SYSTEM = role("-system");
export const DEPLOY = role("-deploy");
export const PREVIEW = role("-preview");

const EU_CI = role("crm-eu-ci");
const EU_PULL = role("crm-eu-pull-request");
const EU_RUNTIME = role("crm-eu-runtime");

export const ALL_CI = LOCATIONS.map((name) => role(`${name}-ci`));
export const ALL_PULL = LOCATIONS.map((name) => role(`${name}-pull-request`));
export const ALL_RUNTIME = LOCATIONS.map((name) => role(`${name}-runtime`));
export const PLATFORM = [DEPLOY, PREVIEW];
export const ALL = [...ALL_CI, ...ALL_PULL, ...ALL_RUNTIME, SYSTEM, ...PLATFORM];
export const NOBODY: readonly string[] = [];

const ARN = `arn:aws:s3:::${BUCKET}`;

export function object(action: string, key: string): AccessRequest {
  return { action: `s3:${action}`, resource: `${ARN}/${key}` };
}

export function bucket(action: string, arn = ARN): AccessRequest {
  return { action: `s3:${action}`, resource: arn };
}

/** @param prefix - undefined: the request has none */
export function list(prefix?: string, arn = ARN): AccessRequest {
  const request = { action: "s3:ListBucket", resource: arn };
  return prefix === undefined ? request : { ...request, context: { "s3:prefix": prefix } };
}

const get = (key: string, roles: readonly string[]): RightsRow => [
  `get ${key}`,
  object("GetObject", key),
  roles,
];

/** Putting, and giving up an upload in parts. */
const put = (key: string, roles: readonly string[]): readonly RightsRow[] => [
  [`put ${key}`, object("PutObject", key), roles],
  [`abort ${key}`, object("AbortMultipartUpload", key), roles],
];

export const OBJECT_ROWS: readonly RightsRow[] = [
  get("defs-state/crm/key/v1", [CI, RUNTIME]),
  ...put("defs-state/crm/key/v1", [CI]),
  get("defs-state/crm-eu/key/v1", [EU_CI, EU_RUNTIME]),
  ...put("defs-state/crm-eu/key/v1", [EU_CI]),
  get("defs-state/crm", NOBODY),
  ...put("defs-state/crm", NOBODY),
  ...put("defs-state/cr/key/v1", NOBODY),
  ...put("Defs-State/crm/key/v1", NOBODY),
  get("releases/crm.json", [CI, ...PLATFORM]),
  ...put("releases/crm.json", [CI]),
  get("releases/crm-eu.json", [EU_CI, ...PLATFORM]),
  ...put("releases/crm-eu.json", [EU_CI]),
  get("releases/crm.json.bak", PLATFORM),
  ...put("releases/crm.json.bak", NOBODY),
  ...put("releases/crmxjson", NOBODY),
  ...put("releases/crm.json/x", NOBODY),
  ...put("releases/", NOBODY),
  get("deployments/crm.json", [CI, DEPLOY]),
  ...put("deployments/crm.json", [DEPLOY]),
  get("deployments/crm-eu.json", [EU_CI, DEPLOY]),
  ...put("deployments/crm-eu.json", [DEPLOY]),
  get("deployments/crm.json.bak", [DEPLOY]),
  get("deployments/_update.json", [DEPLOY]),
  ...put("deployments/_update.json", [DEPLOY]),
  ...put("deployments", NOBODY),
  ...put("deploymentsx/crm.json", NOBODY),
  get("dbt/crm/prod/latest.json", [CI, PULL]),
  ...put("dbt/crm/prod/latest.json", [CI]),
  ...put("dbt/crm/prod/history/1/manifest.json", [CI]),
  get("dbt/crm-eu/prod/latest.json", [EU_CI, EU_PULL]),
  get("snapshots/crm/1.json", [CI, PULL]),
  ...put("snapshots/crm/1.json", [CI]),
  get("branches/crm/12/defs-state/crm/key/v1", [PULL]),
  ...put("branches/crm/12/defs-state/crm/key/v1", [PULL]),
  get("branches/crm/12.json", [PULL]),
  ...put("branches/crm/12.json", [PULL]),
  ...put("branches/crm-eu/12.json", [EU_PULL]),
  ...put("branches/crm.json", NOBODY),
  get("compute-logs/storage/run/step.out", [SYSTEM]),
  ...put("compute-logs/storage/run/step.out", ALL_RUNTIME),
  ...put("compute-logs", NOBODY),
  get("anything", NOBODY),
  ...put("anything", NOBODY),
  ["get an object of another bucket", bucket("GetObject", `${ARN}2/releases/crm.json`), NOBODY],
];

/** The last two see names, because the provider asks for the bucket itself. */
const listed = (prefix: string | undefined, roles: readonly string[]): RightsRow => [
  prefix === undefined ? "list without a prefix" : `list "${prefix}"`,
  list(prefix),
  [...roles, ...PLATFORM],
];

export const LIST_ROWS: readonly RightsRow[] = [
  listed(undefined, NOBODY),
  listed("", NOBODY),
  listed("/", NOBODY),
  listed("*", NOBODY),
  listed("defs-state", NOBODY),
  listed("defs-state/", NOBODY),
  listed("defs-state/crm", NOBODY),
  listed("defs-state/crm/", [CI, RUNTIME]),
  listed("defs-state/crm/key/", [CI, RUNTIME]),
  listed("defs-state/crm-eu/", [EU_CI, EU_RUNTIME]),
  listed("releases/", NOBODY),
  listed("releases/crm.json", NOBODY),
  listed("deployments/", NOBODY),
  listed("deployments/crm.json", NOBODY),
  listed("dbt/", NOBODY),
  listed("dbt/crm/", [CI, PULL]),
  listed("dbt/crm/prod/history/", [CI, PULL]),
  listed("snapshots/crm/", [CI, PULL]),
  listed("branches/", NOBODY),
  listed("branches/crm/", [PULL]),
  listed("branches/crm-eu/", [EU_PULL]),
  listed("compute-logs/", [SYSTEM]),
  ["list another bucket", list("releases/", `${ARN}2`), NOBODY],
  [
    "list the bucket of the other stack",
    list("x", "arn:aws:s3:::acme-dagster-lab"),
    ["dagster-lab--deploy", "dagster-lab--preview"],
  ],
  ["list all buckets", { action: "s3:ListAllMyBuckets", resource: "*" }, NOBODY],
  ["list versions", bucket("ListBucketVersions"), NOBODY],
  ["list uploads", bucket("ListBucketMultipartUploads"), NOBODY],
  ["find the bucket", bucket("GetBucketLocation"), ALL],
  ["find another bucket", bucket("GetBucketLocation", `${ARN}2`), NOBODY],
];

const KEYS = [
  ...["defs-state/crm/key/v1", "releases/crm.json", "dbt/crm/prod/latest.json"],
  ...["snapshots/crm/1.json", "branches/crm/12.json", "compute-logs/storage/run/step.out"],
  "deployments/crm.json",
];

/** Of objects that one or another role may write: what nobody may do with them. */
const OBJECT_ACTIONS = [
  ...["DeleteObject", "DeleteObjectVersion", "GetObjectVersion", "PutObjectAcl"],
  ...["PutObjectTagging", "PutObjectRetention", "PutObjectLegalHold", "BypassGovernanceRetention"],
  ...["ReplicateObject", "RestoreObject", "GetObjectAcl", "ObjectOwnerOverrideToBucketOwner"],
];

export const NEVER_ROWS: readonly RightsRow[] = OBJECT_ACTIONS.flatMap((action) =>
  KEYS.map((key): RightsRow => [`${action} ${key}`, object(action, key), NOBODY]),
);

const key = (action: string, context: AccessRequest["context"], arn = KEY_ARN): AccessRequest => ({
  action: `kms:${action}`,
  resource: arn,
  context: context ?? {},
});

const THROUGH_S3 = {
  "kms:ViaService": "s3.eu-central-1.amazonaws.com",
  "kms:EncryptionContext:aws:s3:arn": ARN,
};

const WRITERS = [...ALL_CI, ...ALL_PULL, ...ALL_RUNTIME, DEPLOY];

const through = (changes: Readonly<Record<string, string>>) => ({ ...THROUGH_S3, ...changes });

const [CONTEXT, VIA] = ["kms:EncryptionContext:aws:s3:arn", "kms:ViaService"];

export const KEY_ROWS: readonly RightsRow[] = [
  ["decrypt for the bucket", key("Decrypt", THROUGH_S3), ALL],
  ["decrypt for an object", key("Decrypt", through({ [CONTEXT]: `${ARN}/x` })), ALL],
  ["encrypt for the bucket", key("GenerateDataKey", THROUGH_S3), WRITERS],
  ["decrypt for another bucket", key("Decrypt", through({ [CONTEXT]: `${ARN}2` })), NOBODY],
  ["decrypt for another's object", key("Decrypt", through({ [CONTEXT]: `${ARN}2/x` })), NOBODY],
  [
    "decrypt through another region",
    key("Decrypt", through({ [VIA]: "s3.eu-west-1.amazonaws.com" })),
    NOBODY,
  ],
  [
    "decrypt through another service",
    key("Decrypt", through({ [VIA]: "ec2.eu-central-1.amazonaws.com" })),
    NOBODY,
  ],
  ["decrypt by itself", key("Decrypt", {}), NOBODY],
  ["decrypt by itself, for the bucket", key("Decrypt", { [CONTEXT]: ARN }), NOBODY],
  ["decrypt with another key", key("Decrypt", THROUGH_S3, KEY_ARN.replace("1111", "2222")), NOBODY],
  ["make a grant", key("CreateGrant", THROUGH_S3), NOBODY],
  ["change the key's policy", key("PutKeyPolicy", {}), NOBODY],
  ["delete the key", key("ScheduleKeyDeletion", {}), NOBODY],
];
