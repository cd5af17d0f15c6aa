import { GithubApi } from "../../../stacks/repositories/githubApi";
import { FakeServer, githubRepository, githubRuns } from "./fakeServer";

let server: FakeServer;
let url: string;

beforeAll(async () => {
  ({ server, url } = await FakeServer.start());
});

afterAll(() => {
  server.stop();
});

const api = (environment: object = {}, name = "acme/crm") =>
  GithubApi.of(name, { GITHUB_API_URL: url, ...environment });

describe("GitHub", () => {
  it("tells what a repository is called now, its ids and its branch", async () => {
    server.routes = {
      "/repos/acme/crm": (response) =>
        response.writeHead(301, { location: "/repositories/700" }).end(),
      "/repositories/700": githubRepository({ full_name: "acme/sales" }),
    };
    expect(await api({ GH_TOKEN: "t" }).facts()).toEqual({
      value: {
        ...{ repository: "acme/sales", repositoryId: 700, ownerId: 10, defaultBranch: "main" },
        ...{ isPrivate: true, isArchived: false },
      },
    });
    expect(server.headers.authorization).toBe("Bearer t");
  });

  it("is asked without a token when there is none, and says so", async () => {
    server.routes = {};
    const github = api({ GITHUB_TOKEN: "" });
    expect(await github.facts()).toEqual({ value: undefined });
    expect(server.headers.authorization).toBeUndefined();
    expect(github.source).toMatch(/^127\.0\.0\.1:\d+ without GITHUB_TOKEN$/);
    expect(api({ GITHUB_TOKEN: "a", GH_TOKEN: "b" }).source).toMatch(/ with GITHUB_TOKEN$/);
    expect(GithubApi.of("a/b", {}).source).toBe("api.github.com without GITHUB_TOKEN");
  });

  it("shows a file of a branch", async () => {
    server.routes = { "/repos/acme/crm/contents/a%20b/c.yml?ref=dev%2F1": "text\n" };
    expect(await api().file("a b/c.yml", "dev/1")).toEqual({ value: "text\n" });
    expect(server.headers.accept).toBe("application/vnd.github.raw+json");
    expect(await api().file("absent", "main")).toEqual({ value: undefined });
  });

  it.each([
    [{}, "passed", "success"],
    [{ conclusion: "failure" }, "failed", "failure"],
    [{ conclusion: "timed_out" }, "failed", "timed_out"],
    [{ conclusion: null, status: "in_progress" }, "running", "in_progress"],
  ])("tells how the last run ended: %j", async (change, state, said) => {
    const path = "/repos/acme/crm/actions/workflows/dagster-crm.yml/runs?branch=main&per_page=1";
    server.routes = { [path]: githubRuns(change) };
    expect(await api().lastRun("main", "dagster-crm.yml")).toMatchObject({
      value: { state, said },
    });
  });

  it("tells that there was no run, also of a workflow that it does not know", async () => {
    const path = "/repos/acme/crm/actions/workflows/x.yml/runs?branch=main&per_page=1";
    server.routes = { [path]: { total_count: 0, workflow_runs: [] } };
    expect(await api().lastRun("main", "x.yml")).toEqual({ value: undefined });
    expect(await api().lastRun("main", "y.yml")).toEqual({ value: undefined });
  });

  it("finds a secret in the repository or among those that its organization shares", async () => {
    const secrets = "/repos/acme/crm/actions/secrets/A";
    const shared = "/repos/acme/crm/actions/organization-secrets?per_page=100";
    server.routes = { [secrets]: { name: "A" } };
    expect(await api().hasSecret("A")).toEqual({ value: true });
    server.routes = { [shared]: { secrets: [{ name: "A" }] } };
    expect(await api().hasSecret("A")).toEqual({ value: true });
    expect(await api().hasSecret("B")).toEqual({ value: false });
    server.routes = {};
    expect(await api().hasSecret("A")).toEqual({ value: false });
    server.routes = { [secrets]: 403 };
    expect(await api({ GH_TOKEN: "t" }).hasSecret("A")).toEqual({
      unknown: expect.stringContaining("does not tell this to the token in GH_TOKEN") as string,
    });
  });

  it("tells who may call workflows, and has no schedules of its own", async () => {
    const path = "/repos/acme/crm/actions/permissions/access";
    server.routes = { [path]: { access_level: "organization" } };
    expect(await api().workflowAccess()).toEqual({ value: "organization" });
    expect(await api().schedules()).toEqual({ value: undefined });
  });
});
