import { DAGSTER_VERSION } from "../../components/dagster/chart";
import { type Finding, ok, problem, skipped } from "./finding";
import { isDgProject, lockedVersions, type ProjectTexts, requirementsOf } from "./requirements";
import { fits } from "./versionSpecifier";

/** Packages by which fsspec reaches a state store, as `components/ci/object_store.py` names them. */
const STORE_PACKAGES = { s3: "s3fs", gs: "gcsfs" } as const;

/** Protocol of a state store's address. */
export type StoreProtocol = keyof typeof STORE_PACKAGES;

/** `1.13` */
const SERIES = DAGSTER_VERSION.split(".").slice(0, 2).join(".");

/** Whether the project asks for what its refresh and its image need. */
export function packagesFinding(texts: ProjectTexts, protocol: StoreProtocol): Finding {
  const requirements = requirementsOf(texts);
  const locked = lockedVersions(texts);
  if (requirements.length === 0 && locked === undefined)
    return skipped("neither pyproject.toml nor requirements.txt names packages");
  const names = new Set([...requirements.map(({ name }) => name), ...(locked?.keys() ?? [])]);
  const wanted = [
    "dagster",
    STORE_PACKAGES[protocol],
    ...(isDgProject(texts) ? ["dagster-dg-cli"] : []),
  ];
  const missing = wanted.filter((name) => !names.has(name));
  if (missing.length === 0) return ok(wanted.join(", "));
  return problem(
    `${missing.join(", ")} not among its packages`,
    `add ${missing.join(", ")} to the dependencies of the location; its image needs it, too`,
  );
}

/** Whether the project's Dagster is of the platform's series: both speak gRPC with each other. */
export function versionFinding(texts: ProjectTexts): Finding {
  const next = SERIES.replace(/\d+$/, (minor) => String(Number(minor) + 1));
  const fix = `write dagster>=${SERIES},<${next}, and lock again`;
  const platform = `the platform runs ${DAGSTER_VERSION}`;
  const locked = lockedVersions(texts)?.get("dagster");
  if (locked !== undefined)
    return locked.startsWith(`${SERIES}.`)
      ? ok(`${locked} in uv.lock, ${platform}`)
      : problem(`${locked} in uv.lock, ${platform}`, fix);
  const asked = requirementsOf(texts).find(({ name }) => name === "dagster");
  if (asked === undefined) return skipped("its packages do not name dagster");
  const text = `dagster${asked.versions}`;
  const isTaken = fits(DAGSTER_VERSION, asked.versions);
  if (isTaken === undefined) return skipped(`${text} is not compared here, ${platform}`);
  return isTaken ? ok(`${text} takes ${DAGSTER_VERSION}`) : problem(`${text}, ${platform}`, fix);
}

/** Whether an image can be built. */
export function dockerfileFinding(isThere: boolean, source: string): Finding {
  return isThere
    ? ok(`Dockerfile in ${source}`)
    : problem(`no Dockerfile in ${source}`, "write one (examples/finance has one to copy)");
}

/** A file of local state that an ignore file keeps out of the image. */
export interface Excluded {
  readonly path: string;
  readonly file: string;
  readonly line: number;
  readonly pattern: string;
}

/** Whether local state gets into the image. */
export function localStateFinding(excluded: Excluded | null): Finding {
  if (excluded === null) return ok(".local_defs_state gets into the image");
  const { file, line, pattern, path } = excluded;
  return problem(
    `${file} line ${line}, ${pattern}, keeps ${path} out of the image`,
    "remove that line, or add !**/.local_defs_state below it",
  );
}
