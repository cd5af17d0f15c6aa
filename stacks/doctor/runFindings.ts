import type { CiRun } from "../repositories/repositoryApi";
import type { ReleaseRecord } from "../releaseRecord";
import { type Finding, ok, problem, skipped } from "./finding";

/** How the last run of CI on the released branch ended. */
export function ciRunFinding(run: CiRun | undefined, branch: string): Finding {
  if (run === undefined)
    return problem(`CI has not run on ${branch} yet`, `push to ${branch}, or start it by hand`);
  const { state, said, at, url } = run;
  const text = `${said}, ${at}, ${url}`;
  if (state === "running") return skipped(`it runs at the moment: ${text}`);
  if (state === "passed") return ok(text);
  return problem(
    text,
    "open its log: the last lines of the red job say why, docs/ci.md what to do",
  );
}

/** How an identity can be looked up by somebody who may. */
export interface IdentityNames {
  readonly cloud: "aws" | "gcp";
  readonly name: string;
  /** A command of the cloud's own program. */
  readonly command: string;
}

/**
 * Whether CI of the location has its identity in the cloud. Nobody here asks the cloud for it: that takes a library for each. A record that CI has
 * written is the evidence.
 */
export function identityFinding(
  names: IdentityNames,
  release: ReleaseRecord | undefined,
  run: CiRun | undefined,
): Finding {
  const { name, command, cloud } = names;
  if (release !== undefined && release.runUrl !== null)
    return ok(`${name} has written the record of ${release.releasedAt} (${release.runUrl})`);
  const where = `no record that CI has written shows ${name}; \`${command}\` tells`;
  if (run?.state !== "failed") return skipped(where);
  const fix =
    cloud === "aws"
      ? "run `pulumi up`; with `Not authorized to perform sts:AssumeRoleWithWebIdentity` in the run's log the token is of another branch, workflow or repository than the list says; or the repository was renamed"
      : "run `pulumi up`; with `The given credential is rejected by the attribute condition` in the run's log the token is of another owner, workflow, event or branch than the list says; or the job has an `environment`";
  return problem(`CI failed, and ${where}`, fix);
}
