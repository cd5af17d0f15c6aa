import { type ContainerSecurityContext, RESTRICTED_CONTAINER } from "../dagster/podSecurity";

/** {@link RESTRICTED_CONTAINER} for a resource of its own: Pulumi's types refuse read-only lists. */
export function restrictedContainer(): ContainerSecurityContext {
  return {
    ...RESTRICTED_CONTAINER,
    capabilities: { drop: [...RESTRICTED_CONTAINER.capabilities.drop] },
  };
}
