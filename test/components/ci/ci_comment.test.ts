import { CommentRuns, MARK } from "./commentRuns";
import { CommentServer, GITHUB_BOT, GITLAB_USER } from "./commentServers";

let runs: CommentRuns;

beforeEach(async () => {
  runs = await CommentRuns.start();
});

afterEach(() => {
  runs.stop();
});

describe.each([
  ["github", GITHUB_BOT, "acme/finance#12", "Bearer ghs_secret", "PATCH"],
  ["gitlab", GITLAB_USER, "acme/finance!12", "glpat-secret", "PUT"],
] as const)("on %s", (system, self, where, token, edit) => {
  let server: CommentServer;

  beforeEach(() => {
    server = new CommentServer(runs.api, system);
  });

  test("writes a comment, and edits it in place from then on", async () => {
    const before = server.write("ann", "looks good");
    expect(await runs.run(system, "one\n")).toEqual({
      code: 0,
      stdout: `ci_comment: preview: ${where}: written\n`,
      stderr: "",
    });
    expect((await runs.run(system, "two\n")).stdout).toContain(`${where}: edited`);
    expect(server.comments.map(({ body }) => body)).toEqual([before.body, `${MARK}\ntwo\n`]);
    expect(server.token).toBe(token);
  });

  test("writes nothing when nothing has changed, but for what the system makes of line ends", async () => {
    server.write(self, `${MARK}\r\none\r\ntwo`);
    expect((await runs.run(system, "one\ntwo\n")).stdout).toContain(`${where}: unchanged`);
    expect(server.changes).toEqual([]);
  });

  test("never touches the comment of somebody else, whatever it begins with", async () => {
    const copied = server.write(system === "github" ? "mallory" : 666, `${MARK}\nmine`);
    server.write(null, `${MARK}\nof an account that is gone`);
    server.write(self, `quoted:\n${MARK}\nours, but not this one`);
    server.write(self, "<!-- dagster-platform: other -->\nours, for something else");
    expect((await runs.run(system, "one")).stdout).toContain("written");
    expect(server.comments).toHaveLength(5);
    expect(copied.body).toBe(`${MARK}\nmine`);
    expect(server.changes).toHaveLength(1);
  });

  test("finds its comment on the last page", async () => {
    server.pageSize = 2;
    for (let number = 0; number < 4; number++) server.write("ann", `comment ${number}`);
    const ours = server.write(self, `${MARK}\nold`);
    await runs.run(system, "new");
    expect(ours.body).toBe(`${MARK}\nnew`);
    expect(server.changes.map((line) => line.split(" ")[0])).toEqual([edit]);
  });

  test("keeps the newest of several, and deletes the older ones", async () => {
    server.write(self, `${MARK}\nfirst`);
    server.write(self, `${MARK}\nsecond`);
    const newest = server.write(self, `${MARK}\nthird`);
    await runs.run(system, "fourth");
    expect(server.comments).toEqual([newest]);
    expect(newest.body).toBe(`${MARK}\nfourth`);
  });

  test("does not mind when another job has deleted the older one before", async () => {
    const older = server.write(self, `${MARK}\nold`);
    server.write(self, `${MARK}\nnew`);
    const answer = runs.api.answer;
    runs.api.answer = (request, before) => {
      if (request.line.startsWith("DELETE "))
        server.comments = server.comments.filter((one) => one !== older);
      return answer(request, before);
    };
    expect(await runs.run(system, "newer")).toMatchObject({ code: 0, stderr: "" });
    expect(server.comments.map(({ body }) => body)).toEqual([`${MARK}\nnewer`]);
  });

  test("leaves one when another job wrote its own at the same moment", async () => {
    server.meanwhile = () => server.write(self, `${MARK}\nof the other job`);
    await runs.run(system, "ours");
    expect(server.comments.map(({ body }) => body)).toEqual([`${MARK}\nours`]);
  });

  test("leaves one when two jobs write at once", async () => {
    await Promise.all(["a", "b", "c"].map((body) => runs.run(system, body)));
    expect(server.comments).toHaveLength(1);
  });

  test("writes a new one when its own is deleted while it is edited", async () => {
    const old = server.write(self, `${MARK}\nold`);
    server.meanwhile = () => {
      server.comments = server.comments.filter((one) => one !== old);
    };
    expect((await runs.run(system, "new")).stdout).toContain("written");
    expect(server.comments.map(({ body }) => body)).toEqual([`${MARK}\nnew`]);
  });

  test("takes the number that it is given", async () => {
    const environment = { GITHUB_EVENT_PATH: "", CI_MERGE_REQUEST_IID: "" };
    expect((await runs.run(system, "one", environment, "--number", "12")).code).toBe(0);
    const ended = await runs.run(system, "one", environment);
    expect(ended).toMatchObject({ code: 1, stdout: "" });
    expect(ended.stderr).toBe(
      "ci_comment: preview: not written: this run is for no pull request: give --number\n",
    );
  });
});
