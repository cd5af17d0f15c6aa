import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { GITLAB_CALLER, GITLAB_TEMPLATE } from "../../../components/ci/gitlabCaller";
import { GCP } from "../../stacks/cloudInput";
import { describeWith, toolPath } from "../github/tools";
import { locationFiles, platformFiles, rendered } from "./renderedFiles";

const LOCATIONS = [{ name: "crm", branches: {} }];

describeWith("check-jsonschema", "GitLab's schema", () => {
  const folder = mkdtempSync(join(tmpdir(), "gitlab-schema-"));

  afterAll(() => {
    rmSync(folder, { recursive: true });
  });

  const files = rendered({ locations: LOCATIONS });
  const onGoogle = platformFiles(rendered({ locations: LOCATIONS, cloud: GCP }));
  const alone = rendered({ locations: LOCATIONS, platform: "github" });
  const template = platformFiles(files)[GITLAB_TEMPLATE] ?? "";
  // GitLab reads the header by itself, and then the jobs with its inputs in them.
  const [header = "", jobs = ""] = template.split("\n---\n");

  test.each([
    ["the platform's pipeline", platformFiles(files)[GITLAB_CALLER]],
    ["the platform's pipeline on Google Cloud", onGoogle[GITLAB_CALLER]],
    ["the header of the template", header],
    ["the jobs of the template", jobs],
    ["what a location's repository has", locationFiles(files, "crm")[GITLAB_CALLER]],
    ["what it has with the platform on GitHub", locationFiles(alone, "crm")[GITLAB_CALLER]],
  ])("takes %s", (title, text = "") => {
    expect(validated(title, text)).toBe("ok -- validation done\n");
  });

  test("refuses a key that GitLab does not know", () => {
    expect(validated("typo", "job: { script: [date], timeot: 1 hour }\n")).toContain("timeot");
  });

  function validated(title: string, text: string): string {
    const file = join(folder, `${title}.yml`);
    writeFileSync(file, text);
    const schema = ["--builtin-schema", "vendor.gitlab-ci", "--data-transform", "gitlab-ci"];
    const args = [...schema, "--verbose", file];
    return spawnSync(toolPath("check-jsonschema"), args, { encoding: "utf8" }).stdout;
  }
});
