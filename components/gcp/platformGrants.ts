import { celAll, celList, celString } from "./cel";
import { customRoleId, customRoleName } from "./gcpNames";
import type { PlatformRole } from "./platformPermissions";
import { STATE_ROLES, type StateRole } from "./statePermissions";

/** Who of the platform's CI: its main branch, or its pull requests. */
export type PlatformJob = "deploy" | "preview";

/** A role of the platform's CI, and who has it where. */
export interface PlatformGrant {
  readonly role: PlatformRole;
  readonly on: "project" | "bucket";
  readonly jobs: readonly PlatformJob[];
  /** When it holds; undefined: always. */
  readonly condition?: { readonly title: string; readonly expression: string };
}

/** What the platform's CI works on. */
export interface PlatformScope {
  readonly stack: string;
  readonly project: string;
  /** Roles that pods of locations have in the project. */
  readonly projectRoles: readonly string[];
  /** GKE cluster, `projects/…/locations/…/clusters/…`; undefined: its address comes from elsewhere. */
  readonly gkeCluster?: string;
  /** Instance of Cloud SQL, by its name; undefined: none is made. */
  readonly databaseInstance?: string;
}

const BOTH = ["deploy", "preview"] as const;
const DEPLOY = ["deploy"] as const;

/** Granted by the program besides its own roles and those of the list. */
const GRANTED_ROLES = ["roles/artifactregistry.writer", "roles/iam.workloadIdentityUser"];

/** All that the platform's CI has, but for the release records. */
export function platformGrants(scope: PlatformScope): readonly PlatformGrant[] {
  return [
    { role: "project-read", on: "project", jobs: BOTH },
    { role: "project-write", on: "project", jobs: DEPLOY },
    {
      ...{ role: "project-grant", on: "project", jobs: DEPLOY },
      condition: grantCondition([
        ...[...GRANTED_ROLES, stateRole(scope, "find")],
        ...scope.projectRoles,
      ]),
    },
    { role: "bucket-read", on: "bucket", jobs: BOTH },
    { role: "bucket-write", on: "bucket", jobs: DEPLOY },
    {
      ...{ role: "bucket-grant", on: "bucket", jobs: DEPLOY },
      condition: grantCondition(stateRoles(scope)),
    },
    ...clusterGrants(scope),
    ...databaseGrants(scope),
  ];
}

/**
 * Only these roles may be given or taken. For a service that does not tell Google which roles a change
 * of a policy is about, the list is empty, and passes.
 * @see https://docs.cloud.google.com/iam/docs/setting-limits-on-granting-roles
 */
function grantCondition(roles: readonly string[]): PlatformGrant["condition"] {
  const granted = celList([...new Set(roles)].sort());
  const modified = "api.getAttribute('iam.googleapis.com/modifiedGrantsByRole', [])";
  return { title: "roles that the platform gives", expression: `${modified}.hasOnly(${granted})` };
}

function stateRoles(scope: PlatformScope): readonly string[] {
  return STATE_ROLES.filter((role) => role !== "find").map((role) => stateRole(scope, role));
}

function stateRole({ stack, project }: PlatformScope, role: StateRole): string {
  return customRoleName(project, customRoleId(stack, `state_${role}`));
}

function clusterGrants({ gkeCluster }: PlatformScope): readonly PlatformGrant[] {
  if (gkeCluster === undefined) return [];
  const condition = resourceCondition("container.googleapis.com", gkeCluster);
  return [{ role: "cluster-read", on: "project", jobs: BOTH, condition }];
}

function databaseGrants({ project, databaseInstance }: PlatformScope): readonly PlatformGrant[] {
  if (databaseInstance === undefined) return [];
  const instance = `projects/${project}/instances/${databaseInstance}`;
  const condition = resourceCondition("sqladmin.googleapis.com", instance);
  return [
    { role: "database-read", on: "project", jobs: BOTH, condition },
    { role: "database-write", on: "project", jobs: DEPLOY, condition },
  ];
}

function resourceCondition(service: string, name: string): PlatformGrant["condition"] {
  const expression = celAll([
    `resource.service == ${celString(service)}`,
    `resource.name == ${celString(name)}`,
  ]);
  return { title: name.split("/").slice(-2).join(" "), expression };
}
