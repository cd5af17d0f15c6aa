import { ciRunFinding, identityFinding } from "../../../stacks/doctor/runFindings";
import type { CiRun } from "../../../stacks/repositories/repositoryApi";
import { RELEASE } from "./records";

const RUN: CiRun = {
  ...{ state: "passed", said: "success", at: "2026-11-21T10:00:00Z" },
  url: "https://ci.test/1",
};

const FAILED: CiRun = { ...RUN, state: "failed", said: "failure" };

it.each([
  [RUN, { state: "ok", found: "success, 2026-11-21T10:00:00Z, https://ci.test/1" }],
  [
    { ...RUN, state: "running" as const, said: "queued" },
    {
      state: "skipped",
      found: "it runs at the moment: queued, 2026-11-21T10:00:00Z, https://ci.test/1",
    },
  ],
  [
    FAILED,
    {
      state: "problem",
      found: "failure, 2026-11-21T10:00:00Z, https://ci.test/1",
      fix: "open its log: the last lines of the red job say why, docs/ci.md what to do",
    },
  ],
  [
    undefined,
    {
      state: "problem",
      found: "CI has not run on main yet",
      fix: "push to main, or start it by hand",
    },
  ],
])("judges the last run: %j", (run, finding) => {
  expect(ciRunFinding(run, "main")).toEqual(finding);
});

describe("the identity of CI", () => {
  const aws = { cloud: "aws", name: "role crm-ci", command: "aws iam get-role" } as const;

  it("is there when CI has written a record", () => {
    expect(identityFinding(aws, RELEASE, FAILED)).toEqual({
      state: "ok",
      found: "role crm-ci has written the record of 2026-11-21T10:00:00Z (https://ci.test/1)",
    });
  });

  it.each([
    [undefined, undefined],
    [{ ...RELEASE, runUrl: null }, RUN],
  ])("is not judged without: %j", (release, run) => {
    expect(identityFinding(aws, release, run)).toEqual({
      state: "skipped",
      found: "no record that CI has written shows role crm-ci; `aws iam get-role` tells",
    });
  });

  it.each([
    ["aws", "Not authorized to perform sts:AssumeRoleWithWebIdentity"],
    ["gcp", "The given credential is rejected by the attribute condition"],
  ] as const)("may be why CI failed on %s", (cloud, message) => {
    const finding = identityFinding({ ...aws, cloud }, undefined, FAILED);
    expect(finding).toMatchObject({
      state: "problem",
      fix: expect.stringContaining(message) as string,
    });
  });
});
