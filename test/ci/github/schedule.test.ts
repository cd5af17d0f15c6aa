import { schedule } from "./events";
import { platformOnAct } from "./platformOnAct";
import { TestLocation } from "./testLocation";
import { describeWith } from "./tools";
import { BUILD, DEPLOY, PLAN, REFRESH, RELEASE, RELEASE_AGAIN } from "./whatJobsDo";

const platform = platformOnAct();

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
