import { refreshFinding } from "../../../stacks/doctor/refreshFinding";
import { NOW, RELEASE } from "./records";

// The state is of 10:00, and it is 12:00.
it.each([
  [undefined, "ok", "refreshed 2 h ago; no refresh.schedule: with each push only"],
  ["0 10 * * *", "ok", "refreshed 2 h ago, scheduled 0 10 * * *"],
  // Due less than three hours ago: it may be late.
  ["0 11 * * *", "ok", "refreshed 2 h ago, scheduled 0 11 * * *"],
  ["0 6 30 2 *", "ok", "refreshed 2 h ago, scheduled 0 6 30 2 *"],
])("takes state that is as new as %s promises", (schedule, state, found) => {
  expect(refreshFinding(schedule, RELEASE, NOW)).toEqual({ state, found });
});

it("is a problem when a refresh was due", () => {
  const later = new Date("2026-11-22T09:01:00Z");
  expect(refreshFinding("0 6 * * *", RELEASE, later)).toMatchObject({
    state: "problem",
    found: "refreshed 23 h ago, but 0 6 * * * was due at 2026-11-22T06:00:00.000Z",
  });
  expect(refreshFinding("0 6 * * *", RELEASE, new Date("2026-11-22T08:59:00Z")).state).toBe("ok");
});

it("says why there is nothing to be old", () => {
  expect(refreshFinding("0 6 * * *", undefined, NOW).found).toBe("it was never released");
  expect(refreshFinding("0 6 * * *", { ...RELEASE, defsState: null }, NOW).found).toBe(
    "its release pins no defs state",
  );
});
