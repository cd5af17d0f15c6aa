import { dispatch, pullRequest, push, schedule } from "./events";
import { COMMENT, COMMENTS, PlatformCi } from "./platformCi";
import { describeWith, findTool } from "./tools";

let platform: PlatformCi;

beforeEach(async () => {
  if (findTool("act") !== undefined) platform = await PlatformCi.start();
});

afterEach(() => {
  if (findTool("act") !== undefined) platform.stop();
});

const ROLE = "arn:aws:iam::123456789012:role/dagster-platform/prod/dagster-prod--";

/** What a job calls before the program runs. */
const SET_UP = [
  "checkout",
  "setup-node",
  "pulumi",
  "configure-aws-credentials",
  "aws eks",
  "npm ci",
];
const PREVIEW = [...SET_UP, "npm run preview", "upload-artifact", "npm run render"];
const DEPLOY = [...SET_UP, "npm run deploy"];

const asked = (more: object = {}) => {
  const commit = platform.repository.head;
  const at = "2026-01-01T12:00:00Z";
  return pullRequest(platform.repository, {
    ...{ action: "opened", number: 12, commit, at },
    ...more,
  });
};

describeWith("act", "a pull request of the platform's repository", () => {
  it("is previewed with rights to read, and gets one comment, which is edited", async () => {
    const first = await platform.run(asked(), { "preview.md": "1 to add\n" });
    expect(first.failed).toEqual([]);
    expect(first.did).toEqual({ preview: PREVIEW, comment: ["download-artifact"] });
    expect(first.inputsOf("configure-aws-credentials")).toMatchObject([
      { "role-to-assume": `${ROLE}preview` },
    ]);
    const [preview] = first.argumentsOf("npm", "run");
    expect(preview).toEqual([
      ...["run", "--silent", "preview", "--", "--stack", "prod", "--output", "preview.md"],
    ]);
    const second = await platform.run(asked(), { "preview.md": "2 to add\n" });
    expect(second.failed).toEqual([]);
    expect(platform.comments).toEqual(["<!-- dagster-platform: preview -->\n2 to add\n"]);
    expect(platform.api.lines.filter((line) => !line.startsWith("GET "))).toEqual([
      `POST ${COMMENTS}`,
      `PATCH ${COMMENT}1`,
    ]);
  });

  it("has what its program needs, and no token that may write to it", async () => {
    const run = await platform.run(asked(), { "preview.md": "nothing to do\n" });
    const calls = run.calls.filter(({ name }) => name === "npm");
    expect(calls).toHaveLength(3);
    for (const call of calls)
      expect(call).toMatchObject({
        env: {
          ...{ AWS_ACCESS_KEY_ID: "dagster-prod--preview", PULUMI_BACKEND_URL: "s3://acme-pulumi" },
        },
        pulumi: true,
      });
    expect(JSON.stringify(calls)).not.toContain("GITHUB_TOKEN");
  });

  it("is red when the preview fails, with what it wrote as the comment", async () => {
    const run = await platform.run(asked(), { "preview.md": "it failed\n", preview: "1" });
    expect(run.failed).toEqual(["preview: Preview"]);
    expect(run.code).toBe(1);
    expect(run.did["preview"]).toEqual(PREVIEW);
    expect(platform.comments).toEqual(["<!-- dagster-platform: preview -->\nit failed\n"]);
  });

  it("is red without a comment when nothing was previewed", async () => {
    const run = await platform.run(asked(), { ci: "1" });
    expect(run.failed).toEqual(["preview: Install the program's packages"]);
    expect(run.did["comment"]).toBeUndefined();
    expect(platform.api.lines).toEqual([]);
  });

  it("is red when the rendered files are stale", async () => {
    const run = await platform.run(asked(), { "preview.md": "nothing to do\n", render: "1" });
    expect(run.failed).toEqual(["preview: See that the rendered files are fresh"]);
    expect(run.jobs).toMatchObject({ preview: "failure", comment: "success" });
  });

  it.each([
    ["a fork", { head: "mallory/dagster-platform" }],
    ["Dependabot", { author: "dependabot[bot]" }],
  ])("of %s starts no job", async (_case, more) => {
    const run = await platform.run(asked(more));
    expect([run.code, run.jobs, run.calls]).toEqual([0, {}, []]);
  });
});

describeWith("act", "the deployment by the platform's CI", () => {
  const deploy = ["run", "--silent", "deploy", "--", "--stack", "prod"];

  it("runs on a push and on the schedule, with the rights for it", async () => {
    const { repository } = platform;
    const runs = [
      await platform.run(push(repository, repository.head)),
      await platform.run(schedule(repository)),
    ];
    for (const run of runs) {
      expect(run.failed).toEqual([]);
      expect(run.did).toEqual({ deploy: DEPLOY });
      expect(run.argumentsOf("npm", "run")).toEqual([deploy]);
      expect(run.calls.at(-1)).toMatchObject({
        env: {
          ...{ AWS_ACCESS_KEY_ID: "dagster-prod--deploy", DAGSTER_CI_GROUP: "deploy-prod" },
          IF_NEEDED: "",
        },
      });
      expect(run.argumentsOf("aws", "eks")).toEqual([
        ["eks", "update-kubeconfig", "--name", "acme-data", "--region", "eu-west-1"],
      ]);
    }
  });

  it("does only what is left to do when a release has asked for it", async () => {
    const inputs = { location: "$(touch pwned)", commit: "`touch pwned`" };
    const run = await platform.run(dispatch(platform.repository, { inputs }));
    expect(run.did).toEqual({ deploy: DEPLOY });
    expect(run.argumentsOf("npm", "run")).toEqual([[...deploy, "--if-needed"]]);
    expect(JSON.stringify(run.calls)).not.toContain("pwned");
  });

  it("is red when it fails", async () => {
    const { repository } = platform;
    const run = await platform.run(push(repository, repository.head), { deploy: "1" });
    expect(run.failed).toEqual(["deploy: Deploy"]);
    expect(run.code).toBe(1);
  });

  it("does not run for another branch, nor in a copy of the repository", async () => {
    const feature = await platform.run(dispatch(platform.repository, { branch: "feature" }));
    expect([feature.code, feature.jobs, feature.calls]).toEqual([0, {}, []]);
    const copy = platform.copy("mallory/dagster-platform");
    for (const event of [push(copy, copy.head), schedule(copy), dispatch(copy)]) {
      const run = await platform.run(event, {}, copy);
      expect([run.code, run.jobs, run.calls]).toEqual([0, {}, []]);
    }
  });
});
