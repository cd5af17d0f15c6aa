import { spawn } from "node:child_process";
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";

import { ACTIONS, RUNNER } from "../../../components/ci/githubSteps";
import { toolPath } from "./tools";

/** A run of a workflow on this machine. */
export interface ActInput {
  /** Empty folder for what the run leaves. */
  readonly folder: string;
  /** `push` */
  readonly event: string;
  readonly payload: object;
  /** Of the repository, with the workflow. */
  readonly checkout: string;
  /** Below the checkout. */
  readonly workflow: string;
  /** Folders by `owner/name@ref`, beside the actions'. */
  readonly repositories: Readonly<Record<string, string>>;
  readonly actor: string;
  readonly secrets: Readonly<Record<string, string>>;
  /** What GitHub says of itself and of the run: `GITHUB_…`. */
  readonly github: Readonly<Record<string, string>>;
  /** Of the machine. */
  readonly env: NodeJS.ProcessEnv;
}

/** How a run ended. */
export interface ActEnd {
  readonly code: number | null;
  /** Lines of JSON, and what is none. */
  readonly output: string;
}

/** Runs a workflow with act, without containers. */
export function act(input: ActInput): Promise<ActEnd> {
  const home = join(input.folder, "home");
  mkdirSync(home);
  const event = join(input.folder, "event.json");
  writeFileSync(event, JSON.stringify(input.payload));
  const child = spawn(toolPath("act"), [...actArguments(input), "--eventpath", event], {
    env: { ...input.env, HOME: home, XDG_CACHE_HOME: join(home, ".cache") },
    stdio: ["ignore", "pipe", "pipe"],
  });
  return new Promise((resolve, reject) => {
    let output = "";
    for (const stream of [child.stdout, child.stderr])
      stream.setEncoding("utf8").on("data", (text: string) => (output += text));
    child.once("error", reject);
    child.once("close", (code) => {
      resolve({ code, output });
    });
  });
}

function actArguments(input: ActInput): readonly string[] {
  const { event, checkout, workflow, actor, secrets, github } = input;
  const folders = { ...input.repositories, ...actionFolders() };
  const each = (flag: string, values: Readonly<Record<string, string>>): readonly string[] =>
    Object.entries(values).flatMap(([name, value]) => [flag, `${name}=${value}`]);
  return [
    ...[event, "--directory", checkout, "--workflows", join(checkout, workflow)],
    ...["--platform", `${RUNNER}=-self-hosted`, "--json", "--actor", actor],
    ...["--no-skip-checkout", "--no-cache-server", "--pull=false"],
    ...each("--local-repository", folders),
    ...each("--secret", secrets),
    ...each("--env", github),
  ];
}

/** Where what stands for an action is, by `owner/name@commit`. */
function actionFolders(): Readonly<Record<string, string>> {
  const { checkout, setupNode, upload, download, setupUv, aws, pulumi } = ACTIONS;
  const stubs = [
    [checkout, "checkout"],
    [setupNode, "setup-node"],
    [upload, "upload-artifact"],
    [download, "download-artifact"],
    [setupUv, "setup-uv"],
    [aws, "configure-aws-credentials"],
    [pulumi, "pulumi"],
  ] as const;
  return Object.fromEntries(
    stubs.map(([{ uses }, name]) => [uses, join(__dirname, "actions", name)]),
  );
}
