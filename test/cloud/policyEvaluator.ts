/**
 * IAM's decision about one request, from the documents alone: for what moto does not look at. Small, strict, and apart
 * from the builders: it reads documents as AWS gets them, and throws on anything that it does not know.
 * @see https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_evaluation-logic.html
 */
import {
  conditionsHold,
  matchesArn,
  matchesPattern,
  record,
  type RequestContext,
  strings,
} from "./policyMatching";

/** Who asks, in the words of `Principal`. */
export interface RequestPrincipal {
  readonly kind: "AWS" | "Federated" | "Service";
  readonly name: string;
}

/** One request, as IAM sees it. */
export interface AccessRequest {
  /** `s3:GetObject` */
  readonly action: string;
  /** ARN, or `*` for actions that have none; undefined for the trust of a role. */
  readonly resource?: string;
  /** Undefined: the documents are the identity's own. */
  readonly principal?: RequestPrincipal;
  /** @defaultValue none of the keys is there */
  readonly context?: RequestContext;
}

const STATEMENT_KEYS = ["Sid", "Effect", "Principal", "Action", "Resource", "Condition"];

const VERSION = "2012-10-17";

/** Whether the documents of one identity, bucket or role together allow a request. */
export function isAllowed(documents: readonly unknown[], request: AccessRequest): boolean {
  const effects = documents.flatMap(statementsOf).flatMap((statement) => {
    // Looked at before what it is about: a wrong statement shall not hide behind another action.
    const effect = effectOf(statement);
    return applies(statement, request) ? [effect] : [];
  });
  return effects.includes("Allow") && !effects.includes("Deny");
}

/** Whether one of the documents forbids a request, whatever else allows it. */
export function isForbidden(documents: readonly unknown[], request: AccessRequest): boolean {
  return documents
    .flatMap(statementsOf)
    .some((statement) => effectOf(statement) === "Deny" && applies(statement, request));
}

/** The statements of a document. */
export function statementsOf(document: unknown): readonly Readonly<Record<string, unknown>>[] {
  const { Version: version, Statement: statements, ...others } = record(document);
  if (version !== VERSION) throw new Error(`Version ${JSON.stringify(version)}`);
  if (Object.keys(others).length > 0) throw new Error(`unknown ${Object.keys(others).join()}`);
  return (Array.isArray(statements) ? (statements as unknown[]) : [statements]).map(record);
}

function effectOf(statement: Readonly<Record<string, unknown>>): "Allow" | "Deny" {
  const unknown = Object.keys(statement).filter((key) => !STATEMENT_KEYS.includes(key));
  if (unknown.length > 0) throw new Error(`unknown element ${unknown.join()}`);
  const { Effect: effect } = statement;
  if (effect !== "Allow" && effect !== "Deny") throw new Error(`Effect ${JSON.stringify(effect)}`);
  return effect;
}

function applies(statement: Readonly<Record<string, unknown>>, request: AccessRequest): boolean {
  return (
    strings(statement["Action"]).some((action) =>
      matchesPattern(action.toLowerCase(), request.action.toLowerCase()),
    ) &&
    resourceMatches(statement["Resource"], request.resource) &&
    principalMatches(statement["Principal"], request.principal) &&
    conditionsHold(statement["Condition"] ?? {}, request.context ?? {})
  );
}

/** Identities' and buckets' statements name resources, trust never does. */
function resourceMatches(wanted: unknown, given: string | undefined): boolean {
  if (wanted === undefined && given === undefined) return true;
  if (wanted === undefined || given === undefined)
    throw new Error(`Resource ${JSON.stringify(wanted)} for ${given ?? "a role's trust"}`);
  return strings(wanted).some((pattern) => pattern === "*" || matchesArn(pattern, given));
}

/** No wildcards but `*` alone: neither in ARNs nor in the names of services. */
function principalMatches(wanted: unknown, given: RequestPrincipal | undefined): boolean {
  if (wanted === undefined && given === undefined) return true;
  if (wanted === undefined || given === undefined)
    throw new Error("a Principal is in trust and bucket policies, and only there");
  if (wanted === "*") return true;
  const { [given.kind]: names } = record(wanted);
  if (names === undefined) return false;
  return strings(names).some((name) => (name === "*" ? given.kind === "AWS" : name === given.name));
}
