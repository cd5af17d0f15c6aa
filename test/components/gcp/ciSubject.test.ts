import fc from "fast-check";

import {
  type CiJobs,
  ciSubject,
  ciSubjectMistake,
  SUBJECT_BYTES,
} from "../../../components/gcp/ciSubject";
import { githubClaims, gitlabClaims } from "./claims";
import { GITHUB, LOCATION_WORKFLOW_REF, program } from "./program";
import { exchange } from "./tokenExchange";

const ids = fc.integer({ min: 1, max: 2_000_000_000 });
const names = fc.stringMatching(/^[A-Za-z0-9._/-]{1,60}$/);

/** Few values, so that two of them are often nearly the same. */
const jobs: fc.Arbitrary<CiJobs> = fc.record({
  repository: fc.record({
    provider: fc.constantFrom("github" as const, "gitlab" as const),
    repositoryId: fc.oneof(fc.constantFrom(1, 4, 12, 42, 421), ids),
  }),
  work: fc.constantFrom("location" as const, "platform" as const),
  trigger: fc.oneof(
    fc.constant({ kind: "pull-request" as const }),
    fc.record({
      kind: fc.constant("branch" as const),
      branch: fc.oneof(fc.constantFrom("main", "pull_request", "refs/heads/main", "1"), names),
    }),
  ),
});

describe("the subject of CI jobs", () => {
  it("is short, and by number", () => {
    const repository = { provider: "github", repositoryId: 42 } as const;
    const trigger = { kind: "branch", branch: "main" } as const;
    expect(ciSubject({ repository, work: "location", trigger })).toBe(
      "github:location:42:refs/heads/main",
    );
    expect(ciSubject({ repository, work: "platform", trigger: { kind: "pull-request" } })).toBe(
      "github:platform:42:pull_request",
    );
  });

  it("is another one for other jobs", () => {
    fc.assert(
      fc.property(jobs, jobs, (one, other) => {
        fc.pre(JSON.stringify(one) !== JSON.stringify(other));
        expect(ciSubject(one)).not.toBe(ciSubject(other));
      }),
      { numRuns: 2000 },
    );
  });

  it("is what the providers make of these jobs' tokens, and of no others'", async () => {
    const made = await program();
    fc.assert(
      fc.property(jobs, (job) => {
        const { repository, work, trigger } = job;
        // The rest is of the platform, whose repository is known.
        fc.pre(
          work === "location" ||
            (repository.provider === "github" && repository.repositoryId === 7),
        );
        expect(exchange(made, repository.provider, claimsOf(job))).toMatch(
          new RegExp(`/subject/${ciSubject({ repository, work, trigger })}$`),
        );
      }),
      { numRuns: 500 },
    );
  });

  it("has room for the longest ids and a branch of 80", () => {
    const repository = { provider: "github", repositoryId: Number.MAX_SAFE_INTEGER } as const;
    const trigger = { kind: "branch", branch: "b".repeat(80) } as const;
    expect(ciSubjectMistake({ repository, work: "location", trigger })).toBeUndefined();
  });

  it("refuses what has more than 127 bytes", () => {
    const repository = { provider: "gitlab", repositoryId: 42 } as const;
    const fits = SUBJECT_BYTES - "gitlab:location:42:refs/heads/".length;
    const job = (length: number): CiJobs => {
      const trigger = { kind: "branch", branch: "b".repeat(length) } as const;
      return { repository, work: "location", trigger };
    };
    expect(ciSubject(job(fits))).toHaveLength(SUBJECT_BYTES);
    expect(() => ciSubject(job(fits + 1))).toThrow(RangeError);
    expect(ciSubjectMistake(job(fits + 1))).toBe(
      `subject gitlab:location:42:refs/heads/${"b".repeat(fits + 1)}: has 128 bytes, Google Cloud takes 127; use a shorter branch`,
    );
  });

  it.each(["main:x", "*", "a b", "", "größe", "x?y", "x#y", "a%2Fb", "a\nb"])(
    "refuses the branch %j",
    (branch) => {
      const repository = { provider: "github", repositoryId: 42 } as const;
      const trigger = { kind: "branch", branch } as const;
      expect(() => ciSubject({ repository, work: "location", trigger })).toThrow(
        /has to be of letters, digits/,
      );
    },
  );
});

/** The token of such a job. */
function claimsOf({ repository, work, trigger }: CiJobs) {
  const id = String(repository.repositoryId);
  const isBranch = trigger.kind === "branch";
  const ref = isBranch ? `refs/heads/${trigger.branch}` : "refs/pull/5/merge";
  if (repository.provider === "gitlab") {
    const source = isBranch ? "push" : "merge_request_event";
    const project = { project_id: id, job_project_id: id };
    return gitlabClaims({ ...project, ref_path: ref, pipeline_source: source });
  }
  const workflow =
    work === "location" ? LOCATION_WORKFLOW_REF : `${GITHUB.platform?.workflow ?? ""}@${ref}`;
  return githubClaims({
    ...{ repository_id: id, ref, job_workflow_ref: workflow },
    event_name: isBranch ? "push" : "pull_request",
  });
}
