import { rmSync } from "node:fs";
import { join } from "node:path";

import { answers } from "../../components/ci/source";
import { dispatch, push, schedule } from "./events";
import { DISPATCH } from "./platform";
import { platformOnAct } from "./platformOnAct";
import { TestLocation } from "./testLocation";
import { describeWith } from "./tools";
import { BUILD, DEPLOY, PLAN, REFRESH, RELEASE, RELEASE_AGAIN } from "./whatJobsDo";

const platform = platformOnAct();

describeWith("act", "two pushes at once", () => {
  test.concurrent("end with the newer one released, and the older one green", async () => {
    const location = new TestLocation(platform(), { name: "raced" });
    const { repository } = location;
    const { source } = platform();
    location.readFrom("/older");
    const older = repository.commit("older");
    location.readFrom("/newer");
    const newer = repository.commit("newer");
    source.on("/newer", answers(200));
    // The older push's source answers when the newer one is released.
    const answered = new Promise<() => void>((resolve) => {
      source.on("/older", (response, before) => {
        resolve(() => {
          answers(200)(response, before);
        });
      });
    });
    const at = (time: string): { at: Date } => ({ at: new Date(`2026-01-01T${time}Z`) });
    const slow = location.run(push(repository, older, at("12:00:00")));
    const answer = await answered;
    const quick = await location.run(push(repository, newer, at("12:00:01")));
    const [released] = await location.releases();
    answer();
    const late = await slow;

    expect(quick.failed).toEqual([]);
    expect(released?.commit).toBe(newer);
    expect(late.code).toBe(0);
    expect(late.did["release"]).toContain("release.py");
    expect(late.output).toContain("is newer: ");
    expect(await location.releases()).toEqual([released]);
    expect(location.statuses(older)).toMatchObject([
      { state: "success", description: expect.stringContaining("superseded") as string },
    ]);
    const asked = platform().api.sent(DISPATCH);
    expect(asked.filter((body) => JSON.stringify(body).includes('"raced"'))).toMatchObject([
      { inputs: { commit: newer } },
    ]);
  });
});

describeWith("act", "a start by hand", () => {
  test.concurrent("releases the default branch, also of a project without state", async () => {
    const entry = { autoload: undefined, module: "tiny.definitions" };
    const location = new TestLocation(platform(), { name: "started", entry });
    rmSync(join(location.project, "tiny"), { recursive: true });
    const commit = location.commit({
      "pyproject.toml": '[project]\nname = "tiny"\nversion = "0.1.0"\n',
      "tiny/__init__.py": "",
      "tiny/definitions.py": "import dagster as dg\n\ndefs = dg.Definitions()\n",
    });
    const run = await location.run(dispatch(location.repository));
    expect(run.failed).toEqual([]);
    expect(run.did).toEqual({ refresh: REFRESH, build: BUILD, release: RELEASE, deploy: DEPLOY });
    expect(await location.releases()).toMatchObject([{ commit, defsState: null }]);
    expect(platform().written("defs-state/started/")).toEqual([]);
  });

  test.concurrent("refuses another branch before anything of it is checked out", async () => {
    const location = new TestLocation(platform(), { name: "elsewhere" });
    const run = await location.run(dispatch(location.repository, { branch: "feature" }));
    expect(run.code).toBe(1);
    expect(run.did).toEqual({ refresh: PLAN.slice(0, -1) });
    expect(run.output).toContain(
      "plan: elsewhere: elsewhere is released from main, and this is feature: run it there",
    );
    expect(platform().written("defs-state/elsewhere/")).toEqual([]);
    expect(await location.releases()).toEqual([]);
  });
});

const entry = { refresh: { schedule: "0 6 * * *" } };

describeWith("act", "the scheduled refresh", () => {
  test.concurrent("releases new state with the image and the commit that are there", async () => {
    const location = new TestLocation(platform(), { name: "daily", entry });
    await location.push();
    // Not released, and so not refreshed.
    location.repository.commit("later", { "tiny/later.py": "import nowhere\n" });
    const run = await location.run(schedule(location.repository));
    expect(run.failed).toEqual([]);
    expect(run.did).toEqual({ refresh: REFRESH, release: RELEASE_AGAIN, deploy: DEPLOY });
    expect(run.argumentsOf("docker", "build")).toEqual([]);
    const releases = await location.releases();
    const [refreshed, pushed] = releases;
    expect(releases).toHaveLength(2);
    const { image, commit, releasedAt } = pushed ?? {};
    expect(refreshed).toMatchObject({ image, commit, releasedAt });
    expect(refreshed?.defsState).not.toEqual(pushed?.defsState);
    expect(run.inputsOf("checkout")).toMatchObject([{ ref: commit }]);
    expect(platform().written("defs-state/daily/")).toHaveLength(2);
  });

  test.concurrent(
    "builds anew, from the released commit, what has its state in the image",
    async () => {
      const location = new TestLocation(platform(), { name: "baked", isLocal: true, entry });
      await location.push();
      location.repository.commit("later", { "tiny/later.py": "" });
      const run = await location.run(schedule(location.repository));
      expect(run.failed).toEqual([]);
      expect(run.did).toEqual({ refresh: REFRESH, build: BUILD, release: RELEASE, deploy: DEPLOY });
      const [refreshed, pushed] = await location.releases();
      const { commit = "", image = "" } = pushed ?? {};
      expect(refreshed?.commit).toBe(commit);
      expect(run.inputsOf("checkout")).toMatchObject([{ ref: commit }, { ref: commit }]);
      expect(location.inImage(refreshed?.image ?? "", "tiny/later.py")).toBeUndefined();
      expect(location.inImage(image, "tiny/source.py")).toBeDefined();
      expect(location.pushed).toHaveLength(2);
    },
  );

  test.concurrent("does nothing, and is green, without a release", async () => {
    const location = new TestLocation(platform(), { name: "unreleased", entry });
    const run = await location.run(schedule(location.repository));
    expect(run.code).toBe(0);
    expect(run.did).toEqual({ refresh: PLAN });
    expect(run.output).toContain(
      "plan: unreleased: nothing to do: it has no release yet: push to release it",
    );
    expect(platform().written("defs-state/unreleased/")).toEqual([]);
    expect(await location.releases()).toEqual([]);
  });
});
