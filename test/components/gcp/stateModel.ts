import { STATE_PERMISSIONS, type StateRole } from "../../../components/gcp/statePermissions";
import type { Mocked } from "../mocked";
import { BUCKET, type Identity, memberOf, ROLES } from "./program";
import { evaluated } from "./tokenExchange";

/** What is done with an object, a prefix, or the bucket. */
export type Operation = "get" | "list" | "create" | "overwrite" | "delete" | "find";

/** @see https://docs.cloud.google.com/storage/docs/access-control/iam-json */
const NEEDED: Readonly<Record<Operation, readonly string[]>> = {
  get: ["storage.objects.get"],
  list: ["storage.objects.list"],
  create: ["storage.objects.create"],
  overwrite: ["storage.objects.create", "storage.objects.delete"],
  delete: ["storage.objects.delete"],
  find: ["storage.buckets.get"],
};

/** Whether the registered grants let an identity do that. A grant on a managed folder is for all below it. */
export function may(
  made: Mocked<unknown>,
  identity: Identity,
  operation: Operation,
  path: string,
): boolean {
  const granted = grantsOf(made, identity)
    .filter((grant) => reaches(grant, operation, path))
    .flatMap(({ permissions }) => permissions);
  return NEEDED[operation].every((permission) => granted.includes(permission));
}

interface Grant {
  readonly permissions: readonly string[];
  /** Of a managed folder; undefined: of the bucket. */
  readonly folder: string | undefined;
  readonly condition: string | undefined;
}

/** By the member, wherever it is registered. */
function grantsOf(made: Mocked<unknown>, identity: Identity): readonly Grant[] {
  const member = memberOf(made, identity);
  return made.resources
    .filter(({ inputs }) => inputs["member"] === member)
    .filter(({ type }) => /^gcp:(storage|projects)\//.test(type))
    .map(({ type, inputs }) => {
      // A grant in the project reaches everything in it, but for its condition.
      if (type.startsWith("gcp:storage/")) expect(inputs["bucket"]).toBe(BUCKET);
      const condition = inputs["condition"] as { readonly expression: string } | undefined;
      return {
        permissions: permissionsOf(String(inputs["role"])),
        folder: inputs["managedFolder"] as string | undefined,
        condition: condition?.expression,
      };
    });
}

/** Of the stack's own roles for state; those of the platform's CI have no right to objects. */
function permissionsOf(role: string): readonly string[] {
  const known = Object.entries(ROLES).find(([, name]) => name === role);
  return known === undefined ? [] : STATE_PERMISSIONS[known[0] as StateRole];
}

function reaches({ folder, condition }: Grant, operation: Operation, path: string): boolean {
  if (folder !== undefined) return operation !== "find" && path.startsWith(folder);
  if (condition === undefined) return true;
  const bucket = `projects/_/buckets/${BUCKET}`;
  const isBucket = operation === "list" || operation === "find";
  const resource = new Map([
    ["type", `storage.googleapis.com/${isBucket ? "Bucket" : "Object"}`],
    ["name", isBucket ? bucket : `${bucket}/objects/${path}`],
    ["service", "storage.googleapis.com"],
  ]);
  return evaluated(condition, { resource }) === true;
}
