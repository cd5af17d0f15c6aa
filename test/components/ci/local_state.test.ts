import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { write } from "./project";
import { evaluate } from "./python";

const STATE = "src/shop/defs/.local_defs_state/Dbt__x__/state";
const STATE_FILE = `${STATE}/target/manifest.json`;

/** A .dockerignore, and the line that keeps the state's file out; null: it gets into the image. */
const IGNORES: readonly (readonly [string, number | null])[] = [
  ["", null],
  [".git\n**/__pycache__\ndbt/target\n", null],
  ["**/.local_defs_state", 1],
  ["# comment\n\n  **/.local_defs_state/  \n", 3],
  [".local_defs_state", null], // the root's only
  ["src/shop/defs/.local_defs_state", 1],
  ["/src/shop/defs/.local_defs_state", 1],
  ["**/target", 1],
  ["**/*.json", 1],
  ["*.json", null],
  ["src", 1],
  ["sr?/sh*", 1],
  ["s[a-z]c/**", 1],
  ["src/*/state", null],
  ["**\n!src", null],
  ["**/.local_defs_state\n!**/.local_defs_state", null],
  ["!src\n*", 2],
];

let folder: string;

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "local-state-"));
  write(folder, STATE_FILE, "{}");
  write(folder, "src/shop/defs/.local_defs_state/Api/state", "[]");
  write(folder, ".venv/lib/site-packages/shop/defs/.local_defs_state/Installed/state", "[]");
});

afterAll(() => {
  rmSync(folder, { recursive: true });
});

function findings(keys: readonly string[]): Promise<unknown> {
  const code =
    "import local_state, pathlib; answer = local_state.findings(pathlib.Path(given[0]), given[1])";
  return evaluate(code, [folder, keys]);
}

test("reads a .dockerignore as Docker does", async () => {
  const code = [
    "import local_state, pathlib",
    "project = pathlib.Path(given[0])",
    "answer = []",
    "for text in given[2]:",
    "    (project / '.dockerignore').write_text(text)",
    "    found = local_state.first_excluded(project, [given[1]])",
    "    answer.append(found and found.line)",
  ].join("\n");
  const lines = await evaluate(code, [folder, STATE_FILE, IGNORES.map(([text]) => text)]);
  const seen = (lines as unknown[]).map((line, index) => [IGNORES[index]?.[0], line]);
  expect(seen).toEqual(IGNORES);
});

test("prefers the Dockerfile's own ignore file", async () => {
  write(folder, ".dockerignore", "src\n");
  expect(await findings(["Dbt[x]", "Api"])).toEqual([
    `.dockerignore line 1, src, keeps src/shop/defs/.local_defs_state/Api/state out of the image`,
    "  remove that line, or add !**/.local_defs_state below it",
  ]);
  write(folder, "Dockerfile.dockerignore", "dbt\n");
  expect(await findings(["Dbt[x]", "Api"])).toEqual([]);
});

test("refuses local state that is not in the project", async () => {
  expect(await findings(["Installed", "Api"])).toEqual([
    `Installed: ${folder} has no .local_defs_state/Installed/state for the image`,
  ]);
});
