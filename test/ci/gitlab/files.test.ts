import { spawnSync } from "node:child_process";

import { GITLAB_CALLER, GITLAB_TEMPLATE } from "../../../components/ci/gitlabCaller";
import { GCP } from "../../stacks/cloudInput";
import { type GitlabJob, type GitlabRule, jobsOf, parsed, placed, scriptOf } from "./parsedFile";
import { locationFiles, platformFiles, rendered } from "./renderedFiles";

const LOCATIONS = [{ name: "crm", branches: {} }];
const ON_GITLAB = rendered({ locations: LOCATIONS });
const TEMPLATE = platformFiles(ON_GITLAB)[GITLAB_TEMPLATE] ?? "";
const PLATFORM_FILE = platformFiles(ON_GITLAB)[GITLAB_CALLER] ?? "";
const CALLER = locationFiles(ON_GITLAB, "crm")[GITLAB_CALLER] ?? "";
/** With the platform on GitHub, all jobs are in the location's own file. */
const ALONE =
  locationFiles(rendered({ locations: LOCATIONS, platform: "github" }), "crm")[GITLAB_CALLER] ?? "";

/** Values for the template, as a caller gives them. */
const INPUTS = { location: "crm", branch: "main", branches: "true", stage: "deploy" };

const ON_GOOGLE = platformFiles(rendered({ locations: LOCATIONS, cloud: GCP }));

const JOBS: readonly (readonly [string, GitlabJob])[] = [
  ...jobsOf(placed(TEMPLATE, INPUTS)),
  ...jobsOf(parsed(PLATFORM_FILE)),
  ...[
    ...jobsOf(placed(ON_GOOGLE[GITLAB_TEMPLATE] ?? "", INPUTS)),
    ...jobsOf(parsed(ON_GOOGLE[GITLAB_CALLER] ?? "")),
  ].map(([name, job]) => [`${name} on Google Cloud`, job] as const),
];

/** What others have written, and who may push a branch can write anything. */
const OTHERS_TEXT =
  /\$\{?CI_(?:COMMIT_(?:TITLE|MESSAGE|DESCRIPTION|AUTHOR|REF_NAME|BRANCH|TAG\w*)|MERGE_REQUEST_(?!IID)\w+|EXTERNAL_\w+)/;

describe("the files for GitLab", () => {
  test("have the same jobs for a location, whether it includes them or not", () => {
    const [included, own] = [placed(TEMPLATE, INPUTS), parsed(ALONE)];
    const withoutPlatform = (file: unknown): string =>
      JSON.stringify(file).replaceAll(/--platform-(provider|api) \S+/g, "");
    expect(withoutPlatform(included)).toBe(withoutPlatform(own));
  });

  test("are included with the inputs that they ask for", () => {
    const [header] = TEMPLATE.split("\n---\n");
    const { spec } = parsed(header ?? "") as { spec: { inputs: Record<string, unknown> } };
    const { include } = parsed(CALLER) as { include: readonly { inputs: object }[] };
    const asked = Object.entries(spec.inputs).filter(([, input]) => !hasDefault(input));
    expect(asked.map(([name]) => name)).toEqual(["location"]);
    expect(include).toHaveLength(1);
    expect(Object.keys(spec.inputs)).toEqual(
      expect.arrayContaining(Object.keys(include[0]?.inputs ?? {})),
    );
  });

  test("have nothing that GitLab would replace, but their inputs", () => {
    const replaced = TEMPLATE.match(/\$\[\[.*?\]\]/g) ?? [];
    const names = Object.keys(INPUTS).map((name) => `$[[ inputs.${name} ]]`);
    expect(new Set(replaced)).toEqual(new Set(names));
    expect(`${ALONE}${PLATFORM_FILE}${CALLER}`).not.toContain("$[[");
  });

  test("are two documents at most, as GitLab splits them by lines", () => {
    expect(TEMPLATE.match(/^---/gm)).toHaveLength(1);
    expect(`${ALONE}\n${PLATFORM_FILE}\n${CALLER}`).not.toMatch(/^---/m);
  });

  test("are half as long as a file may be", () => {
    // 2 MiB since GitLab 17.3, 1 MiB before: docs.gitlab.com/administration/instance_limits.
    for (const text of [TEMPLATE, ALONE, PLATFORM_FILE])
      expect(Buffer.byteLength(text)).toBeLessThan(2 ** 19);
  });
});

/** The jobs that are not as they should be. */
function offenders(isRight: (job: GitlabJob, name: string) => boolean): readonly string[] {
  return JOBS.filter(([name, job]) => !isRight(job, name)).map(([name]) => name);
}

describe("each job on GitLab", () => {
  test("has a timeout, rules, and images of one version", () => {
    const isPinned = (image = ""): boolean => /:\d+\.\d+[\w.-]*$/.test(image);
    const imageOf = ({ image }: GitlabJob) => (typeof image === "string" ? image : image?.name);
    expect(offenders((job) => isPinned(imageOf(job)))).toEqual([]);
    expect(offenders(({ services = [] }) => services.every(isPinned))).toEqual([]);
    expect(offenders(({ timeout = "" }) => /^\d+ minutes$/.test(timeout))).toEqual([]);
    expect(offenders(({ rules }) => rules.length > 0)).toEqual([]);
  });

  test("needs jobs that are in every pipeline which has it", () => {
    const conditions = new Map(
      JOBS.map(([name, { rules }]) => [name, rules.map((rule) => rule.if)]),
    );
    const isThere = (need: string, { rules }: GitlabJob): boolean =>
      rules.every((rule) => conditions.get(need)?.includes(rule.if) === true);
    expect(offenders((job) => (job.needs ?? []).every((need) => isThere(need, job)))).toEqual([]);
  });

  test("gives a shell nothing that others have written", () => {
    expect(offenders((job) => !OTHERS_TEXT.test(scriptOf(job)))).toEqual([]);
  });

  test("is in the language of every shell, as docker's image has busybox and no bash", () => {
    const isShell = (input: string): boolean => spawnSync("sh", ["-n"], { input }).status === 0;
    expect(isShell("if then")).toBe(false);
    expect(offenders((job) => isShell(scriptOf(job)))).toEqual([]);
  });

  test("shows what it hands over to nobody outside of the project", () => {
    const handing = JOBS.filter(([, { artifacts }]) => artifacts !== undefined);
    expect(handing.map(([name]) => name)).toContain("crm:refresh");
    expect(handing.filter(([, { artifacts }]) => artifacts?.access !== "developer")).toEqual([]);
  });

  test("may be cancelled when a newer commit makes it needless, and never half-way", () => {
    const isRight = ({ rules, interruptible }: GitlabJob): boolean =>
      rules.every((rule) => (rule.interruptible ?? interruptible) === isOfRequest(rule));
    // A comment is short, and is about the preview that there is.
    expect(offenders((job, name) => name.startsWith("comment") || isRight(job))).toEqual([]);
  });

  test("leaves nothing behind on a runner that keeps its disk", () => {
    const isTidied = ({ after_script: after = [] }: GitlabJob): boolean =>
      after.includes('rm -rf "${TMPDIR:-/tmp}/dagster-$CI_JOB_ID"');
    expect(offenders(isTidied)).toEqual([]);
  });

  test("has a token for its cloud; the comment has none", () => {
    for (const [name, { id_tokens: tokens }] of JOBS) {
      const aud = name.includes("Google") ? GOOGLE_AUDIENCE : "sts.amazonaws.com";
      const expected = name.startsWith("comment") ? undefined : { DAGSTER_ID_TOKEN: { aud } };
      expect(tokens).toEqual(expected);
    }
  });
});

describe("the jobs on GitLab", () => {
  const [jobs, platform] = [placed(TEMPLATE, INPUTS), parsed(PLATFORM_FILE)].map(
    (file) => new Map(jobsOf(file)),
  );

  test("of a merge request have the role of merge requests, those of the branch the location's", () => {
    expect(jobs?.get("crm:refresh")).toMatchObject({ variables: { DAGSTER_ROLE: "ci" } });
    for (const [, { rules }] of jobs ?? [])
      for (const rule of rules)
        expect(rule.variables?.["DAGSTER_ROLE"]).toBe(
          isOfRequest(rule) ? "pull-request" : undefined,
        );
  });

  test("begin when the stages before them are done, and then in the order of their needs", () => {
    const needs = [...(jobs ?? [])].map(([name, job]) => [name, job.needs]);
    expect(Object.fromEntries(needs)).toEqual({
      "crm:refresh": undefined,
      "crm:build": ["crm:refresh"],
      "crm:release": ["crm:refresh", "crm:build"],
      "crm:deploy": ["crm:release"],
      "crm:branch": ["crm:refresh", "crm:build"],
    });
  });

  test("reach the daemon beside the build over TLS, wherever the runner is", () => {
    expect(jobs?.get("crm:build")?.variables).toMatchObject({
      ...{ DOCKER_HOST: "tcp://docker:2376", DOCKER_TLS_CERTDIR: "/certs" },
      ...{ DOCKER_TLS_VERIFY: "1", DOCKER_CERT_PATH: "/certs/client" },
    });
  });

  test("of the platform have a shell in pulumi's image, and deploy one at a time", () => {
    for (const name of ["preview", "deploy"])
      expect(platform?.get(name)?.image).toMatchObject({ entrypoint: [""] });
    expect(platform?.get("deploy")).toMatchObject({ resource_group: "deploy-prod" });
  });
});

function isOfRequest(rule: GitlabRule): boolean {
  return rule.if.includes("merge_request_event");
}

const GOOGLE_AUDIENCE =
  "https://iam.googleapis.com/projects/123456789012/locations/global/workloadIdentityPools/dagster-prod/providers/gitlab";

function hasDefault(input: unknown): boolean {
  return typeof input === "object" && input !== null && "default" in input;
}
