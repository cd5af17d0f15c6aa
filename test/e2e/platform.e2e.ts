import { readdirSync } from "node:fs";
import { join } from "node:path";

import { findRun, launch } from "../../stacks/dagsterRuns";
import { E2eStack, type Entry, NAMESPACE } from "./e2eStack";
import { missingTools } from "./missingTools";
import {
  codePods,
  everythingOf,
  podsOf,
  runPod,
  runUntilEnd,
  say,
  secretsInPlainText,
  systemPods,
} from "./observations";

const IMAGE = process.env["E2E_IMAGE"] ?? "e2e.local/code";
const [A, B] = [`${IMAGE}:a`, `${IMAGE}:b`];

const ALPHA: Entry = { name: "alpha" };
const BETA: Entry = { name: "beta" };
const GAMMA: Entry = { name: "gamma" };

const missing = missingTools();
const reason = missing === undefined ? "" : ` (skipped: ${missing})`;
const onCluster = missing === undefined ? describe : describe.skip;

onCluster(`a platform on a real cluster${reason}`, () => {
  let stack: E2eStack;

  beforeAll(async () => {
    stack = new E2eStack();
    await stack.init();
  });

  afterAll(() => stack.remove());

  it("comes up from nothing with an empty list, and then nothing changes", async () => {
    const first = await stack.up();
    say(`from nothing: ${first.seconds} s`);
    expect(await (await stack.api()).platform()).toEqual({ locations: [], unhealthyDaemons: [] });
    const again = await stack.up("--expect-no-changes");
    say(`without changes: ${again.seconds} s`);
  });

  it("has no secret in plain text in the stack's state, in Helm's values and in ConfigMaps", async () => {
    expect(await secretsInPlainText(stack)).toEqual([]);
  });

  it("adds the first location after an empty list, and no pod of the system restarts", async () => {
    const before = await systemPods(stack);
    stack.list([ALPHA]);
    await stack.release("alpha", A);
    const { seconds } = await stack.up();
    say(`a location added: ${seconds} s, it answers when the update ends`);
    const { locations } = await (await stack.api()).platform();
    expect(locations).toMatchObject([{ name: "alpha", error: undefined, image: A }]);
    expect(await systemPods(stack)).toEqual(before);
  });

  it("adds and removes locations while a run is in progress, and the run finishes", async () => {
    const api = await stack.api();
    const before = await systemPods(stack);
    const what = { repository: "__repository__", job: "slow", asset: undefined };
    const config = { ops: { wait: { config: { seconds: 60 } } } };
    const run = await launch(api, "alpha", what, config);
    stack.list([ALPHA, BETA, GAMMA]);
    for (const name of ["beta", "gamma"]) await stack.release(name, A);
    await stack.up();
    stack.list([ALPHA, BETA]);
    await stack.up();
    const names = (await api.platform()).locations.map(({ name }) => name);
    expect(names.sort()).toEqual(["alpha", "beta"]);
    expect(await systemPods(stack)).toEqual(before);
    expect((await findRun(api, run))?.status).toBe("STARTED");
    expect(await runUntilEnd(api, run)).toBe("SUCCESS");
  });

  it("leaves nothing of a location that was removed, but its stored state", async () => {
    // Its pod has half a minute to end.
    await stack.kubectl(
      "wait",
      "pod",
      "-l",
      "deployment=gamma",
      "--for=delete",
      "-n",
      NAMESPACE,
      "--timeout=90s",
    );
    expect(await everythingOf(stack, "gamma")).toEqual([]);
    expect(readdirSync(join(stack.folder, "releases"))).toContain("gamma.json");
  });

  it("rolls only the location that has a new release", async () => {
    const [system, before] = [await systemPods(stack), await codePods(stack)];
    await stack.release("beta", B);
    const { seconds } = await stack.up();
    say(`one release: ${seconds} s`);
    const after = await codePods(stack);
    expect(after.get("alpha")).toEqual(before.get("alpha"));
    expect(after.get("beta")).not.toEqual(before.get("beta"));
    expect(await systemPods(stack)).toEqual(system);
  });

  it("goes back to the release before with one command and one update", async () => {
    const ended = await stack.command("rollback", "beta");
    expect(ended.said).toMatch(/beta: released again: \S+ +code:a /);
    await stack.up();
    const { locations } = await (await stack.api()).platform();
    expect(locations.find(({ name }) => name === "beta")?.image).toBe(A);
  });

  it("rolls all that mount the instance config when that changes", async () => {
    const before = await codePods(stack);
    stack.configure({ maxConcurrentRuns: 6 });
    await stack.up();
    const after = await codePods(stack);
    for (const name of ["alpha", "beta"]) expect(after.get(name)).not.toEqual(before.get(name));
  });

  it("isolates locations: each run has its own image, secrets, environment and identity", async () => {
    for (const name of ["alpha", "beta"]) {
      const literal = `--from-literal=E2E_SECRET_${name.toUpperCase()}=x`;
      await stack.kubectl("create", "secret", "generic", `${name}-own`, "-n", NAMESPACE, literal);
    }
    const own = (entry: Entry): Entry => ({
      ...entry,
      secrets: [`${entry.name}-own`],
      env: { E2E_SECRETS: `E2E_SECRET_${entry.name.toUpperCase()}` },
    });
    stack.list([own(ALPHA), own(BETA)]);
    await stack.up();
    const api = await stack.api();
    for (const name of ["alpha", "beta"]) {
      const what = { repository: "__repository__", job: "look", asset: undefined };
      const run = await launch(api, name, what);
      // The run itself fails when it sees another location's secret.
      expect(await runUntilEnd(api, run)).toBe("SUCCESS");
      expect(await runPod(stack, run)).toMatchObject({
        image: A,
        account: name,
        secrets: expect.arrayContaining([`${name}-own`]) as unknown,
        priorityClass: `${NAMESPACE}-runs`,
        serviceLinks: false,
        ttlSeconds: 3600,
      });
      const other = name === "alpha" ? "beta" : "alpha";
      expect((await runPod(stack, run)).secrets).not.toContain(`${other}-own`);
    }
  });

  it("meets the restricted Pod Security Standard, and exposes nothing", async () => {
    const namespace = JSON.parse(
      await stack.kubectl("get", "namespace", NAMESPACE, "-o", "json"),
    ) as { metadata: { labels: Record<string, string> } };
    expect(namespace.metadata.labels["pod-security.kubernetes.io/enforce"]).toBe("restricted");
    const services = await stack.objects<{ spec: { type: string } }>("services");
    expect(services.map(({ spec }) => spec.type).filter((type) => type !== "ClusterIP")).toEqual(
      [],
    );
    expect(await stack.objects("ingresses")).toEqual([]);
  });

  it("keeps the old pods of locations that fail, says why, and rolls out the others", async () => {
    stack.list([ALPHA, BETA]);
    await stack.up();
    const before = await codePods(stack);
    stack.list([{ ...ALPHA, env: { E2E_BROKEN: "1" } }, BETA, { ...GAMMA, image: A }]);
    await stack.release("beta", `${IMAGE}-of-nobody:1`);
    const failed = await stack.pulumi("up", "--yes");
    expect(failed.code).not.toBe(0);
    expect(failed.said).toContain("2 of 3 locations are not served: alpha, beta; the other is");
    expect(failed.said).toContain("E2E_BROKEN is set: this code does not load");
    expect(failed.said).toMatch(/beta: image .*-of-nobody:1 cannot be pulled/);
    const { locations } = await (await stack.api()).platform();
    expect(locations.map(({ name, error }) => [name, error])).toEqual([
      ["alpha", undefined],
      ["beta", undefined],
      ["gamma", undefined],
    ]);
    for (const name of ["alpha", "beta"])
      expect((await podsOf(stack, name)).map(({ uid }) => uid)).toContain(before.get(name)?.uid);
  });

  it("takes all of it back: to exactly what ran before the update that failed", async () => {
    stack.list([ALPHA, BETA]);
    await stack.command("rollback", "beta");
    await stack.up();
    expect([...(await codePods(stack)).keys()].sort()).toEqual(["alpha", "beta"]);
    await stack.up("--expect-no-changes");
  });
});
