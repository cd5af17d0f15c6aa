import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";

import { write } from "../../components/ci/project";
import { pullRequest, type PullRequest } from "./events";
import { once } from "./once";
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
  /** Opened, pushed to, and merged, where there is a release already. */
  const life = once(async () => {
    const location = new TestLocation(platform(), { name: "asked", entry });
    const released = await location.release();
    const first = location.repository.branch("feature", { "tiny/first.py": "" });
    const opened = await run(location, { action: "opened", commit: first });
    const second = location.repository.branch("feature", { "tiny/second.py": "" });
    const pushedTo = await run(location, { action: "synchronize", commit: second });
    const closed = await run(location, { action: "closed", commit: second, merged: true });
    return { location, released, first, opened, second, pushedTo, closed };
  });

  test.concurrent("is refreshed, built and recorded with rights of its own", async () => {
    const { opened, pushedTo, closed } = await life();
    expect([opened.failed, pushedTo.failed, closed.failed]).toEqual([[], [], []]);
    const all = { refresh: REFRESH, build: BUILD, branch: BRANCH };
    expect([opened.did, pushedTo.did]).toEqual([all, all]);
    expect(closed.did).toEqual({ refresh: PLAN, branch: CLOSED_BRANCH });
    const logins = [opened, pushedTo, closed].flatMap((each) =>
      each.inputsOf("configure-aws-credentials"),
    );
    expect(new Set(logins.map((given) => given["role-to-assume"]))).toEqual(
      new Set([`${CI_ROLE}asked-pull-request`]),
    );
  });

  test.concurrent("has a record that is open, gets the new commit, and is closed", async () => {
    const { first, second } = await life();
    const history = await platform().history("branches/asked/12.json");
    const [merged, newer, open] = history as readonly Readonly<Record<string, unknown>>[];
    expect(history).toHaveLength(3);
    const image = expect.stringMatching(
      `^${REGISTRY}/dagster-prod-branches/asked@sha256:`,
    ) as string;
    expect(open).toMatchObject({ status: "open", commit: first, number: 12, image });
    expect(newer).toMatchObject({ status: "open", commit: second, image });
    expect(newer?.["image"]).not.toBe(open?.["image"]);
    const { image: last, defsState } = newer ?? {};
    expect(merged).toMatchObject({ status: "merged", commit: second, image: last, defsState });
  });

  test.concurrent("touches nothing but its own prefix and its own images", async () => {
    const { location, released, first } = await life();
    const written = platform().written("");
    const state = "branches/asked/12/defs-state/asked/Source__api__/";
    const record = "branches/asked/12.json";
    expect(
      written
        .filter((key) => /\basked\b/.test(key))
        .map((key) => key.replace(/[0-9a-f-]{36}$/, "")),
    ).toEqual([state, record, state, record, record]);
    const image = `^${REGISTRY}/dagster-prod-branches/asked:pr-12-`;
    expect(location.pushed).toEqual([expect.stringMatching(image), expect.stringMatching(image)]);
    expect(await location.releases()).toEqual([released]);
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
