import { z } from "zod";
import { advice } from "./advice";

const OWNER_AND_NAME =
  /^(?!.*\.git$)[A-Za-z0-9_][A-Za-z0-9_.-]*(\/(?!\.{1,2}(\/|$))[A-Za-z0-9_.-]+)+$/;

/** A repository on GitHub (`owner/name`) or GitLab (groups may be nested: `group/team/name`). */
export const repositoryName = z
  .string()
  .regex(OWNER_AND_NAME, { error: ({ input = "" }) => repositoryAdvice(input) });

function repositoryAdvice(given: string): string {
  const bare = given
    .replace(/^(\w+:\/\/|git@)[^/:]*[/:]/, "")
    .replace(/\.git\/?$/, "")
    .replace(/\/+$/, "");
  const fix = OWNER_AND_NAME.test(bare)
    ? `write ${JSON.stringify(bare)}`
    : 'write it as owner/name, such as "acme/crm-pipelines"';
  if (/:\/\/|^git@/.test(given)) return advice("has to be owner/name, not an address", fix);
  if (given.endsWith(".git")) return advice("has to be owner/name, without .git", fix);
  return advice("has to be owner/name", fix);
}

/**
 * A branch, as far as one is released from: no character that means something in a policy, a shell or a token. Google Cloud allows 127
 * bytes for an identity, of which ids and the like take some.
 */
export const branchName = z
  .string()
  .regex(/^(?!.*(\.\.|\/\/|\/$|\.lock$))[A-Za-z0-9][\w./-]{0,79}$/, {
    error: () =>
      advice(
        "has to be the name of a branch (letters, digits and _ . / -, up to 80)",
        'write it without refs/heads/, such as "main"',
      ),
  });

const SEGMENT = String.raw`(?!\.{1,2}(\/|$))[A-Za-z0-9_.@+-]+`;
const FOLDER = new RegExp(String.raw`^(\.|${SEGMENT}(\/${SEGMENT})*)$`);
const CHECKOUT = new RegExp(String.raw`^(\.|(\.\.\/)*(\.\.|${SEGMENT}(\/${SEGMENT})*))$`);
const PYTHON_FILE = new RegExp(String.raw`^${SEGMENT}(\/${SEGMENT})*(?<=\.py)$`);

/** A folder inside the repository. It goes into shell scripts and CI files, so no blanks. */
export const repositoryFolder = z.string().regex(FOLDER, {
  error: ({ input = "" }) =>
    advice(
      "has to be a folder inside the repository (letters, digits and _ . @ + - /, no .. and no / at the start or end)",
      folderFix(input, FOLDER, "pipelines/crm"),
    ),
});

/** A folder on this machine, relative to the list. */
export const checkoutFolder = z.string().regex(CHECKOUT, {
  error: ({ input = "" }) =>
    advice(
      "has to be a folder relative to the list (letters, digits and _ . @ + - /, .. only at the start)",
      folderFix(input, CHECKOUT, "../crm-pipelines"),
    ),
});

/** A Python file inside the location's folder. */
export const pythonFile = z.string().regex(PYTHON_FILE, {
  error: () =>
    advice(
      "has to be a .py file inside the location's directory",
      'write its relative path, such as "src/crm/definitions.py"',
    ),
});

function folderFix(given: string, pattern: RegExp, example: string): string {
  const tidy = given.replace(/\\/g, "/").replace(/^\.\/|\/+$/g, "");
  const right = pattern.test(tidy) ? tidy : example;
  return `write ${right === example ? "it like " : ""}${JSON.stringify(right)}`;
}

const MODULE = /^[A-Za-z_][A-Za-z0-9_]*(\.[A-Za-z_][A-Za-z0-9_]*)*$/;

/** A Python module or package by its dotted name. */
export const pythonModule = z.string().regex(MODULE, {
  error: ({ input = "" }) => {
    const dotted = input.replace(/\.py$/, "").replace(/\//g, ".");
    const fix = MODULE.test(dotted) ? dotted : "crm.definitions";
    return advice("has to be a dotted Python name", `write it like ${JSON.stringify(fix)}`);
  },
});

/** A Python name: what a Dagster job may be called. */
export const jobName = z.string().regex(/^[A-Za-z_][A-Za-z0-9_]*$/, {
  error: () =>
    advice(
      "has to be the name of a Dagster job (letters, digits and _)",
      'write the job\'s name, such as "clone_prod"',
    ),
});
