/** Service that stands for a database outside of the cluster. */
export const DATABASE_SERVICE = "dagster-database";

/** Host name of that Service: known before the cloud tells the database's own address. */
export function databaseHost(namespace: string): string {
  return `${DATABASE_SERVICE}.${namespace}.svc`;
}
