import { execFile } from "node:child_process";
import { join } from "node:path";
import { promisify } from "node:util";

import { locationSettings } from "../components/ci/locationSettings";
import { PROJECT } from "../sandbox/folders";
import { imageName } from "../stacks/imageName";
import { InvalidInputError } from "../stacks/invalidInputError";
import type { Location } from "../stacks/list/locationSchema";
import type { ReachableStack } from "../stacks/reachableStack";

const exec = promisify(execFile);

/**
 * The program that builds images here: docker or buildah.
 * @param wanted - by the user; undefined: the first that answers
 * @param python - any Python 3.10+
 * @throws InvalidInputError in one line
 */
export async function findBuilder(wanted: string | undefined, python: string): Promise<string> {
  const script = join(PROJECT, "components", "ci", "find_builder.py");
  const options = wanted === undefined ? [] : ["--builder", wanted];
  try {
    return (await exec(python, [script, ...options])).stdout.trim();
  } catch (error) {
    const { stderr } = error as { stderr: string };
    throw new InvalidInputError(
      `${stderr.trim()}; or give --image of an image that is pushed already`,
      { cause: error },
    );
  }
}

/** Text of the `locations.json` that the scripts of CI read, with one location. */
export function locationsFile(
  location: Location,
  { config, stack }: Pick<ReachableStack, "config" | "stack">,
): string {
  const image = imageName(config, stack, location.name) ?? "";
  return JSON.stringify({ [location.name]: locationSettings(location, image, undefined) });
}
