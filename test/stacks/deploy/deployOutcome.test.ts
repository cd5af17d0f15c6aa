import {
  goneDeployment,
  locationOutcome,
  type LocationOutcomeInput,
  type UpdateOutcome,
} from "../../../stacks/deploy/deployOutcome";
import { DEPLOYED, RELEASE, wanted } from "./deployCases";

const NOW = new Date("2026-11-21T13:00:00Z");

const SUCCEEDED: UpdateOutcome = { succeeded: true, errors: [], rollout: undefined };

/** It came to its end, and this is what was found out there. */
const ended = (rollout: Partial<NonNullable<UpdateOutcome["rollout"]>>): UpdateOutcome => ({
  succeeded: false,
  errors: [{ resource: "rollout-job", text: "1 of 2 locations is not served" }],
  rollout: { served: [], failed: {}, system: {}, ...rollout },
});

/** It did not come to its end. */
const broken = (...errors: UpdateOutcome["errors"]): UpdateOutcome => ({
  ...{ succeeded: false, errors, rollout: undefined },
});

const outcome = (update: UpdateOutcome, changes: Partial<LocationOutcomeInput> = {}) =>
  locationOutcome({
    ...{ before: wanted("finance"), after: wanted("finance"), earlier: undefined, update },
    ...{ dagsterUrl: DEPLOYED.dagsterUrl, runUrl: "https://ci/2", now: NOW },
    ...changes,
  });

/** What is written now. */
const written = { ...DEPLOYED, at: NOW.toISOString(), runUrl: "https://ci/2" };

const failed = (error: string) => ({ ...written, status: "failed", error });

const newer = wanted("finance", { release: { ...RELEASE, digest: "0".repeat(64) } });

describe("what becomes of a location in an update", () => {
  it("is that it is loaded when the update succeeds", () => {
    expect(outcome(SUCCEEDED)).toEqual({
      ...{ name: "finance", status: "loaded", commit: "a".repeat(40), error: null },
      deployment: written,
    });
  });

  it("is what the rollout says of it, whatever became of the others", () => {
    const update = ended({ served: ["finance"], failed: { crm: "ImportError: crm" } });
    expect(outcome(update)).toMatchObject({ status: "loaded", deployment: written });
    expect(outcome(update, { before: wanted("crm"), after: wanted("crm") })).toMatchObject({
      ...{ status: "failed", error: "ImportError: crm" },
      deployment: { location: "crm", status: "failed", error: "ImportError: crm" },
    });
  });

  it("is the system's failure when nothing could be found out of the location", () => {
    const update = ended({ system: { webserver: "no node takes its pod" } });
    expect(outcome(update).deployment).toEqual(failed("webserver: no node takes its pod"));
  });

  it("is the update's error when the rollout has not heard of the location", () => {
    expect(outcome(ended({})).error).toBe("rollout-job: 1 of 2 locations is not served");
  });

  it("is its own error when the cluster refuses something of it", () => {
    const update = broken(
      { resource: "crm-release", text: "crm is invalid" },
      { resource: "finance-release", text: "finance is invalid" },
    );
    expect(outcome(update).deployment).toEqual(failed("finance is invalid"));
  });

  it.each([
    ["a resource's", { resource: "crm-release", text: "invalid" }, "crm-release: invalid"],
    ["the program's", { resource: undefined, text: "locations.yaml:1: x" }, "locations.yaml:1: x"],
  ])("is the first error, %s, when the update ends before it", (_case, error, expected) => {
    expect(outcome(broken(error)).deployment).toEqual(failed(expected));
  });

  it("is a failure also when Pulumi does not say why", () => {
    expect(outcome(broken()).error).toBe("pulumi up has failed, and does not say why");
  });

  it("is nothing new for a release that was loaded before an update that did not reach it", () => {
    const update = broken({ resource: undefined, text: "no network" });
    expect(outcome(update, { earlier: DEPLOYED })).toEqual({
      ...{ name: "finance", status: "loaded", commit: "a".repeat(40), error: null },
      deployment: undefined,
    });
  });

  it("is a failure again for a release that had failed before it, with a time of its own", () => {
    const earlier = { ...DEPLOYED, status: "failed", error: "ImportError" } as const;
    const update = broken({ resource: undefined, text: "no network" });
    expect(outcome(update, { earlier }).deployment).toEqual(failed("no network"));
  });

  it("is a failure of a release that was loaded before, when the rollout says so", () => {
    const update = ended({ failed: { finance: "KeyError: 'HOST'" } });
    expect(outcome(update, { earlier: DEPLOYED }).deployment).toEqual(failed("KeyError: 'HOST'"));
  });

  it("is not written again when it stands there", () => {
    expect(outcome(SUCCEEDED, { earlier: DEPLOYED })).toMatchObject({
      ...{ status: "loaded", deployment: undefined },
    });
    const other = { ...DEPLOYED, dagsterUrl: null };
    expect(outcome(SUCCEEDED, { earlier: other }).deployment).toEqual(written);
  });

  it("is not claimed of a release that was written meanwhile", () => {
    for (const update of [SUCCEEDED, broken(), ended({ served: ["finance"] })])
      expect(outcome(update, { after: newer })).toMatchObject({
        ...{ status: "changed", error: null, deployment: undefined },
      });
    const first = wanted("finance", { release: undefined });
    expect(outcome(SUCCEEDED, { before: first }).status).toBe("changed");
  });

  it("is nothing for a location without anything to run", () => {
    const none = wanted("finance", { release: undefined });
    expect(outcome(SUCCEEDED, { before: none, after: none })).toEqual({
      ...{ name: "finance", status: "unreleased", commit: null, error: null },
      deployment: undefined,
    });
  });

  it("has no record for a location that the list alone gives an image", () => {
    const pinned = wanted("finance", { release: undefined, pinned: "acme/finance:1" });
    expect(outcome(SUCCEEDED, { before: pinned, after: pinned })).toMatchObject({
      ...{ status: "loaded", deployment: undefined },
    });
  });

  it("is what runs, not what was released, where the list pins an image", () => {
    const pinned = wanted("finance", { pinned: "acme/finance:1" });
    expect(outcome(SUCCEEDED, { before: pinned, after: pinned }).deployment).toEqual({
      ...{ ...written, image: "acme/finance:1", commit: null },
    });
  });

  it("is the reason why its record cannot be read, without a record of it", () => {
    const release = { digest: "e".repeat(64), record: undefined, problem: "not JSON" };
    const bad = wanted("finance", { release });
    const update = broken({ resource: undefined, text: "crm: not JSON" });
    expect(outcome(update, { before: bad, after: bad })).toMatchObject({
      ...{ status: "failed", error: "not JSON", deployment: undefined },
    });
  });
});

describe("what stands of a location that is gone", () => {
  it("is no success any more, once", () => {
    const gone = goneDeployment(DEPLOYED, { runUrl: "https://ci/2", now: NOW });
    expect(gone).toEqual(failed("it is not on the list of the platform any more"));
    expect(gone && goneDeployment(gone, { runUrl: null, now: NOW })).toBeUndefined();
  });
});
