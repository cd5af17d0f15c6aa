import { readDeployments } from "../deploy/deployments";
import type { Check } from "./checks";
import { deploymentFinding } from "./deploymentFinding";
import { type Finding, skipped } from "./finding";
import { inTime } from "./inTime";
import type { Inquiry } from "./inquiry";
import { refreshFinding } from "./refreshFinding";
import {
  type FoundRelease,
  missingVersions,
  releaseFinding,
  stateFinding,
} from "./releaseFindings";
import { noCi } from "./repositoryChecks";
import { servedFinding } from "./servedFinding";

const STORE = "the state store";

/** From the release record to what Dagster serves. */
export function platformChecks(inquiry: Inquiry): readonly Check[] {
  const { name, place, location, release, now } = inquiry;
  const hasCi = noCi(place) === undefined;
  const expected = { name, location, stack: place.stack, hasCi };
  return [
    { title: "release record", find: async () => releaseFinding(await release(), expected) },
    { title: "pinned defs state", find: () => stateCheck(inquiry) },
    { title: "deployment", find: () => deploymentCheck(inquiry) },
    { title: "served by Dagster", find: () => servedCheck(inquiry) },
    {
      title: "age of the defs state",
      find: async () => refreshFinding(location?.refresh?.schedule, recordIn(await release()), now),
    },
  ];
}

function recordIn(found: FoundRelease) {
  return found !== undefined && "record" in found ? found.record : undefined;
}

async function stateCheck({ place, release, timeoutMs }: Inquiry): Promise<Finding> {
  const record = recordIn(await release());
  if (record === undefined) return skipped("no release record says which");
  const missing = place.state().then((store) => missingVersions(store, record));
  return stateFinding(record, await inTime(missing, STORE, timeoutMs));
}

async function deploymentCheck(inquiry: Inquiry): Promise<Finding> {
  const { name, place, location, release, timeoutMs } = inquiry;
  const reason = noCi(place);
  if (reason !== undefined) return skipped(reason);
  const found = await release();
  if (found === undefined || "broken" in found) return skipped("no release record to deploy");
  const read = place.deployments().then((store) => readDeployments(store, [name]));
  const deployment = (await inTime(read, STORE, timeoutMs)).get(name);
  const platform = place.config?.platformRepository ?? "the platform";
  return deploymentFinding(deployment, found, location?.image, platform);
}

async function servedCheck(inquiry: Inquiry): Promise<Finding> {
  const { name, place, location, release, now, timeoutMs } = inquiry;
  const asked = place.dagster().then((api) => api.platform());
  const [{ locations }, found] = await Promise.all([
    inTime(asked, "Dagster", timeoutMs),
    // What is served can be told without it.
    release().catch(() => undefined),
  ]);
  const record = recordIn(found);
  return servedFinding({
    ...{ name, now, deploy: place.deploy, logs: place.logs(name) },
    release: record,
    pinned: location?.image,
    answer: locations.find((each) => each.name === name),
    otherProblem: record === undefined ? undefined : place.problemOf(record),
  });
}
