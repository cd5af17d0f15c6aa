import type { LoggedRequest } from "./enforcingServer";
import { isAllowed, statementsOf } from "./policyEvaluator";
import { matchesPattern, record, type RequestContext, strings } from "./policyMatching";
import { type RegisteredRole, rightsOf } from "./registered";
import { BUCKET } from "./world";

/**
 * Requests about which moto and the evaluator are not of one mind, each once. moto knows no conditions: so this also says
 * that every list that a program made and moto let through has a prefix that its role may list.
 */
export function disagreements(
  requests: readonly LoggedRequest[],
  roles: ReadonlyMap<string, RegisteredRole>,
): readonly string[] {
  const found = requests.filter((request) => request.allowed !== verdict(request, roles));
  const lines = found.map(({ role, action, resource, prefix, allowed }) =>
    [role, action, resource, prefix ?? "no prefix", allowed ? "allowed" : "denied"].join(" "),
  );
  return [...new Set(lines)].sort();
}

function verdict(
  { role: name, action, resource, prefix }: LoggedRequest,
  roles: ReadonlyMap<string, RegisteredRole>,
): boolean {
  const role = roles.get(name);
  if (role === undefined) throw new Error(`no role ${name}`);
  // IAM has no right of that name.
  const asked = action === "s3:HeadBucket" ? "s3:ListBucket" : action;
  const context: RequestContext = prefix === null ? {} : { "s3:prefix": prefix };
  return isAllowed(rightsOf(role), { action: asked, resource, context });
}

/** Rights in the bucket that a role has and no allowed request of it has used: action and key, or prefix of a list. */
export function unusedRights(
  requests: readonly LoggedRequest[],
  role: RegisteredRole,
): readonly string[] {
  const used = requests.filter((request) => request.allowed && request.role === role.name);
  const rights = rightsOf(role).flatMap(statementsOf).flatMap(bucketRights);
  const isUsed = ([action, pattern]: readonly [string, string]) =>
    used.some(
      (request) =>
        request.action === action &&
        matchesPattern(pattern, request.prefix ?? request.resource.slice(OBJECTS.length)),
    );
  const unused = rights.filter((right) => !isUsed(right));
  return unused.map(([action, key]) => `${action} ${key}`.trim()).sort();
}

const OBJECTS = `arn:aws:s3:::${BUCKET}/`;

/** Each action on each key of the bucket; the bucket itself has no key. */
function bucketRights(
  statement: Readonly<Record<string, unknown>>,
): readonly (readonly [string, string])[] {
  const actions = strings(statement["Action"]).filter((action) => action.startsWith("s3:"));
  const prefixes = record(record(statement["Condition"] ?? {})["StringLike"] ?? {})["s3:prefix"];
  const keys = strings(prefixes ?? statement["Resource"]).map((key) =>
    key.replace(/^arn:aws:s3:::[^/]*\/?/, ""),
  );
  return actions.flatMap((action) => keys.map((key) => [action, key] as const));
}
