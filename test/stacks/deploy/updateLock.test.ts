import type { CiRun } from "../../../stacks/deploy/ciRun";
import type { UpdateRecord } from "../../../stacks/deploy/platformRecords";
import {
  decideLocks,
  type LockInput,
  saidLocks,
  type StackLock,
} from "../../../stacks/deploy/updateLock";

/** As Pulumi 3.270 says it. */
const SAID = `error: the stack is currently locked by 2 lock(s). Either wait for the other process(es) to end or delete the lock file with \`pulumi cancel\`.
  s3://acme/.pulumi/locks/organization/dagster-platform/prod/1f-a.json: created by runner@fv-az1-2 (pid 4242) at 2026-11-21T12:00:00Z
  file:///a b/.pulumi/locks/organization/dagster-platform/prod/2.json?no_tmp_dir=true: created by AD\\ann lee@laptop.acme.com (pid 7) at 2026-11-21T13:00:00+01:00
`;

const RUN: CiRun = {
  ...{ hostname: "fv-az9", username: "runner", pid: 2000, isCi: true },
  ...{ runUrl: "https://ci/2", ciGroup: "deploy-prod" },
};

const LAPTOP: CiRun = {
  ...{ hostname: "laptop", username: "ann", pid: 2000, isCi: false },
  ...{ runUrl: null, ciGroup: null },
};

/** Of a job that was killed. */
const KILLED: UpdateRecord = {
  ...{ schemaVersion: 1, hostname: "fv-az1", username: "runner", pid: 1000 },
  ...{ startedAt: "2026-11-21T12:00:00.600Z", endedAt: null },
  ...{ runUrl: "https://ci/1", ciGroup: "deploy-prod", recovering: false },
};

const lock = (changes: Partial<StackLock> = {}): StackLock => ({
  ...{ username: "runner", hostname: "fv-az1", pid: 1010 },
  since: new Date("2026-11-21T12:00:02Z"),
  ...changes,
});

const at = (time: string) => lock({ since: new Date(`2026-11-21T${time}Z`) });

const decide = (locks: readonly StackLock[], changes: Partial<LockInput> = {}) =>
  decideLocks({
    ...{ locks, count: locks.length, stack: "prod", run: RUN, earlier: KILLED },
    isAlive: () => false,
    ...changes,
  });

const own = lock({ hostname: "laptop", username: "ann" });

describe("locks of a stack", () => {
  it("are read from what Pulumi says", () => {
    expect(saidLocks(SAID)).toEqual({
      count: 2,
      locks: [
        {
          ...{ username: "runner", hostname: "fv-az1-2", pid: 4242 },
          since: new Date("2026-11-21T12:00:00Z"),
        },
        {
          ...{ username: "AD\\ann lee", hostname: "laptop.acme.com", pid: 7 },
          since: new Date("2026-11-21T12:00:00Z"),
        },
      ],
    });
  });

  it.each([
    ["", undefined],
    ["error: no stack named 'prod' found\n", undefined],
    ["    the stack is currently locked by 1 lock(s), says a program\n", undefined],
  ])("are none in %j", (said, expected) => {
    expect(saidLocks(said)).toEqual(expected);
  });

  it.each<[string, StackLock, Partial<LockInput>]>([
    ["of a job of the group that was killed", lock(), {}],
    ["taken in the same second as its record", at("12:00:00"), {}],
    ["taken after a slow start", at("12:04:59"), {}],
    [
      "of the same job, tried again on a machine of that name",
      lock(),
      { run: { ...RUN, hostname: "fv-az1" } },
    ],
    ["of a process of this machine that is gone", own, { run: LAPTOP, earlier: undefined }],
    ["of another user of this machine", lock({ hostname: "laptop" }), { run: LAPTOP }],
  ])("are taken away: %s", (_case, one, changes) => {
    expect(decide([one], changes)).toMatchObject({ isDead: true });
  });

  it.each<[string, StackLock, Partial<LockInput>]>([
    ["no update was begun here before", lock(), { earlier: undefined }],
    [
      "the update before has ended",
      lock(),
      { earlier: { ...KILLED, endedAt: "2026-11-21T12:01:00Z" } },
    ],
    ["this is no job of a group", lock(), { run: { ...RUN, ciGroup: null } }],
    ["this is a job of another group", lock(), { run: { ...RUN, ciGroup: "deploy-lab" } }],
    ["the update before was of another group", lock(), { earlier: { ...KILLED, ciGroup: "x" } }],
    ["the update before was of no group", lock(), { earlier: { ...KILLED, ciGroup: null } }],
    [
      "neither has a group",
      lock(),
      { run: { ...RUN, ciGroup: null }, earlier: { ...KILLED, ciGroup: null } },
    ],
    ["it is of another machine", lock({ hostname: "fv-az2" }), {}],
    ["it is of another user", lock({ username: "ann" }), {}],
    ["it is older than that job", at("11:59:58"), {}],
    ["it is much younger than that job's update", at("12:05:02"), {}],
    ["the process of this machine runs", own, { run: LAPTOP, isAlive: () => true }],
    ["a person has it elsewhere", own, { run: { ...LAPTOP, hostname: "desktop" } }],
    [
      "in CI, machines of one name are not one machine",
      lock({ hostname: "fv-az9" }),
      { earlier: undefined },
    ],
  ])("stay: %s", (_case, one, changes) => {
    expect(decide([one], changes)).toMatchObject({ isDead: false });
  });

  it("stay all when one of them may be held", () => {
    const { isDead, reason } = decide([lock(), lock({ hostname: "laptop", username: "ann" })]);
    expect(isDead).toBe(false);
    expect(reason).toBe(
      "the stack is locked by ann@laptop (pid 1010) since 2026-11-21T12:00:02Z: wait until that update has ended; if it was killed, run `pulumi cancel -s prod`, and this again",
    );
  });

  it("stay when Pulumi does not say of all whose they are", () => {
    expect(decide([lock()], { count: 2 }).isDead).toBe(false);
    const text = SAID.replace("2026-11-21T12:00:00Z", "yesterday");
    const { count = 0, locks = [] } = saidLocks(text) ?? {};
    expect(locks).toHaveLength(1);
    expect(decide(locks, { count })).toEqual({
      isDead: false,
      reason:
        "the stack is locked, and Pulumi does not say by whom: wait until that update has ended; if it was killed, run `pulumi cancel -s prod`, and this again",
    });
  });

  it("are told of, with the job that left them", () => {
    expect(decide([lock()]).reason).toBe(
      "takes away the lock of runner@fv-az1 (pid 1010) since 2026-11-21T12:00:02Z: the job of deploy-prod that made it is over (https://ci/1)",
    );
    expect(decide([own], { run: LAPTOP }).reason).toBe(
      "takes away the lock of ann@laptop (pid 1010) since 2026-11-21T12:00:02Z: that process is gone",
    );
    expect(decide([own], { run: LAPTOP, isAlive: () => true }).reason).toContain(
      "since 2026-11-21T12:00:02Z, which still runs: wait",
    );
  });
});
