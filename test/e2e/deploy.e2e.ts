import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";

import { releaseDigest } from "../../stacks/deploy/deployments";
import { E2eStack, type Entry, STACK } from "./e2eStack";
import { killedDeploy } from "./killedDeploy";
import { missingTools } from "./missingTools";
import { say } from "./observations";

const IMAGE = process.env["E2E_IMAGE"] ?? "e2e.local/code";
const [A, B] = [`${IMAGE}:a`, `${IMAGE}:b`];

const ALPHA: Entry = { name: "alpha" };
const BETA: Entry = { name: "beta" };

/** As a job of CI, whose group has one at a time. */
const CI = { CI: "true", DAGSTER_CI_GROUP: "deploy-e2e", GITHUB_SHA: "e".repeat(40) };

const missing = missingTools();
const reason = missing === undefined ? "" : ` (skipped: ${missing})`;
const onCluster = missing === undefined ? describe : describe.skip;

onCluster(`npm run deploy on a real cluster${reason}`, () => {
  let stack: E2eStack;

  beforeAll(async () => {
    Object.assign(process.env, CI);
    stack = new E2eStack();
    await stack.init();
    stack.list([ALPHA, BETA]);
    for (const name of ["alpha", "beta"]) release(name, A);
  });

  afterAll(() => stack.remove());

  /** With the commit that it says, and without the store that a first update makes. */
  function release(location: string, image: string): void {
    const record = {
      ...{ schemaVersion: 1, location, repository: `acme/${location}`, image, dbt: null },
      ...{ commit: "a".repeat(40), defsState: null, releasedAt: new Date().toISOString() },
      ...{ releasedBy: null, runUrl: null },
    };
    mkdirSync(join(stack.folder, "releases"), { recursive: true });
    writeFileSync(file(location), JSON.stringify(record));
  }

  const file = (location: string) => join(stack.folder, "releases", `${location}.json`);

  const deployment = (location: string): unknown =>
    JSON.parse(
      readFileSync(join(stack.folder, "releases", ".deployments", `${location}.json`), "utf8"),
    );

  const digest = (location: string) => releaseDigest(readFileSync(file(location), "utf8"));

  const locks = () => {
    const folder = join(
      ...[stack.folder, "state", ".pulumi", "locks", "organization", "dagster-platform", STACK],
    );
    const names = existsSync(folder) ? readdirSync(folder) : [];
    return names.filter((name) => name.endsWith(".json")).map((name) => join(folder, name));
  };

  it("deploys from nothing, and then has nothing to do", async () => {
    const first = await stack.command("deploy", "--if-needed");
    say(`deployed from nothing: ${first.seconds} s`);
    expect(first.code).toBe(0);
    for (const name of ["alpha", "beta"])
      expect(deployment(name)).toMatchObject({ status: "loaded", image: A, release: digest(name) });
    const again = await stack.command("deploy", "--if-needed");
    say(`nothing to deploy: ${again.seconds} s`);
    expect(again).toMatchObject({ code: 0, said: "nothing to deploy\n" });
  });

  it("says of a release why it does not load, and of the other that it does", async () => {
    release("alpha", B);
    release("beta", `${IMAGE}-of-nobody:1`);
    const ended = await stack.command("deploy", "--if-needed");
    expect(ended.code).toBe(1);
    expect(deployment("alpha")).toMatchObject({ status: "loaded", release: digest("alpha") });
    expect(deployment("beta")).toMatchObject({
      ...{ status: "failed", release: digest("beta") },
      error: `image ${IMAGE}-of-nobody:1 cannot be pulled: not found`,
    });
    release("beta", A);
    expect((await stack.command("deploy", "--if-needed")).code).toBe(0);
  });

  it("previews what a change of the list does", async () => {
    stack.list([ALPHA, { name: "gamma", image: A }]);
    const ended = await stack.command("preview", "--output", "preview.md");
    expect(ended.code).toBe(0);
    const text = readFileSync(join(stack.folder, "preview.md"), "utf8");
    expect(text).toMatch(
      /^### Preview of stack `e2e`: 2 to create, 1 to update, 2 to replace, 2 to delete\n/,
    );
    expect(text).toContain("- new locations: `gamma`\n- removed locations: `beta`\n");
    expect(text).toContain("- `beta-release` (`kubernetes:helm.sh/v3:Release`)");
    stack.list([ALPHA, BETA]);
  });

  it("goes on after a job of its group that was killed in the middle, and after no other", async () => {
    const more = Array.from({ length: 6 }, (_, index) => ({ name: `more-${index}`, image: A }));
    stack.list([ALPHA, BETA, ...more]);
    await killedDeploy(stack, "more-0-release");
    const [lock = ""] = locks();
    const before = readFileSync(lock, "utf8");
    process.env["DAGSTER_CI_GROUP"] = "another";
    const other = await stack.command("deploy");
    expect(other.code).toBe(1);
    expect(other.said.trim().split("\n").at(-1)).toMatch(
      /^the stack is locked by .* since .*: wait/,
    );
    process.env["DAGSTER_CI_GROUP"] = CI.DAGSTER_CI_GROUP;
    writeFileSync(lock, before.replace(/"hostname":"[^"]*"/, '"hostname":"laptop-of-ann"'));
    const ann = await stack.command("deploy");
    expect({ code: ann.code, locks: locks().length }).toEqual({ code: 1, locks: 1 });
    expect(ann.said).toContain("@laptop-of-ann (pid ");
    writeFileSync(lock, before);
    const ended = await stack.command("deploy");
    say(
      ended.said
        .split("\n")
        .filter((line) => /^(takes|recovered)/.test(line))
        .join("\n"),
    );
    expect(ended.code).toBe(0);
    expect(ended.said).toMatch(/^takes away the lock of /m);
    expect(ended.said).toMatch(/^recovered from an update that was killed: /m);
    expect(locks()).toEqual([]);
    for (const { name } of more) expect(ended.said).toMatch(new RegExp(`^${name} +loaded`, "m"));
    // The provider's setting goes back, and nothing else is left to do.
    await stack.up();
    await stack.up("--expect-no-changes");
  });
});
