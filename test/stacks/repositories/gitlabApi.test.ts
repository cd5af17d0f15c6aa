import { GitlabApi } from "../../../stacks/repositories/gitlabApi";
import { FakeServer } from "./fakeServer";

let server: FakeServer;
let url: string;

beforeAll(async () => {
  ({ server, url } = await FakeServer.start());
});

afterAll(() => {
  server.stop();
});

const api = (environment: object = {}) => GitlabApi.of("acme/data/crm", `${url}/`, environment);

const PROJECT = "/api/v4/projects/acme%2Fdata%2Fcrm";

const project = {
  ...{ id: 7, path_with_namespace: "acme/data/crm", default_branch: "main" },
  namespace: { id: 5, full_path: "acme/data" },
};

describe("GitLab", () => {
  it("tells the ids of project and group", async () => {
    server.routes = { [PROJECT]: project };
    expect(await api({ GITLAB_TOKEN: "t" }).facts()).toEqual({
      value: {
        ...{ repository: "acme/data/crm", repositoryId: 7, ownerId: 5, defaultBranch: "main" },
        ...{ isPrivate: true, isArchived: false },
      },
    });
    expect(server.headers.authorization).toBe("Bearer t");
  });

  it("knows projects that everybody sees, and those without a commit", async () => {
    server.routes = { [PROJECT]: { ...project, visibility: "public", default_branch: null } };
    expect(await api().facts()).toMatchObject({ value: { isPrivate: false, defaultBranch: "" } });
    expect(server.headers.authorization).toBeUndefined();
  });

  it("shows a file of a branch", async () => {
    server.routes = { [`${PROJECT}/repository/files/.gitlab-ci.yml/raw?ref=main`]: "a: 1\n" };
    expect(await api().file(".gitlab-ci.yml", "main")).toEqual({ value: "a: 1\n" });
    expect(await api().file("a/b.yml", "main")).toEqual({ value: undefined });
    expect(server.requests.at(-1)).toContain("/files/a%2Fb.yml/raw");
  });

  it.each([
    ["success", "passed"],
    ["failed", "failed"],
    ["canceled", "failed"],
    ["running", "running"],
    ["manual", "running"],
  ])("tells how the last pipeline ended: %s", async (status, state) => {
    const pipeline = { status, web_url: "https://gitlab.test/1", created_at: "2026-11-21" };
    server.routes = { [`${PROJECT}/pipelines?ref=main&per_page=1`]: [pipeline] };
    expect(await api().lastRun("main")).toMatchObject({ value: { state, said: status } });
  });

  it("tells that there was no pipeline", async () => {
    server.routes = { [`${PROJECT}/pipelines?ref=main&per_page=1`]: [] };
    expect(await api().lastRun("main")).toEqual({ value: undefined });
  });

  it("tells which active schedules a branch has, whether a secret is there, and no rights of workflows", async () => {
    const schedule = { cron: "0 6 * * *", cron_timezone: "UTC", active: true };
    server.routes = {
      [`${PROJECT}/pipeline_schedules?scope=active`]: [
        { ...schedule, ref: "refs/heads/main" },
        { ...schedule, cron: "1 1 * * *", ref: "dev" },
      ],
      [`${PROJECT}/variables/A`]: { key: "A" },
    };
    expect(await api().schedules("main")).toEqual({ value: ["0 6 * * *"] });
    expect(await api().hasSecret("A")).toEqual({ value: true });
    expect(await api().hasSecret("B")).toEqual({ value: false });
    expect(await api().workflowAccess()).toEqual({ value: undefined });
  });
});
