import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";

import { write } from "../../components/ci/project";
import { pullRequest, type PullRequest } from "./events";
import { platformOnAct } from "./platformOnAct";
import { TestLocation } from "./testLocation";
import { describeWith } from "./tools";
import { BRANCH, BUILD, CI_ROLE, CLOSED_BRANCH, PLAN, REFRESH, REGISTRY } from "./whatJobsDo";

const platform = platformOnAct();

const entry = { branches: { ttlDays: 7 } };

/** Other people's words, each of which a shell would do something with. */
const WORDS = "$(touch pwned) `touch pwned` '; touch pwned; ' \" && touch pwned #";
const TITLE = `${WORDS}\n$(touch pwned)\n::set-output name=commit::pwned\n\${{ github.token }}`;
const NAME = "feature/$(touch${IFS}pwned)`touch${IFS}pwned`'\";touch${IFS}pwned;&&";

describeWith("act", "a pull request", () => {
  test.concurrent("has an image, a state and a record of its own until it is closed", async () => {
    const location = new TestLocation(platform(), { name: "asked", entry });
    const { repository } = location;
    await location.push();
    const released = await location.releases();
    const images = location.pushed;
    const before = platform()
      .written("")
      .filter((key) => /\basked\b/.test(key)).length;
    const first = repository.branch("feature", { "tiny/first.py": "" });
    const opened = await run(location, { action: "opened", commit: first });
    expect(opened.failed).toEqual([]);
    expect(opened.did).toEqual({ refresh: REFRESH, build: BUILD, branch: BRANCH });
    const logins = opened.inputsOf("configure-aws-credentials");
    expect(new Set(logins.map((given) => given["role-to-assume"]))).toEqual(
      new Set([`${CI_ROLE}asked-pull-request`]),
    );
    const second = repository.branch("feature", { "tiny/second.py": "" });
    const pushedTo = await run(location, { action: "synchronize", commit: second });
    expect(pushedTo.failed).toEqual([]);
    const closed = await run(location, { action: "closed", commit: second, merged: true });
    expect(closed.failed).toEqual([]);
    expect(closed.did).toEqual({ refresh: PLAN, branch: CLOSED_BRANCH });

    const [last, middle, one, ...others] = await platform().history("branches/asked/12.json");
    expect(others).toEqual([]);
    const image = expect.stringMatching(
      `^${REGISTRY}/dagster-prod-branches/asked@sha256:`,
    ) as string;
    expect(one).toMatchObject({ status: "open", commit: first, number: 12, image });
    expect(middle).toMatchObject({ status: "open", commit: second, image });
    const { image: newest, defsState } = middle as Readonly<Record<string, unknown>>;
    expect(newest).not.toBe((one as Readonly<Record<string, unknown>>)["image"]);
    expect(last).toMatchObject({ status: "merged", commit: second, image: newest, defsState });

    expect(await location.releases()).toEqual(released);
    const written = platform()
      .written("")
      .filter((key) => /\basked\b/.test(key));
    const folders = written.slice(before).map((key) => key.replace(/[^/]+-[^/]+-[^/]+$/, ""));
    const state = "branches/asked/12/defs-state/asked/Source__api__/";
    const record = "branches/asked/12.json";
    expect(folders).toEqual([state, record, state, record, record]);
    const more = location.pushed.filter((name) => !images.includes(name));
    expect(more).toEqual([
      expect.stringMatching(`^${REGISTRY}/dagster-prod-branches/asked:pr-12-`),
      expect.stringMatching(`^${REGISTRY}/dagster-prod-branches/asked:pr-12-`),
    ]);
    expect(location.statuses(first)).toEqual([]);
  });

  test.concurrent("has its words in the record as they are, and nowhere else", async () => {
    const location = new TestLocation(platform(), { name: "worded", entry });
    const commit = location.repository.branch(NAME, {});
    const done = await run(location, {
      ...{ action: "opened", commit, branch: NAME, title: TITLE },
      author: "ada",
    });
    expect(done.failed).toEqual([]);
    const record = await platform().history("branches/worded/12.json");
    expect(record).toMatchObject([
      { title: TITLE, branch: NAME, author: "ada", labels: ["keep"], status: "open", commit },
    ]);
    const { root } = platform().runner;
    const made = readdirSync(root, { recursive: true, encoding: "utf8" });
    expect(made.filter((path) => path.endsWith("/pwned"))).toEqual([]);
    expect(done.output).not.toContain("pwned");
  });

  test.concurrent.each<[string, string, Partial<PullRequest>]>([
    ["a fork", "forked", { head: "mallory/forked" }],
    ["Dependabot", "botted", { author: "dependabot[bot]" }],
  ])("of %s starts no job", async (_case, name, request) => {
    const location = new TestLocation(platform(), { name, entry });
    const commit = location.repository.branch("feature", {});
    const ended = await run(location, { action: "opened", commit, ...request });
    expect(ended.code).toBe(0);
    expect(ended.jobs).toEqual({});
    expect(ended.calls).toEqual([]);
    expect(await platform().history(`branches/${name}/12.json`)).toEqual([]);
  });
});

describeWith("act", "the event pull_request_target", () => {
  test.concurrent("refuses before there are any credentials", async () => {
    const location = new TestLocation(platform(), { name: "targeted", entry });
    const { folder } = location.repository;
    const caller = readFileSync(join(folder, location.workflow), "utf8");
    expect(caller).toContain("\n  pull_request:\n");
    write(folder, location.workflow, caller.replace("  pull_request:", "  pull_request_target:"));
    const commit = location.repository.commit("wrong");
    const { payload } = pullRequest(location.repository, { ...OPENED, commit, head: "mallory/x" });
    const ended = await location.run({ name: "pull_request_target", payload });
    expect(ended.failed).toEqual(["refresh: Write the scripts"]);
    expect(ended.output).toContain("::error::not for the event pull_request_target");
    expect(ended.calls).toEqual([]);
  });
});

const OPENED = { action: "opened", number: 12, at: "2026-01-01T12:00:00Z" } as const;

/** What happens to pull request 12; each event is a second after the one before. */
function run(
  location: TestLocation,
  request: Pick<PullRequest, "action" | "commit"> & Partial<PullRequest>,
): ReturnType<TestLocation["run"]> {
  const second = ["opened", "synchronize", "closed"].indexOf(request.action);
  const at = `2026-01-01T12:00:0${second}Z`;
  return location.run(pullRequest(location.repository, { ...OPENED, at, ...request }));
}
