/** A program that builds and pushes images. */
export type BuilderName = "docker" | "buildah";

export const BUILDER_NAMES: readonly BuilderName[] = ["docker", "buildah"];

/** A program with its arguments. */
export type CommandLine = readonly [string, ...string[]];

/** How an image is asked whether its code loads. */
export interface ImageCheck {
  /** Arguments of `dagster`. */
  readonly command: readonly string[];
  /** Besides the image's own. */
  readonly environment: Readonly<Record<string, string>>;
  /** Folder that the container gets at {@link mountPath}, to read only. */
  readonly folder: string;
  readonly mountPath: string;
}

export interface ImageBuildInput {
  /** `registry/location:tag` */
  readonly image: string;
  /** Folder with the Dockerfile. */
  readonly context: string;
  readonly check: ImageCheck;
  /** A file that buildah writes the digest into. */
  readonly digestFile: string;
}

/** The commands of one image, in their order. */
export interface ImageCommands {
  readonly build: CommandLine;
  /** Before {@link check}: whether containers can run here at all. */
  readonly prepare: readonly CommandLine[];
  readonly check: CommandLine;
  /** After the check, however it ended. */
  readonly tidy: readonly CommandLine[];
  readonly push: CommandLine;
  /** Prints JSON with the digest; undefined: it is in the digest file. */
  readonly digest: CommandLine | undefined;
}

/** Pure: what docker or buildah has to do for one image. */
export function imageCommands(builder: BuilderName, input: ImageBuildInput): ImageCommands {
  return builder === "docker" ? dockerCommands(input) : buildahCommands(input);
}

function dockerCommands({ image, context, check }: ImageBuildInput): ImageCommands {
  const options = ["--rm", ...checkOptions(check), "--entrypoint", "dagster"];
  return {
    build: ["docker", "build", "--tag", image, context],
    prepare: [],
    check: ["docker", "run", ...options, image, ...check.command],
    tidy: [],
    push: ["docker", "push", image],
    digest: ["docker", "image", "inspect", "--format", "{{json .RepoDigests}}", image],
  };
}

function buildahCommands({ image, context, digestFile, check }: ImageBuildInput): ImageCommands {
  const container = `check-${image.replaceAll(/[^\w.-]/g, "-")}`;
  // docker takes plain HTTP from a registry on this machine by itself.
  const local = /^(localhost|127\.[\d.]+)(:\d+)?\//.test(image) ? ["--tls-verify=false"] : [];
  return {
    build: ["buildah", "build", ...local, "--tag", image, context],
    prepare: [
      ["buildah", "from", "--name", container, image],
      ["buildah", "run", container, "--", "true"],
    ],
    check: ["buildah", "run", ...checkOptions(check), container, "--", "dagster", ...check.command],
    tidy: [["buildah", "rm", container]],
    push: ["buildah", "push", ...local, "--digestfile", digestFile, image],
    digest: undefined,
  };
}

function checkOptions({ environment, folder, mountPath }: ImageCheck): readonly string[] {
  const variables = Object.entries(environment).map(([name, value]) => `--env=${name}=${value}`);
  // z: where SELinux is on, the container may read the folder.
  return [...variables, `--volume=${folder}:${mountPath}:ro,z`];
}

/** docker's own failure, before anything of the image ran. */
const CANNOT_RUN = 125;

/** Whether a failed check says something of the code: not when the container could not run at all. */
export function isCheckOfCode(builder: BuilderName, exitCode: number | string): boolean {
  return builder !== "docker" || exitCode !== CANNOT_RUN;
}

/**
 * The image by its digest.
 * @param said - docker's list of `name@digest`, or what buildah wrote
 * @returns undefined when the digest is not in there
 */
export function pushedImage(image: string, said: string): string | undefined {
  const name = image.replace(/:[^:/]+$/, "");
  if (/^sha256:[0-9a-f]{64}$/.test(said.trim())) return `${name}@${said.trim()}`;
  const listed = said.match(/[^"\s]+@sha256:[0-9a-f]{64}/g) ?? [];
  // docker leaves out its own registry.
  const found = listed.find((reference) => shortName(reference).startsWith(`${shortName(name)}@`));
  return found === undefined ? undefined : `${name}@${found.split("@")[1] ?? ""}`;
}

function shortName(reference: string): string {
  return reference.replace(/^docker\.io\/(library\/)?/, "");
}
