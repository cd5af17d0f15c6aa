import { spawnSync } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { write } from "../../components/ci/project";
import { AWS } from "../../stacks/cloudInput";
import { PLATFORMS, rendering } from "./rendering";
import { describeWith, type Tool, toolPath } from "./tools";

const folders: string[] = [];

afterAll(() => {
  for (const folder of folders) rmSync(folder, { recursive: true });
});

/** All files of a platform, each where its repository has it. */
function folderOf(config: Readonly<Record<string, unknown>>): {
  readonly folder: string;
  readonly paths: readonly string[];
} {
  const folder = mkdtempSync(join(tmpdir(), "workflows-"));
  folders.push(folder);
  // actionlint looks for the folder of a repository.
  mkdirSync(join(folder, ".git"));
  const files = rendering(config);
  for (const { path, text } of files) write(folder, path, text);
  return { folder, paths: files.map(({ path }) => path) };
}

function run(
  tool: Tool,
  cwd: string,
  args: readonly string[],
): { readonly code: number | null; readonly stdout: string; readonly stderr: string } {
  const ended = spawnSync(toolPath(tool), args, { cwd, encoding: "utf8" });
  if (ended.error !== undefined) throw ended.error;
  return { code: ended.status, stdout: ended.stdout, stderr: ended.stderr };
}

const platforms = Object.entries(PLATFORMS);

describeWith("actionlint", "the workflows, under actionlint,", () => {
  it.each(platforms)("are without a finding for a platform %s", (_name, config) => {
    const { folder, paths } = folderOf(config);
    const ended = run("actionlint", folder, ["-shellcheck=", "-pyflakes=", ...paths]);
    expect(ended).toEqual({ code: 0, stdout: "", stderr: "" });
  });
});

describeWith("check-jsonschema", "the workflows, under the schema of GitHub's,", () => {
  it.each(platforms)("are valid for a platform %s", (_name, config) => {
    const { folder, paths } = folderOf(config);
    const args = ["--builtin-schema", "vendor.github-workflows", ...paths];
    expect(run("check-jsonschema", folder, args)).toMatchObject({ code: 0 });
  });
});

describeWith("zizmor", "the workflows, under zizmor,", () => {
  const lint = (folder: string): ReturnType<typeof run> =>
    run("zizmor", folder, ["--offline", "--format", "json", ".github", "callers"]);

  it.each(platforms)("have no finding for a platform %s", (_name, config) => {
    const { folder } = folderOf(config);
    const ended = lint(folder);
    expect(JSON.parse(ended.stdout)).toEqual([]);
    expect(ended.code).toBe(0);
  });

  it("would have one that is ignored, for a reason that stands beside it", () => {
    const { folder } = folderOf(AWS);
    const callers = rendering().filter(({ path }) => path.startsWith("callers/"));
    for (const { path, text } of callers) {
      expect(text).toContain("@main # zizmor: ignore[unpinned-uses] the cloud trusts");
      write(folder, path, text.replace(/ # zizmor: ignore.*/, ""));
    }
    const found = JSON.parse(lint(folder).stdout) as readonly { readonly ident: string }[];
    expect(found.map(({ ident }) => ident)).toEqual(callers.map(() => "unpinned-uses"));
  });
});
