import { existsSync } from "node:fs";
import { dirname, resolve } from "node:path";

import type { Location } from "../list/locationSchema";
import type { Answer } from "../repositories/answer";
import type { CiRun, RepositoryApi, RepositoryFacts } from "../repositories/repositoryApi";
import { repositoryApi, type RepositoryEnvironment } from "../repositories/repositoryOf";
import { inTime } from "./inTime";
import type { DoctorPlace } from "./place";
import { findRelease, type FoundRelease } from "./releaseFindings";
import { branchFiles, folderFiles, type RepositoryFiles, shownFacts } from "./repositoryFiles";

/** What the checks of one location ask; each thing is asked once, and only if a check wants it. */
export interface Inquiry {
  readonly name: string;
  readonly place: DoctorPlace;
  readonly now: Date;
  /** Undefined: it is not on the list, or the list has mistakes. */
  readonly location: Location | undefined;
  /** Of the location's repository, and of the platform's. */
  readonly own: AskedRepository | undefined;
  readonly platform: AskedRepository | undefined;
  readonly files: RepositoryFiles | undefined;
  readonly release: () => Promise<FoundRelease>;
  /** Longest that is waited for one answer. */
  readonly timeoutMs: number;
}

/** A repository whose server can be asked. */
export interface AskedRepository {
  readonly repository: string;
  readonly api: RepositoryApi;
  readonly facts: () => Promise<Answer<RepositoryFacts>>;
  readonly lastRun: (branch: string, file: string) => Promise<Answer<CiRun | undefined>>;
}

/** What an inquiry starts from. */
export interface InquiryArgs {
  readonly name: string;
  readonly place: DoctorPlace;
  readonly now: Date;
  /** Working copy of the location's repository. */
  readonly checkout: string | undefined;
  readonly environment: RepositoryEnvironment;
  /** Longest that is waited for one answer. */
  readonly timeoutMs: number;
}

const GITLAB = "https://gitlab.com";

/** Asks nobody yet. */
export function inquiryOf(args: InquiryArgs): Inquiry {
  const { name, place, now, checkout, environment, timeoutMs } = args;
  const { config } = place;
  const location = place.list.locations.find((each) => each.name === name);
  const gitlabUrl = config?.gitlabUrl ?? GITLAB;
  const ask = (provider: string, repository: string | undefined) =>
    asked(repository, repositoryApi({ provider, repository }, gitlabUrl, environment, timeoutMs));
  const own = location === undefined ? undefined : ask(location.provider, location.repository);
  return {
    ...{ name, place, now, location, own, timeoutMs },
    platform: config && ask(config.platformProvider, config.platformRepository),
    files: filesOf(location, own, checkout ?? listedCheckout(location, place)),
    release: once(() =>
      inTime(
        place.records().then((store) => findRelease(store, name)),
        "the store of the release records",
        timeoutMs,
      ),
    ),
  };
}

function asked(
  repository: string | undefined,
  api: RepositoryApi | undefined,
): AskedRepository | undefined {
  if (repository === undefined || api === undefined) return undefined;
  const facts = once(() => shownFacts(api, repository));
  return {
    ...{ repository, api, facts },
    lastRun: async (branch, file) => {
      const known = await facts();
      return "unknown" in known ? known : api.lastRun(branch, file);
    },
  };
}

function filesOf(
  location: Location | undefined,
  own: AskedRepository | undefined,
  checkout: string | undefined,
): RepositoryFiles | undefined {
  if (checkout !== undefined) return folderFiles(checkout);
  if (location === undefined || own === undefined) return undefined;
  return branchFiles(own.api, own.facts, location.defaultBranch);
}

/** `checkout:` of the list, if it is there: on another machine it need not be. */
function listedCheckout(location: Location | undefined, place: DoctorPlace): string | undefined {
  if (location?.checkout === undefined) return undefined;
  const folder = resolve(dirname(place.listFile), location.checkout);
  return existsSync(folder) ? folder : undefined;
}

function once<T>(ask: () => Promise<T>): () => Promise<T> {
  let answer: Promise<T> | undefined;
  return () => (answer ??= ask());
}
