import { NEVER } from "../list/cronFormat";
import { DEFAULTS } from "../list/locationParts";
import type { TextFile } from "./callerFiles";
import type { WantedEntry } from "./newEntry";

/** Where an entry was added. */
export interface AddedTo {
  readonly listFile: string;
  /** Of the platform; undefined: no CI deploys it. */
  readonly platformRepository: string | undefined;
}

/** What a person still has to do, a sentence each. */
export function remaining(
  wanted: WantedEntry & { readonly provider: string },
  { listFile, platformRepository }: AddedTo,
  caller: readonly TextFile[],
): readonly string[] {
  const { name, provider, defaultBranch = DEFAULTS.defaultBranch, refreshSchedule } = wanted;
  const own = wanted.repository ?? "";
  if (platformRepository === undefined)
    return [
      `run \`pulumi up\`, and commit ${listFile}`,
      `release it by hand: \`npm run release -- ${name} --stack STACK\` (docs/releases.md)`,
    ];
  const isScheduled = refreshSchedule !== undefined && refreshSchedule !== NEVER;
  return [
    `run \`npm run render\`, and open a pull request of ${platformRepository} with ${listFile} and what that wrote: once it is merged, the platform's CI makes the identities of ${name}`,
    `then commit ${caller.map(({ path }) => path).join(", ")} to ${defaultBranch} of ${own}: that push is the first release`,
    ...(provider === "gitlab" && isScheduled
      ? [
          `make a pipeline schedule in ${own} (Build → Pipeline schedules): ${refreshSchedule}, time zone UTC, branch ${defaultBranch}`,
        ]
      : []),
  ];
}
