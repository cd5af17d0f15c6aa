import { GITLAB_USER } from "../../components/ci/commentServers";
import { GCP } from "../../stacks/cloudInput";
import { describePipelines } from "./describePipelines";
import { ID_TOKEN, type PipelineEvent } from "./events";
import { COMMENT_TOKEN, PlatformWorld } from "./platformWorld";

const PREVIEW = "# Preview of prod\n\n2 to create\n";

const REQUEST: Partial<PipelineEvent> = {
  ...{ source: "merge_request_event", branch: "feature" },
  request: { number: 12, title: "$(touch pwned)" },
};

const NOTES = "/projects/4/merge_requests/12/notes";

describePipelines("the platform's pipeline on GitLab", () => {
  let world: PlatformWorld;

  beforeAll(async () => {
    world = await PlatformWorld.start({ config: { pulumiBackendUrl: "s3://acme-pulumi" } });
  });

  afterAll(() => world.stop());

  test("previews a merge request, and says so in one note that it edits later", async () => {
    const first = await world.run(REQUEST, { preview: PREVIEW });
    expect(first.jobs).toEqual({ preview: "passed", comment: "passed" });
    expect(first.commands).toEqual([
      "preview: aws eks update-kubeconfig --name acme-data --region eu-west-1",
      "preview: npm ci --cache .npm --prefer-offline",
      "preview: npm run --silent preview -- --stack prod --output preview.md",
      "preview: npm run --silent render -- --check",
    ]);
    expect(first.calls[0]).toMatchObject({
      role: "arn:aws:iam::123456789012:role/dagster-platform/prod/dagster-prod--preview",
      ...{ credentials: ID_TOKEN, mode: "0o600" },
    });
    await world.run(REQUEST, { preview: `${PREVIEW}3 to create\n` });
    expect(world.notes.changes).toEqual([`POST ${NOTES}`, `PUT ${NOTES}/1001`]);
    expect(world.notes.token).toBe(COMMENT_TOKEN);
    expect(world.notes.comments).toMatchObject([
      { author: GITLAB_USER, body: expect.stringContaining("3 to create") as unknown },
    ]);
  });

  test("comments also on a preview that failed, and fails", async () => {
    const options = { preview: "# Preview of prod\n\nit failed\n", exitCodes: { preview: 1 } };
    const { jobs, commands } = await world.run(REQUEST, options);
    expect(jobs).toEqual({ preview: "failed", comment: "passed" });
    expect(commands.at(-1)).toBe("preview: npm run --silent render -- --check");
    expect(world.notes.comments.at(-1)?.body).toContain("it failed");
  });

  test("fails when somebody forgot to render", async () => {
    const { jobs } = await world.run(REQUEST, { preview: PREVIEW, exitCodes: { render: 1 } });
    expect(jobs).toEqual({ preview: "failed", comment: "passed" });
  });

  test("shows the preview in the job's log where no token may write notes", async () => {
    const before = world.api.requests.length;
    const { jobs, log } = await world.run(REQUEST, { preview: PREVIEW }, {});
    expect(jobs).toEqual({ preview: "passed", comment: "passed" });
    expect(log("comment")).toContain("set the CI/CD variable DAGSTER_COMMENT_TOKEN");
    expect(world.api.requests.length).toBe(before);
  });

  test.each([
    ["a push", "push", []],
    ["a location's release", "trigger", ["--if-needed"]],
  ])("deploys when %s says so", async (_, source, flags) => {
    const { jobs, commands, calls } = await world.run({ source });
    expect(jobs).toEqual({ deploy: "passed" });
    expect(commands).toEqual([
      "deploy: aws eks update-kubeconfig --name acme-data --region eu-west-1",
      "deploy: npm ci --cache .npm --prefer-offline",
      ["deploy: npm run --silent deploy -- --stack prod", ...flags].join(" "),
    ]);
    const role = "arn:aws:iam::123456789012:role/dagster-platform/prod/dagster-prod--deploy";
    expect(calls.at(-1)).toMatchObject({
      env: {
        ...{ AWS_ROLE_ARN: role, DAGSTER_CI_GROUP: "deploy-prod" },
        PULUMI_BACKEND_URL: "s3://acme-pulumi",
      },
    });
  });

  test("fails with the deployment", async () => {
    expect((await world.run({}, { exitCodes: { deploy: 4 } })).jobs).toEqual({ deploy: "failed" });
  });

  test("logs in to Google Cloud by the job's own token", async () => {
    const google = await PlatformWorld.start({ cloud: GCP, config: { kubeContext: "data" } });
    try {
      const { jobs, calls, commands } = await google.run();
      expect(jobs).toEqual({ deploy: "passed" });
      expect(commands.slice(1, 3)).toEqual([
        "deploy: gcloud container clusters get-credentials data --location europe-west1 --project acme-data",
        "deploy: kubectl config rename-context gke_acme-data_europe-west1_data data",
      ]);
      const [{ credentials, arguments: words = [] } = { credentials: "" }] = calls;
      expect(words.slice(0, 3)).toEqual(["auth", "login", "--quiet"]);
      expect(JSON.parse(String(credentials))).toMatchObject({
        type: "external_account",
        audience: expect.stringMatching(/^\/\/iam\.googleapis\.com\/projects\/123/) as unknown,
        credential_source: { file: expect.stringMatching(/^\/.*\/token$/) as unknown },
      });
    } finally {
      await google.stop();
    }
  });
});
