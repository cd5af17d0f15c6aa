import { formatAge, type LocationHealth } from "../stacks/health";
import { shortImage } from "../stacks/releaseRecord";
import type { PlatformStatus } from "../stacks/status";
import { colours } from "./commandLine";
import { plainTable } from "./plainTable";

/** How much of a problem is shown: lines, and characters in each. */
const MAX_LINES = 5;
const MAX_LENGTH = 240;

const HEAD = ["location", "status", "image", "commit", "defs state", "last runs"];

/** The status for people: a table, then what is wrong or behind, one line each. */
export function statusTable(status: PlatformStatus): string {
  const lines = [plainTable(HEAD, status.locations.map(row)), ...remarks(status)];
  if (status.locations.length === 0) lines[0] = "no locations";
  return lines.join("\n");
}

function row(location: LocationHealth): string[] {
  return [
    location.name,
    location.healthy ? colours.green("loaded") : colours.red("failed"),
    location.image === undefined ? "-" : shortImage(location.image),
    location.commit?.slice(0, 7) ?? "-",
    location.state
      .map(
        ({ key, version, ageHours }) => `${key} ${shortVersion(version)} (${formatAge(ageHours)})`,
      )
      .join("\n") || "-",
    location.runs.map((run) => run.status).join(" ") || "-",
  ];
}

function remarks(status: PlatformStatus): readonly string[] {
  const lines: string[] = [];
  for (const location of status.locations) {
    if (location.problem !== undefined)
      lines.push(colours.red(`${location.name}: ${shortened(location.problem)}`));
    for (const behind of location.behind) lines.push(colours.yellow(`${location.name}: ${behind}`));
  }
  for (const daemon of status.unhealthyDaemons)
    lines.push(colours.red(`daemon ${daemon} is not healthy`));
  return lines;
}

/** Local state has no version of its own: it is in the image. */
function shortVersion(version: string): string {
  return version === "__local__" ? "in the image" : version.slice(0, 8);
}

/** The first lines of a problem; the log has the rest. */
function shortened(problem: string): string {
  const lines = problem.split("\n").filter((line) => line.trim() !== "");
  return lines
    .slice(0, MAX_LINES)
    .map((line) => (line.length <= MAX_LENGTH ? line : `${line.slice(0, MAX_LENGTH - 1)}…`))
    .join("\n");
}
