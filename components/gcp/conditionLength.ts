/**
 * Limit of a provider's condition.
 * @see https://docs.cloud.google.com/iam/docs/reference/rest/v1/projects.locations.workloadIdentityPools.providers
 */
export const CONDITION_LENGTH = 4096;

/** @throws RangeError if Google Cloud would not take it */
export function checkedCondition(condition: string): string {
  if (condition.length <= CONDITION_LENGTH) return condition;
  throw new RangeError(
    `trust in CI jobs: the condition has ${condition.length} characters, Google Cloud takes ${CONDITION_LENGTH}; repositories of fewer owners fit`,
  );
}
