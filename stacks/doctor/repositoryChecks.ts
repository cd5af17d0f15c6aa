import { callerOf } from "../add/callerFiles";
import type { Location } from "../list/locationSchema";
import { andThen } from "../repositories/answer";
import type { Check } from "./checks";
import { callerFinding, renderedFinding } from "./ciFileFindings";
import { type Finding, findingOf, ok, problem, skipped } from "./finding";
import type { AskedRepository, Inquiry } from "./inquiry";
import type { DoctorPlace } from "./place";
import {
  branchFinding,
  deployTokenFinding,
  idsFinding,
  workflowAccessFinding,
} from "./repositoryFindings";

/** With it, CI of a location asks the platform's to deploy at once. */
const DEPLOY_TOKEN = "DAGSTER_DEPLOY_TOKEN";

/** Why nothing of CI is checked; undefined: it is. */
export function noCi({ config, stack }: DoctorPlace): string | undefined {
  if (config === undefined) return "the sandbox has no CI";
  return config.cloud === "none" ? `stack ${stack} has cloud none, and so no CI` : undefined;
}

/** A check that means something only where the location has a CI. */
export function ciCheck(
  inquiry: Inquiry,
  title: string,
  find: (location: Location, own: AskedRepository) => Finding | Promise<Finding>,
): Check {
  const { location, own } = inquiry;
  const reason = noCi(inquiry.place) ?? (location && own ? undefined : "its entry is not known");
  return {
    title,
    find: () =>
      reason !== undefined || location === undefined || own === undefined
        ? skipped(reason ?? "")
        : find(location, own),
  };
}

/** From the entry to the files in the repository. */
export function repositoryChecks(inquiry: Inquiry): readonly Check[] {
  const { place } = inquiry;
  const check = (...args: Tail<Parameters<typeof ciCheck>>) => ciCheck(inquiry, ...args);
  return [
    check("ids of the repository", async (location, { facts }) =>
      findingOf(await facts(), (found) => idsFinding(location, found)),
    ),
    check("default branch", async (location, { facts }) =>
      findingOf(await facts(), (found) => branchFinding(location, found)),
    ),
    check("rendered CI files", () => renderedFinding(place.ciFiles(), place.read)),
    check("CI file in the repository", (location) => callerCheck(inquiry, location)),
    check("workflows of the platform", (location) => accessCheck(inquiry, location)),
    check("deploy token", (_location, own) => tokenCheck(inquiry, own)),
    check("refresh schedule", scheduleCheck),
  ];
}

type Tail<T extends readonly unknown[]> = T extends readonly [unknown, ...infer Rest]
  ? Rest
  : never;

async function callerCheck({ place, files }: Inquiry, location: Location): Promise<Finding> {
  const { name, defaultBranch: branch, repository } = location;
  const [caller] = callerOf(name, place.ciFiles(), place.callers);
  if (caller === undefined || files === undefined) return skipped("nobody says what it should be");
  const copy = `${place.callers}/${name}/${caller.path}`;
  const { source } = files;
  return findingOf(await files.read(caller.path), (found) =>
    callerFinding(caller, found, { branch, repository, copy, source }),
  );
}

/** GitLab asks the rights of whoever started the pipeline. */
async function accessCheck(
  { place, platform }: Inquiry,
  { provider, repository }: Location,
): Promise<Finding> {
  if (provider === "gitlab" || place.config?.platformProvider === "gitlab")
    return skipped("on GitHub only");
  if (platform === undefined) return skipped("nobody says where the platform's repository is");
  const facts = await platform.facts();
  if ("unknown" in facts) return skipped(facts.unknown);
  if (!facts.value.isPrivate) return workflowAccessFinding(facts.value, undefined, repository);
  return findingOf(await platform.api.workflowAccess(), (access) =>
    workflowAccessFinding(facts.value, access, repository),
  );
}

async function tokenCheck({ place }: Inquiry, { api, facts }: AskedRepository): Promise<Finding> {
  const shown = await facts();
  const answer = "unknown" in shown ? shown : await api.hasSecret(DEPLOY_TOKEN);
  return findingOf(answer, (isThere) =>
    deployTokenFinding(DEPLOY_TOKEN, isThere, place.config?.platformRepository ?? "the platform"),
  );
}

/** GitHub has schedules in the CI file; GitLab keeps them apart. */
async function scheduleCheck(
  { refresh, defaultBranch, repository }: Location,
  { api, facts }: AskedRepository,
): Promise<Finding> {
  if (refresh === undefined) return skipped("no refresh.schedule: refreshed with each push only");
  const answer = await api.schedules(defaultBranch);
  if ("value" in answer && answer.value === undefined)
    return ok(`${refresh.schedule}, in its CI file`);
  return findingOf(
    // Of a project that is not shown there are none to see, either.
    andThen(await facts(), () => answer),
    (schedules = []) => {
      if (schedules.includes(refresh.schedule)) return ok(refresh.schedule);
      return problem(
        `${repository} has no active pipeline schedule ${refresh.schedule} for ${defaultBranch}`,
        `make one (Build → Pipeline schedules): ${refresh.schedule}, time zone UTC, branch ${defaultBranch}`,
      );
    },
  );
}
