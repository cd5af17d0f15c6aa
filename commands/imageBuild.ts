import { execFile } from "node:child_process";
import { appendFileSync, readFileSync, rmSync } from "node:fs";
import { promisify } from "node:util";

import { reasonIn } from "../sandbox/pythonLog";
import type { Ended, Processes } from "../sandbox/processes";
import {
  BUILDER_NAMES,
  imageCommands,
  isCheckOfCode,
  pushedImage,
  type BuilderName,
  type CommandLine,
  type ImageBuildInput,
  type ImageCommands,
} from "../stacks/imageBuilder";
import { InvalidInputError } from "../stacks/invalidInputError";

const exec = promisify(execFile);

/** Answers only where the program can build: docker's client may be there without its daemon. */
const PROBES: Readonly<Record<BuilderName, readonly string[]>> = {
  docker: ["version", "--format", "{{.Server.Version}}"],
  buildah: ["--version"],
};

export interface ImageBuildArgs extends ImageBuildInput {
  readonly builder: BuilderName;
  /** False: not asked whether its code loads. */
  readonly isChecked: boolean;
  readonly processes: Processes;
  /** Gets all that the builder says. */
  readonly logFile: string;
  /** One short line for each thing that is done. */
  readonly report: (line: string) => void;
}

/**
 * The program that builds images here.
 * @param wanted - by the user; undefined: the first that can
 * @throws InvalidInputError
 */
export async function findBuilder(wanted: string | undefined): Promise<BuilderName> {
  if (wanted !== undefined && !isBuilder(wanted))
    throw new InvalidInputError(`--builder must be ${BUILDER_NAMES.join(" or ")}, got ${wanted}`);
  for (const name of wanted === undefined ? BUILDER_NAMES : [wanted]) {
    const answer = await exec(name, PROBES[name]).catch(() => undefined);
    if (answer !== undefined) return name;
  }
  const missing = wanted ?? "neither docker nor buildah";
  throw new InvalidInputError(
    `${missing} ${wanted === undefined ? "answers" : "does not answer"}: start Docker or install buildah, or give --image of an image that is pushed`,
  );
}

/**
 * Builds, checks and pushes.
 * @returns the image by its digest
 * @throws InvalidInputError with the builder's reason; nothing is pushed unless the code loads
 */
export async function buildImage(args: ImageBuildArgs): Promise<string> {
  const { image, builder, report } = args;
  const commands = imageCommands(builder, args);
  rmSync(args.logFile, { force: true });
  report(`building ${image} with ${builder}`);
  await expectOk(commands.build, args);
  if (args.isChecked) await checkImage(commands, args);
  report(`pushing ${image}`);
  await expectOk(commands.push, args);
  const said =
    commands.digest === undefined
      ? readFileSync(args.digestFile, "utf8")
      : (await expectOk(commands.digest, args)).stdout;
  const pushed = pushedImage(image, said);
  if (pushed !== undefined) return pushed;
  throw new InvalidInputError(`${image}: ${builder} does not say its digest: ${said.trim()}`);
}

/** @throws InvalidInputError when the code does not load in the image */
async function checkImage(commands: ImageCommands, args: ImageBuildArgs): Promise<void> {
  const { image, builder, report } = args;
  try {
    for (const command of commands.prepare)
      if ((await run(command, args)).code !== 0) {
        report(`${builder} cannot run containers here: the image is not checked`);
        return;
      }
    const ended = await run(commands.check, args);
    if (ended.code === 0) report("the image loads its code");
    else if (isCheckOfCode(builder, ended.code))
      throw new InvalidInputError(
        `${image}: its code does not load in the image: ${reasonIn(saidByCode(ended))}; nothing was pushed (--no-check leaves this out)`,
      );
    else report(`${builder} cannot run containers here: the image is not checked`);
  } finally {
    for (const command of commands.tidy) await run(command, args);
  }
}

async function expectOk(command: CommandLine, args: ImageBuildArgs): Promise<Ended> {
  const ended = await run(command, args);
  if (ended.code === 0) return ended;
  throw new InvalidInputError(
    `\`${command.slice(0, 2).join(" ")}\` failed: ${lastError(ended)} (all of it: ${args.logFile})`,
  );
}

const MAX_LENGTH = 300;

/** Builders say much, and most of it is progress. */
function lastError({ code, stderr }: Ended): string {
  const lines = stderr.split("\n").filter((line) => line.trim() !== "");
  const line = lines.findLast((text) => /^error\b/i.test(text)) ?? lines.at(-1);
  return (line ?? `it ended with ${code}`).replaceAll(/\s+/g, " ").slice(0, MAX_LENGTH);
}

/** Without what buildah says of the program that ended. */
function saidByCode({ stdout, stderr }: Ended): string {
  const lines = `${stdout}\n${stderr}`.split("\n");
  return lines
    .filter((line) => !/^(subprocess exited with|Error: exit) status \d+/.test(line))
    .join("\n");
}

async function run([command, ...rest]: CommandLine, args: ImageBuildArgs): Promise<Ended> {
  const ended = await args.processes.run({ name: "image", command, args: rest });
  appendFileSync(args.logFile, `$ ${command} ${rest.join(" ")}\n${ended.stdout}${ended.stderr}`);
  return ended;
}

function isBuilder(name: string): name is BuilderName {
  return (BUILDER_NAMES as readonly string[]).includes(name);
}
