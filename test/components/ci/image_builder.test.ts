import { DIGEST } from "./imageBuilds";
import { evaluate } from "./python";

const IMAGE = "registry:5000/acme/finance:1";

const CHECK = {
  arguments: ["api", "grpc", "--module-name", "finance.definitions"],
  environment: { A: "b c" },
  folder: "/build/check",
  mount_path: "/check",
  container: "check-1",
};

const COMMANDS = [
  "import pathlib",
  "from dataclasses import asdict",
  "from image_builder import BUILDERS, ImageCheck",
  "builder = next(each for each in BUILDERS if each.name == given[0])",
  "image, check = given[1], ImageCheck(**given[2] | {'folder': pathlib.Path(given[2]['folder'])})",
  "answer = {",
  "    'build': builder.build(image, pathlib.Path('/build/app'), given[3]),",
  "    'check': asdict(builder.check(image, check)),",
  "    'push': builder.push(image, pathlib.Path('/build/digest')),",
  "    'digest': builder.digest(image),",
  "}",
].join("\n");

function commands(builder: string, image = IMAGE, cache: string | null = null) {
  return evaluate(COMMANDS, [builder, image, CHECK, cache]) as Promise<{ push: string[] }>;
}

describe("the commands of an image", () => {
  it("are docker's, which mount nothing: its daemon may be another machine", async () => {
    expect(await commands("docker", IMAGE, `${IMAGE}0`)).toEqual({
      build: [
        ...["docker", "build", "--cache-from", `${IMAGE}0`],
        ...["--build-arg", "BUILDKIT_INLINE_CACHE=1", "--tag", IMAGE, "/build/app"],
      ],
      check: {
        prepare: [
          [
            ...["docker", "create", "--name", "check-1", "--env=A=b c", "--entrypoint", "dagster"],
            ...[IMAGE, ...CHECK.arguments],
          ],
          ["docker", "cp", "/build/check", "check-1:/check"],
        ],
        run: ["docker", "start", "--attach", "check-1"],
        state: ["docker", "container", "inspect", "--format", "{{json .State}}", "check-1"],
        tidy: ["docker", "rm", "--force", "check-1"],
      },
      push: ["docker", "push", IMAGE],
      digest: ["docker", "image", "inspect", "--format", "{{json .RepoDigests}}", IMAGE],
    });
  });

  it("are buildah's, with a container to throw away", async () => {
    const volume = "--volume=/build/check:/check:ro,z";
    const program = ["check-1", "--", "dagster", ...CHECK.arguments];
    expect(await commands("buildah", IMAGE, `${IMAGE}0`)).toEqual({
      build: [
        ...["buildah", "build", "--file", "/build/app/Dockerfile", "--tag", IMAGE],
        "/build/app",
      ],
      check: {
        prepare: [
          ["buildah", "from", "--name", "check-1", IMAGE],
          ["buildah", "run", "check-1", "--", "true"],
        ],
        run: ["buildah", "run", "--env=A=b c", volume, ...program],
        state: null,
        tidy: ["buildah", "rm", "check-1"],
      },
      push: ["buildah", "push", "--digestfile", "/build/digest", IMAGE],
      digest: null,
    });
  });

  it.each([
    ["localhost:5000/finance:1", true],
    ["127.0.0.1:5000/finance:1", true],
    ["localhost.example.com/finance:1", false],
    ["127.example.com/finance:1", false],
  ])("let buildah use plain HTTP for a registry on this machine only: %s", async (image, plain) => {
    const { push } = await commands("buildah", image);
    expect(push.includes("--tls-verify=false")).toBe(plain);
  });
});

describe("a pushed image", () => {
  const pushed = (cases: readonly (readonly [string, string])[]) => {
    const code =
      "from image_builder import pushed_image; answer = [pushed_image(*c) for c in given]";
    return evaluate(code, cases);
  };

  it("is named by its digest", async () => {
    const other = `other/finance@sha256:${"b".repeat(64)}`;
    const said: readonly (readonly [string, string])[] = [
      ["r:5000/acme/finance:1", `${DIGEST}\n`],
      ["r/finance:1", `["${other}","r/finance@${DIGEST}"]`],
      // docker leaves out its own registry.
      ["docker.io/acme/finance:1", `["acme/finance@${DIGEST}"]`],
      ["docker.io/library/finance:1", `["finance@${DIGEST}"]`],
    ];
    const names = said.map(([image]) => `${image.replace(/:1$/, "")}@${DIGEST}`);
    expect(await pushed(said)).toEqual(names);
  });

  it("refuses what has no digest of it", async () => {
    const said = [
      "",
      "[]",
      `["other@${DIGEST}"]`,
      `["finance@${DIGEST}"]`,
      "sha256:12",
      "<no value>",
    ];
    const all = said.map((text) => ["r/finance:1", text] as const);
    expect(await pushed(all)).toEqual(said.map(() => null));
  });
});

/** Output on stderr, and what it comes to; as docker 20.10 and 28 and buildah 1.28 print it. */
const ERRORS: readonly (readonly [string, string])[] = [
  [
    "#5 ERROR: x\n------\n > [2/2] RUN x:\n------\nexecutor failed running x\n",
    "executor failed running x",
  ],
  [
    "ERROR: failed to solve: x\n\nView build details: docker-desktop://\n",
    "ERROR: failed to solve: x",
  ],
  [
    "DEPRECATED: The legacy builder\n\nThe command 'x'   returned 1\n",
    "The command 'x' returned 1",
  ],
  [
    'time="t" level=error msg="no message"\nError: building at STEP "RUN x": exit status 1\n',
    'Error: building at STEP "RUN x": exit status 1',
  ],
  [
    "error running container: x\nError: while running runtime: exit status 1\n",
    "error running container: x",
  ],
  ["subprocess exited with status 3\nError: exit status 3\n", "it ended with 3"],
  ["", "it ended with 3"],
];

test("finds why a builder failed in all that it says", async () => {
  const code = [
    "from child_process import Ended",
    "from image_builder import last_error",
    "answer = [last_error(Ended(3, 'x', text, False)) for text in given]",
  ].join("\n");
  const reasons = await evaluate(
    code,
    ERRORS.map(([text]) => text),
  );
  expect(reasons).toEqual(ERRORS.map(([, reason]) => reason));
});
