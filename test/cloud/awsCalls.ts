/** Calls to AWS' API, as boto makes them, and how they have to end for each role. */
import {
  CI,
  DEPLOY,
  OBJECT_ROWS,
  PREVIEW,
  PULL,
  RUNTIME,
  type RightsRow,
  SYSTEM,
} from "./rightsRows";
import { BUCKET } from "./world";

export interface AwsCall {
  readonly service: "s3" | "iam" | "sts" | "ecr" | "kms" | "secretsmanager";
  /** In boto's spelling. */
  readonly operation: string;
  readonly parameters: Readonly<Record<string, unknown>>;
}

/** Role, title, call, and the code that it ends with; `ok` when it is done. */
export type CallRow = readonly [string, string, AwsCall, string];

export const ROLES = [
  ...[CI, PULL, RUNTIME, SYSTEM, DEPLOY, PREVIEW],
  ...["ci", "pull-request", "runtime"].map((kind) => `dagster-prod-crm-eu-${kind}`),
];

/** A role of somebody else in the same account. */
export const ADMIN = {
  name: "admin",
  path: "/",
  trust: JSON.stringify({
    Version: "2012-10-17",
    Statement: [
      {
        Effect: "Allow",
        Principal: { AWS: "arn:aws:iam::123456789012:root" },
        Action: "sts:AssumeRole",
      },
    ],
  }),
  policies: {},
  attached: [],
  permissionsBoundary: undefined,
} as const;

const ACCOUNT = "123456789012";

const s3 = (operation: string, parameters: AwsCall["parameters"] = {}): AwsCall => ({
  service: "s3",
  operation,
  parameters: { Bucket: BUCKET, ...parameters },
});

/** Of the bucket, these are there before anybody's rights count. */
export const KEYS = [...new Set(OBJECT_ROWS.flatMap(([, { resource }]) => keyOf(resource) ?? []))];

/** Undefined for an object of another bucket. */
function keyOf(resource = ""): string | undefined {
  const prefix = `arn:aws:s3:::${BUCKET}/`;
  return resource.startsWith(prefix) ? resource.slice(prefix.length) : undefined;
}

/** How boto calls an action on an object, and what it ends with when it is allowed. */
const OBJECT_CALLS: Readonly<Record<string, readonly [string, AwsCall["parameters"], string]>> = {
  "s3:GetObject": ["get_object", {}, "ok"],
  "s3:PutObject": ["put_object", { Body: "new" }, "ok"],
  "s3:AbortMultipartUpload": ["abort_multipart_upload", { UploadId: "none" }, "NoSuchUpload"],
};

/** The table of rights, once more: what the evaluator says of it, the server has to say, too. */
function objectCalls([title, { action, resource }, allowed]: RightsRow): readonly CallRow[] {
  const Key = keyOf(resource);
  const call = OBJECT_CALLS[action];
  if (Key === undefined || call === undefined) return [];
  const [operation, parameters, ending] = call;
  return ROLES.map((role) => [
    role,
    title,
    s3(operation, { Key, ...parameters }),
    allowed.includes(role) ? ending : "AccessDenied",
  ]);
}

const KEY = "releases/crm.json";

const TAGS = { TagSet: [{ Key: "a", Value: "b" }] };

const OWNED = { RoleName: DEPLOY };

const account = (
  service: AwsCall["service"],
  operation: string,
  parameters: AwsCall["parameters"] = {},
): AwsCall => ({ service, operation, parameters });

const POLICY = { PolicyName: "all", PolicyDocument: ADMIN.trust };

const arnOf = (role: string, path = "/dagster-platform/prod/") =>
  `arn:aws:iam::${ACCOUNT}:role${path}${role}`;

/** What no role may call. */
const FORBIDDEN: readonly (readonly [string, AwsCall])[] = [
  ["delete an object", s3("delete_object", { Key: KEY })],
  ["delete an object's version", s3("delete_object", { Key: KEY, VersionId: "1" })],
  ["delete many objects", s3("delete_objects", { Delete: { Objects: [{ Key: KEY }] } })],
  ["get an old version", s3("get_object", { Key: KEY, VersionId: "1" })],
  ["see versions", s3("list_object_versions")],
  ["see uploads", s3("list_multipart_uploads")],
  ["open an object", s3("put_object_acl", { Key: KEY, ACL: "public-read" })],
  ["tag an object", s3("put_object_tagging", { Key: KEY, Tagging: TAGS })],
  ["change the bucket's policy", s3("put_bucket_policy", { Policy: "{}" })],
  ["delete the bucket's policy", s3("delete_bucket_policy")],
  ["delete the bucket", s3("delete_bucket")],
  ["open the bucket", s3("put_bucket_acl", { ACL: "public-read" })],
  [
    "end versions",
    s3("put_bucket_versioning", { VersioningConfiguration: { Status: "Suspended" } }),
  ],
  [
    "make a bucket",
    s3("create_bucket", {
      Bucket: "new",
      CreateBucketConfiguration: { LocationConstraint: "eu-central-1" },
    }),
  ],
  ["see all buckets", account("s3", "list_buckets")],
  ["make a user", account("iam", "create_user", { UserName: "mallory" })],
  ["make an access key", account("iam", "create_access_key", { UserName: "mallory" })],
  ["see all roles", account("iam", "list_roles")],
  ["give the deploying role rights", account("iam", "put_role_policy", { ...OWNED, ...POLICY })],
  [
    "let others take the deploying role",
    account("iam", "update_assume_role_policy", { ...OWNED, PolicyDocument: ADMIN.trust }),
  ],
  [
    "attach a policy to the deploying role",
    account("iam", "attach_role_policy", {
      ...OWNED,
      PolicyArn: "arn:aws:iam::aws:policy/AdministratorAccess",
    }),
  ],
  ["delete the deploying role", account("iam", "delete_role", OWNED)],
  [
    "give the previewing role rights",
    account("iam", "put_role_policy", { RoleName: PREVIEW, ...POLICY }),
  ],
  [
    "give a role outside the path rights",
    account("iam", "put_role_policy", { RoleName: "admin", ...POLICY }),
  ],
  [
    "let others take a role outside the path",
    account("iam", "update_assume_role_policy", { RoleName: "admin", PolicyDocument: ADMIN.trust }),
  ],
  ["delete a role outside the path", account("iam", "delete_role", { RoleName: "admin" })],
  [
    "take a location's role",
    account("sts", "assume_role", { RoleArn: arnOf(RUNTIME), RoleSessionName: "session" }),
  ],
  [
    "take the deploying role",
    account("sts", "assume_role", { RoleArn: arnOf(DEPLOY), RoleSessionName: "session" }),
  ],
  [
    "take a role outside the path",
    account("sts", "assume_role", { RoleArn: arnOf("admin", "/"), RoleSessionName: "session" }),
  ],
  ["make a public registry", account("ecr", "put_registry_policy", { policyText: "{}" })],
  ["see all images", account("ecr", "describe_repositories")],
  ["see all keys", account("kms", "list_keys")],
  ["make a key", account("kms", "create_key")],
  ["see all secrets", account("secretsmanager", "list_secrets")],
];

export const FORBIDDEN_ROWS: readonly CallRow[] = ROLES.flatMap((role) =>
  FORBIDDEN.map(([title, call]): CallRow => [role, title, call, "AccessDenied"]),
);

export const OBJECT_CALL_ROWS: readonly CallRow[] = OBJECT_ROWS.flatMap(objectCalls);
