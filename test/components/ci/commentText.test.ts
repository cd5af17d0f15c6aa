import { join } from "node:path";

import { CommentRuns, MARK } from "./commentRuns";
import { CommentServer } from "./commentServers";
import { runScript } from "./python";

let runs: CommentRuns;

beforeEach(async () => {
  runs = await CommentRuns.start();
});

afterEach(() => {
  runs.stop();
});

describe("the limit of a comment", () => {
  test("cuts at the end of a line, closes the code block, and says so", async () => {
    const server = new CommentServer(runs.api, "github");
    const line = `${"é".repeat(99)}\n`;
    await runs.run("github", `\`\`\`\`diff\n${line.repeat(700)}\`\`\`\`\nthe end\n`);
    const [{ body } = { body: "" }] = server.comments;
    expect(body.length).toBeLessThanOrEqual(65_536);
    expect(body.length).toBeGreaterThan(65_300);
    expect(body).toMatch(/^<!--.*-->\n````diff\n/);
    expect(
      body.endsWith(
        `${line.trimEnd()}\n\`\`\`\`\n\n*Cut here: it is longer than a comment can be.*\n`,
      ),
    ).toBe(true);
  });

  test("is higher on GitLab, and what fits is not cut", async () => {
    const server = new CommentServer(runs.api, "gitlab");
    await runs.run("gitlab", "word\n".repeat(199_000));
    expect(server.comments[0]?.body).toBe(`${MARK}\n${"word\n".repeat(199_000)}`);
    await runs.run("gitlab", "word\n".repeat(201_000));
    expect(server.comments[0]?.body.length).toBeLessThanOrEqual(1_000_000);
    expect(server.comments[0]?.body).toContain("Cut here");
  });
});

test("gives GitLab no line that it would take for an order", async () => {
  const server = new CommentServer(runs.api, "gitlab");
  await runs.run("gitlab", "/close\n```\n/merge\n```\n\r/approve\nsee /tmp\n");
  expect(server.comments[0]?.body).toBe(
    `${MARK}\n /close\n\`\`\`\n /merge\n\`\`\`\n\n /approve\nsee /tmp\n`,
  );
});

test("says how to get comments on GitLab, and is no failure without", async () => {
  const ended = await runs.run("gitlab", "\n# 3 to \u001b[31madd\nmore", {
    DAGSTER_COMMENT_TOKEN: "",
  });
  expect(ended).toEqual({
    code: 0,
    stdout:
      "ci_comment: preview: acme/finance!12: # 3 to [31madd\n" +
      "ci_comment: preview: not written as a comment: set the CI/CD variable DAGSTER_COMMENT_TOKEN (masked, not protected) to a project access token with role Reporter and scope api\n",
    stderr: "",
  });
  expect(runs.api.requests).toEqual([]);
});

test.each([
  [
    "github",
    { status: 403, json: { message: "Resource not accessible by integration" } },
    "GET {list}: 403 Resource not accessible by integration: the job needs `permissions: pull-requests: write`; a fork's run never gets it",
  ],
  ["github", { status: 404, json: { message: "Not Found" } }, "GET {list}: 404 Not Found"],
  [
    "gitlab",
    { status: 401, json: { message: "401 Unauthorized" } },
    "GET {user}: 401 401 Unauthorized: DAGSTER_COMMENT_TOKEN must be valid, with role Reporter and scope api",
  ],
] as const)("says what the token of %s needs (%j)", async (system, answer, message) => {
  runs.api.answer = () => answer;
  const ended = await runs.run(system, "one");
  const list = `${runs.api.url}/repos/acme/finance/issues/12/comments?per_page=100&page=1`;
  const text = message.replace("{list}", list).replace("{user}", `${runs.api.url}/user`);
  expect(ended).toEqual({
    code: 1,
    stdout: "",
    stderr: `ci_comment: preview: not written: ${text}\n`,
  });
});

test.each(["a--b", "a -->", "", "-a"])("refuses the marker %j", async (marker) => {
  const ended = await runScript("ci_comment.py", [`--marker=${marker}`, "--body", "x"]);
  expect(ended.code).toBe(2);
  expect(ended.stderr).toContain("--marker must be words of letters and digits");
});

test("refuses a body that is not there", async () => {
  const args = ["--marker", "preview", "--body", join(runs.folder, "none.md")];
  const ended = await runScript("ci_comment.py", args, runs.github);
  expect(ended.stderr).toBe(
    `ci_comment: preview: ${join(runs.folder, "none.md")}: No such file or directory\n`,
  );
});
