import { createHash } from "node:crypto";

import type { CiRepository } from "../identities/ciTokens";

/** Letters of a stack's name in names of Google Cloud, which are as short as 30. */
const STACK_LENGTH = 14;

/**
 * A stack in names: itself, if it has neither hyphens nor anything that names may not have, and else
 * with a hash. So stack `prod-eu` with location `crm` is not stack `prod` with location `eu-crm`.
 */
export function stackPart(stack: string): string {
  if (/^[a-z0-9]+$/.test(stack) && stack.length <= STACK_LENGTH) return stack;
  const readable = stack.toLowerCase().replaceAll(/[^a-z0-9]+/g, "-");
  return `${trimmed(readable.slice(0, 7))}-${hash(stack, 6)}`;
}

const ACCOUNT_ID_LENGTH = 30;

/**
 * Id of the service account of a location's pods: shortened, with a hash, where it is longer than 30.
 * @see https://docs.cloud.google.com/iam/docs/service-accounts-create
 */
export function serviceAccountId(stack: string, location: string): string {
  const id = `dagster-${stackPart(stack)}-${location}`;
  if (id.length <= ACCOUNT_ID_LENGTH) return id;
  return `${trimmed(id.slice(0, ACCOUNT_ID_LENGTH - 9))}-${hash(`${stack}/${location}`, 8)}`;
}

/** Of webserver and daemon. With two hyphens: no location's has that, as no name begins with one. */
export function systemServiceAccountId(stack: string): string {
  return `dagster-${stackPart(stack)}--system`;
}

export function serviceAccountEmail(project: string, id: string): string {
  return `${id}@${project}.iam.gserviceaccount.com`;
}

/** Its name, by which rights over it are given; the project is in its address. */
export function serviceAccountName(email: string): string {
  const project = /@([^.]+)\./.exec(email)?.[1] ?? "-";
  return `projects/${project}/serviceAccounts/${email}`;
}

/** For the Kubernetes ServiceAccount whose pods are that service account. */
export function serviceAccountAnnotations(email: string): Readonly<Record<string, string>> {
  return { "iam.gke.io/gcp-service-account": email };
}

/** Pods of one Kubernetes ServiceAccount, in every cluster of the project. */
export function podMember(project: string, namespace: string, serviceAccount: string): string {
  return `serviceAccount:${project}.svc.id.goog[${namespace}/${serviceAccount}]`;
}

/** Id of a custom role; the project's other stacks have others. */
export function customRoleId(stack: string, role: string): string {
  return `dagster_${stackPart(stack)}_${role}`.replaceAll("-", "_");
}

export function customRoleName(project: string, id: string): string {
  return `projects/${project}/roles/${id}`;
}

/** Id of the workload identity pool of a stack, 4 to 32 characters. */
export function ciPoolId(stack: string): string {
  return `dagster-${stackPart(stack)}`;
}

/** Google writes the project's number in these names, not its id. */
function ciPoolName(projectNumber: string, poolId: string): string {
  return `projects/${projectNumber}/locations/global/workloadIdentityPools/${poolId}`;
}

/** The provider of one CI system in the pool, as `google-github-actions/auth` wants it. */
export function ciProviderName(
  projectNumber: string,
  poolId: string,
  provider: CiRepository["provider"],
): string {
  return `${ciPoolName(projectNumber, poolId)}/providers/${provider}`;
}

/** Audience that a job has to ask for: the provider's own, which is all that it accepts. */
export function ciAudience(
  projectNumber: string,
  poolId: string,
  provider: CiRepository["provider"],
): string {
  return `https://iam.googleapis.com/${ciProviderName(projectNumber, poolId, provider)}`;
}

/** Exactly one subject of the pool. */
export function ciMember(projectNumber: string, poolId: string, subject: string): string {
  return `principal://iam.googleapis.com/${ciPoolName(projectNumber, poolId)}/subject/${subject}`;
}

/** Artifact Registry repository of a location's released images, up to 63 characters. */
export function imageRepositoryId(stack: string, location: string): string {
  return `dagster-${stackPart(stack)}-${location}`;
}

/** Artifact Registry repository of a location's images of pull requests. */
export function branchImageRepositoryId(stack: string, location: string): string {
  return `branches-${imageRepositoryId(stack, location)}`;
}

/** Its full name, by which it is looked up and taken over. */
export function imageRepositoryName(
  place: { readonly region: string; readonly project: string },
  repositoryId: string,
): string {
  return `projects/${place.project}/locations/${place.region}/repositories/${repositoryId}`;
}

/** Where a location's images are: each repository has one image, which is called like the location. */
export function imageAddress(
  place: { readonly region: string; readonly project: string },
  repositoryId: string,
  location: string,
): string {
  return `${place.region}-docker.pkg.dev/${place.project}/${repositoryId}/${location}`;
}

function hash(text: string, length: number): string {
  return createHash("sha256").update(text).digest("hex").slice(0, length);
}

/** No name ends in a hyphen before the next part. */
function trimmed(name: string): string {
  return name.replace(/-+$/, "");
}
