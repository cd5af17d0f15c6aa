/** A key of the stack's config, as all its mistakes name it. */
export function keyOf(stack: string, key: string): string {
  return `Pulumi.${stack}.yaml: dagster-platform:${key}`;
}
