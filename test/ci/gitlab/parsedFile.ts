import { parse } from "yaml";

/** A job of a file, with what it has of the one that it extends. */
export interface GitlabJob {
  readonly extends?: string;
  readonly image?: string | { readonly name: string; readonly entrypoint?: readonly string[] };
  readonly services?: readonly string[];
  readonly variables?: Readonly<Record<string, string>>;
  readonly id_tokens?: Readonly<Record<string, { readonly aud: string }>>;
  readonly timeout?: string;
  readonly interruptible?: boolean;
  readonly needs?: readonly string[];
  readonly rules: readonly GitlabRule[];
  readonly before_script?: readonly string[];
  readonly script: readonly string[];
  readonly after_script?: readonly string[];
  readonly artifacts?: { readonly access?: string };
}

/** When a job is in a pipeline. */
export interface GitlabRule {
  readonly if: string;
  readonly interruptible?: boolean;
  readonly variables?: Readonly<Record<string, string>>;
}

type File = Readonly<Record<string, unknown>>;

export function parsed(text: string): File {
  return parse(text) as File;
}

/** The jobs of a template, as GitLab includes it: it puts the inputs into the text, and reads it then. */
export function placed(template: string, inputs: Readonly<Record<string, string>>): File {
  const [, content = ""] = template.split("\n---\n");
  return parsed(
    content.replaceAll(/\$\[\[ inputs\.(\w+) \]\]/g, (_, name: string) => inputs[name] ?? ""),
  );
}

/** The jobs of a file by name, without the hidden ones. */
export function jobsOf(file: File): readonly (readonly [string, GitlabJob])[] {
  return Object.entries(file)
    .filter(([name]) => !name.startsWith(".") && name !== "stages")
    .map(([name, job]) => [name, extended(job as GitlabJob, file)]);
}

/** What the shell of a job gets. */
export function scriptOf({ before_script: before = [], script }: GitlabJob): string {
  return [...before, ...script, ""].join("\n");
}

function extended(job: GitlabJob, file: File): GitlabJob {
  const base = job.extends === undefined ? undefined : (file[job.extends] as GitlabJob);
  const variables = { ...base?.variables, ...job.variables };
  return { ...base, ...job, variables };
}
