import { dirname, resolve } from "node:path";

import type { TextFile } from "../stacks/add/callerFiles";
import { InvalidInputError } from "../stacks/invalidInputError";
import type { ListText } from "../stacks/list/listFile";
import type { Answer } from "../stacks/repositories/answer";

/** What the CI of a stack means to somebody who adds a location. */
export interface CiOfStack {
  /** The platform's own. */
  readonly repository: string;
  readonly gitlabUrl: string;
  /** Folder of the files for locations' repositories. */
  readonly callers: string;
  /** All CI files that a list makes. */
  readonly filesOf: (list: ListText) => readonly TextFile[];
}

/** The CI of the stack that is on a cloud; without one there is none, and the reason says so. */
export async function ciOfStack(
  listFile: string,
  stack: string | undefined,
): Promise<Answer<CiOfStack>> {
  // Here and not above: the config brings all of Pulumi.
  const [
    { CALLERS, ciFiles },
    { ciPlatform },
    { ciStack },
    { readStackConfig },
    { parseLocations },
  ] = await Promise.all([
    import("../stacks/ciFiles"),
    import("../stacks/ciPlatform"),
    import("../stacks/ciStack"),
    import("../stacks/stackConfig"),
    import("../stacks/locations"),
  ]);
  const folder = dirname(resolve(listFile));
  try {
    const name = stack ?? ciStack(folder);
    const config = readStackConfig(name, folder);
    // Refuses a stack whose CI has no identities.
    const { repository, gitlabUrl } = ciPlatform(config, name);
    const { cloud } = config;
    const filesOf = (list: ListText) => {
      const options = { ...list, file: listFile, stack: name, cloud };
      return ciFiles(config, name, parseLocations(list.text, options).locations);
    };
    return { value: { repository, gitlabUrl, callers: CALLERS, filesOf } };
  } catch (error) {
    if (error instanceof InvalidInputError) return { unknown: error.message };
    throw error;
  }
}
