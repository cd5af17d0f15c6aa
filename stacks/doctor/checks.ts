import { InvalidInputError } from "../invalidInputError";
import { NotThereError } from "../kubectlProblem";
import { NoBucketError } from "../objectStore";
import { ServerError } from "../serverError";
import { entryCheck } from "./entryCheck";
import { type Finding, problem, skipped } from "./finding";
import type { Inquiry } from "./inquiry";
import { platformChecks } from "./platformChecks";
import { projectChecks } from "./projectChecks";
import { repositoryChecks } from "./repositoryChecks";
import { runChecks } from "./runChecks";

/** One thing that has to be true of a location, from the list to Dagster. */
export interface Check {
  /** In a few words, as it stands in the table. */
  readonly title: string;
  /** Asks, and judges; it may throw a `ServerError` where somebody does not answer. */
  readonly find: () => Finding | Promise<Finding>;
}

/** What a check found. */
export type Checked = { readonly check: string } & Finding;

/** Makes all checks, in the order of the chain; one that fails keeps none of the others from being made. */
export async function checkChain(inquiry: Inquiry): Promise<readonly Checked[]> {
  const checks = [
    entryCheck(inquiry),
    ...repositoryChecks(inquiry),
    ...projectChecks(inquiry),
    ...runChecks(inquiry),
    ...platformChecks(inquiry),
  ];
  return Promise.all(
    checks.map(async (check) => ({ check: check.title, ...(await found(check)) })),
  );
}

async function found({ find }: Check): Promise<Finding> {
  try {
    return await find();
  } catch (error) {
    if (error instanceof NoBucketError || error instanceof NotThereError) return absent(error);
    if (error instanceof ServerError || error instanceof InvalidInputError)
      return skipped(error.message.split("\n")[0] ?? "");
    throw error;
  }
}

/** It has answered: what was asked for is not there. The message ends with what to do. */
function absent({ message }: ServerError): Finding {
  const [, what = message, fix = "run `pulumi up` for the stack"] =
    /^(.*?): ([^:]*`.*)$/.exec(message) ?? [];
  return problem(what, fix);
}
