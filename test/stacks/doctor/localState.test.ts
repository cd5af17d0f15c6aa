import { firstExcluded } from "../../../stacks/doctor/localState";

const PATHS = ["src/crm/defs/.local_defs_state/A/state", "src/crm/defs/.local_defs_state/A/b.json"];

it.each([
  [{}, null],
  [{ ".dockerignore": "tests\n**/target\n" }, null],
  [{ ".dockerignore": "tests\n**/.local_defs_state\n" }, [PATHS[0], ".dockerignore", 2]],
  [{ ".dockerignore": "**/*.json\n" }, [PATHS[1], ".dockerignore", 1]],
  [{ ".dockerignore": "src\n", "Dockerfile.dockerignore": "x\n" }, null],
])("reads %j as CI does", async (files, wanted) => {
  const answer = await firstExcluded(files, PATHS);
  const excluded = "value" in answer ? answer.value : answer;
  const found =
    excluded !== null && "path" in excluded
      ? [excluded.path, excluded.file, excluded.line]
      : excluded;
  expect(found).toEqual(wanted);
});

it.each([
  [["no-such-python"], "no Python here reads .dockerignore as CI does"],
  [["false"], "no Python here reads .dockerignore as CI does: false ended without a word"],
])("says that %j does not", async (pythons, unknown) => {
  expect(await firstExcluded({}, PATHS, pythons)).toEqual({ unknown });
});
