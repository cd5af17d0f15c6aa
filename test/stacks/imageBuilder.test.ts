import { imageCommands, isCheckOfCode, pushedImage } from "../../stacks/imageBuilder";

const DIGEST = `sha256:${"a".repeat(64)}`;

const INPUT = {
  image: "registry:5000/acme/finance:1",
  context: "/build/app",
  check: {
    command: ["api", "grpc", "--module-name", "finance.definitions"],
    environment: { A: "b c" },
    folder: "/build/check",
    mountPath: "/check",
  },
  digestFile: "/build/digest",
};

const VOLUME = "--volume=/build/check:/check:ro,z";

describe("the commands of an image", () => {
  it("are docker's", () => {
    expect(imageCommands("docker", INPUT)).toEqual({
      build: ["docker", "build", "--tag", INPUT.image, "/build/app"],
      prepare: [],
      check: [
        ...["docker", "run", "--rm", "--env=A=b c", VOLUME, "--entrypoint", "dagster"],
        ...[INPUT.image, ...INPUT.check.command],
      ],
      tidy: [],
      push: ["docker", "push", INPUT.image],
      digest: ["docker", "image", "inspect", "--format", "{{json .RepoDigests}}", INPUT.image],
    });
  });

  it("are buildah's, with a container to throw away", () => {
    const container = "check-registry-5000-acme-finance-1";
    expect(imageCommands("buildah", INPUT)).toEqual({
      build: ["buildah", "build", "--tag", INPUT.image, "/build/app"],
      prepare: [
        ["buildah", "from", "--name", container, INPUT.image],
        ["buildah", "run", container, "--", "true"],
      ],
      check: [
        ...["buildah", "run", "--env=A=b c", VOLUME, container, "--", "dagster"],
        ...INPUT.check.command,
      ],
      tidy: [["buildah", "rm", container]],
      push: ["buildah", "push", "--digestfile", "/build/digest", INPUT.image],
      digest: undefined,
    });
  });

  it.each([
    ["localhost:5000/finance:1", true],
    ["127.0.0.1:5000/finance:1", true],
    ["localhost.example.com/finance:1", false],
    ["127.example.com/finance:1", false],
  ])("let buildah use plain HTTP for a registry on this machine only: %s", (image, expected) => {
    const { push } = imageCommands("buildah", { ...INPUT, image });
    expect(push.includes("--tls-verify=false")).toBe(expected);
  });
});

describe("a pushed image", () => {
  it.each([
    ["r:5000/acme/finance:1", DIGEST + "\n", `r:5000/acme/finance@${DIGEST}`],
    ["r/finance:1", `["other/finance@sha256:${"b".repeat(64)}","r/finance@${DIGEST}"]`, undefined],
    ["docker.io/acme/finance:1", `["acme/finance@${DIGEST}"]`, undefined],
    ["docker.io/library/finance:1", `["finance@${DIGEST}"]`, undefined],
  ])("is named by its digest: %s", (image, said, expected) => {
    const name = image.replace(/:1$/, "");
    expect(pushedImage(image, said)).toBe(expected ?? `${name}@${DIGEST}`);
  });

  it.each(["", "[]", `["other@${DIGEST}"]`, "sha256:12"])(
    "refuses what has no digest: %s",
    (said) => {
      expect(pushedImage("r/finance:1", said)).toBeUndefined();
    },
  );
});

it.each([
  ["docker", 125, false],
  ["docker", 1, true],
  ["buildah", 125, true],
] as const)("takes an end of %s with %d for a word of the code: %s", (builder, code, expected) => {
  expect(isCheckOfCode(builder, code)).toBe(expected);
});
