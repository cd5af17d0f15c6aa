/** What a custom role of the platform's CI is for; see {@link PLATFORM_PERMISSIONS}. */
export type PlatformRole = keyof typeof PLATFORM_PERMISSIONS;

/**
 * What `pulumi up` and `pulumi preview` need for what this program makes on Google Cloud.
 *
 * What decides who is trusted is only read: the pool, the custom roles, the bucket's settings (its soft delete is
 * what a stolen identity of this CI cannot get past). Changes of those, of which new versions may have
 * some, are made by a person's `pulumi up`.
 */
export const PLATFORM_PERMISSIONS = {
  /** In the project, for both. */
  "project-read": [
    "artifactregistry.repositories.get",
    "artifactregistry.repositories.getIamPolicy",
    "artifactregistry.repositories.list",
    // The provider asks for the node pools of a cluster that it looks up.
    "compute.instanceGroupManagers.list",
    "iam.roles.get",
    "iam.serviceAccounts.get",
    "iam.serviceAccounts.getIamPolicy",
    "iam.workloadIdentityPoolProviders.get",
    "iam.workloadIdentityPools.get",
    "resourcemanager.projects.get",
    "resourcemanager.projects.getIamPolicy",
  ],
  /** In the project. Setting a cleanup policy takes the right to delete what it deletes. */
  "project-write": [
    "artifactregistry.repositories.create",
    "artifactregistry.repositories.delete",
    "artifactregistry.repositories.update",
    "artifactregistry.versions.delete",
    "iam.serviceAccounts.create",
    "iam.serviceAccounts.delete",
    "iam.serviceAccounts.update",
  ],
  /** In the project, limited to the roles that the program gives. */
  "project-grant": [
    "artifactregistry.repositories.setIamPolicy",
    "iam.serviceAccounts.setIamPolicy",
    "resourcemanager.projects.setIamPolicy",
  ],
  /** On the bucket, for both. */
  "bucket-read": [
    "storage.buckets.get",
    "storage.buckets.getIamPolicy",
    "storage.managedFolders.get",
    "storage.managedFolders.getIamPolicy",
  ],
  /** On the bucket. */
  "bucket-write": ["storage.managedFolders.create", "storage.managedFolders.delete"],
  /** On the bucket, limited to the roles that the program gives. */
  "bucket-grant": ["storage.buckets.setIamPolicy", "storage.managedFolders.setIamPolicy"],
  /** On one cluster, for both: its address. What may be done in it is Kubernetes' own matter (RBAC). */
  "cluster-read": ["container.clusters.get"],
  /** On one instance of Cloud SQL, for both. */
  "database-read": [
    "cloudsql.databases.get",
    "cloudsql.instances.get",
    "cloudsql.users.get",
    "cloudsql.users.list",
  ],
  /** On one instance: its settings, and a new password. */
  "database-write": ["cloudsql.instances.update", "cloudsql.users.update"],
} as const;
