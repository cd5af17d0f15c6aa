import type { Location } from "../list/locationSchema";
import type { Answer } from "../repositories/answer";
import type { Check } from "./checks";
import { type Finding, findingOf, skipped } from "./finding";
import type { Inquiry } from "./inquiry";
import { firstExcluded } from "./localState";
import {
  dockerfileFinding,
  localStateFinding,
  packagesFinding,
  versionFinding,
} from "./projectFindings";
import { below, type RepositoryFiles } from "./repositoryFiles";
import { isDgProject, type ProjectTexts, rootModule } from "./requirements";

const TEXTS = ["pyproject.toml", "uv.lock", "requirements.txt", "dg.toml"] as const;

/** What Docker reads; the first wins. */
const IGNORE_FILES = ["Dockerfile.dockerignore", ".dockerignore"] as const;

/** What has to be true of the project itself. */
export function projectChecks(inquiry: Inquiry): readonly Check[] {
  const { location, files, place } = inquiry;
  const project = location && files && below(files, location.directory);
  const check = (
    title: string,
    find: (files: RepositoryFiles, location: Location) => Finding | Promise<Finding>,
  ): Check => ({
    title,
    find: () =>
      project === undefined || location === undefined
        ? skipped("its entry is not known")
        : find(project, location),
  });
  const ofTexts = (find: (texts: ProjectTexts) => Finding) => async (found: RepositoryFiles) =>
    findingOf(await textsIn(found), find);
  return [
    check(
      "packages of the project",
      ofTexts((texts) => packagesFinding(texts, place.protocol)),
    ),
    check("version of Dagster", ofTexts(versionFinding)),
    check("Dockerfile", async (found) =>
      findingOf(await found.read("Dockerfile"), (text) =>
        dockerfileFinding(text !== undefined, found.source),
      ),
    ),
    check("local state in the image", localStateCheck),
  ];
}

function textsIn(files: RepositoryFiles): Promise<Answer<ProjectTexts>> {
  return textsOf(files, TEXTS);
}

/** Several files at once; one that nobody can tell makes all unknown. */
async function textsOf<K extends string>(
  files: RepositoryFiles,
  names: readonly K[],
): Promise<Answer<Readonly<Record<K, string | undefined>>>> {
  const texts: Partial<Record<K, string | undefined>> = {};
  for (const [index, answer] of (
    await Promise.all(names.map((name) => files.read(name)))
  ).entries()) {
    if ("unknown" in answer) return answer;
    const name = names[index];
    if (name !== undefined) texts[name] = answer.value;
  }
  return { value: texts as Readonly<Record<K, string | undefined>> };
}

async function localStateCheck(files: RepositoryFiles, { dbt }: Location): Promise<Finding> {
  const texts = await textsIn(files);
  if ("unknown" in texts) return skipped(texts.unknown);
  if (!isDgProject(texts.value)) return skipped("no dg project: it has no state-backed components");
  const ignore = await textsOf(files, IGNORE_FILES);
  if ("unknown" in ignore) return skipped(ignore.unknown);
  const root = (rootModule(texts.value) ?? "").replaceAll(".", "/");
  const source = await files.read(`src/${root}/__init__.py`);
  const hasSource = "value" in source && source.value !== undefined;
  const folder = `${hasSource ? "src/" : ""}${root}/defs/.local_defs_state/Component/state`;
  const paths = dbt === undefined ? [folder] : [folder, `${folder}/target/manifest.json`];
  return findingOf(await firstExcluded(ignore.value, paths), localStateFinding);
}
