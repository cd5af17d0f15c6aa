import { type Caller, requestsOf } from "./callers";
import { isAllowed } from "./policyEvaluator";
import type { Registered } from "./registered";

/** Names of all roles that a caller can take, sorted. */
export function takenRoles(all: Registered, caller: Caller): readonly string[] {
  const roles = [...all.roles.values()].filter(({ trust }) =>
    requestsOf(caller).every((request) => isAllowed([JSON.parse(trust)], request)),
  );
  return roles.map(({ name }) => name).sort();
}
