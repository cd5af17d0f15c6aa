import { readdirSync } from "node:fs";

import { InvalidInputError } from "./invalidInputError";
import { readStackConfig } from "./stackConfig";

/**
 * The stack that CI deploys: the one on a cloud.
 * @param folder - of Pulumi.yaml
 * @throws InvalidInputError when there is none, or more than one
 */
export function ciStack(folder = process.cwd()): string {
  const stacks = readdirSync(folder)
    .flatMap((name) => /^Pulumi\.(.+)\.yaml$/.exec(name)?.[1] ?? [])
    .filter((stack) => readStackConfig(stack, folder).cloud !== "none")
    .sort();
  const [stack, ...others] = stacks;
  if (stack === undefined)
    throw new InvalidInputError(
      "--stack: no stack is on a cloud, and CI has no identities: set `dagster-platform:cloud` to aws or gcp (docs/aws.md, docs/gcp.md)",
    );
  if (others.length === 0) return stack;
  throw new InvalidInputError(
    `--stack: ${stacks.join(", ")} are on a cloud: name the one that CI deploys`,
  );
}
