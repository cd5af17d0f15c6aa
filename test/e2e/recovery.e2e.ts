import { readFileSync } from "node:fs";
import { join } from "node:path";

import { launch } from "../../stacks/dagsterRuns";
import { parseReleaseRecord, pinnedStates } from "../../stacks/releaseRecord";
import { DATA_NAMESPACE, E2eStack, type Entry, NAMESPACE } from "./e2eStack";
import { missingTools } from "./missingTools";
import { codePods, runIds, runUntilEnd, say } from "./observations";

const IMAGE = process.env["E2E_IMAGE"] ?? "e2e.local/code";
const A = `${IMAGE}:a`;

const ALPHA: Entry = { name: "alpha" };
const CRM: Entry = { name: "crm", autoload: "crm.defs" };

/** The version that the record of crm pins. */
function recordedState(stack: E2eStack): string | undefined {
  const text = readFileSync(join(stack.folder, "releases", "crm.json"), "utf8");
  return pinnedStates(parseReleaseRecord(text, "crm.json"))[0]?.version;
}

/** The version that crm's code server has loaded. */
async function loadedState(stack: E2eStack): Promise<string | undefined> {
  const { locations } = await (await stack.api()).platform();
  return locations.find(({ name }) => name === "crm")?.defsState[0]?.version;
}

const missing = missingTools();
const reason = missing === undefined ? "" : ` (skipped: ${missing})`;
const onCluster = missing === undefined ? describe : describe.skip;

onCluster(`what lasts of a platform${reason}`, () => {
  let stack: E2eStack;
  let crm = CRM;

  beforeAll(async () => {
    stack = new E2eStack();
    await stack.init();
    // The store comes first.
    await stack.up();
    stack.list([ALPHA]);
    await stack.release("alpha", A);
    await stack.up();
    const api = await stack.api();
    const what = { repository: "__repository__", job: "look", asset: undefined };
    await runUntilEnd(api, await launch(api, "alpha", what));
  });

  afterAll(() => stack.remove());

  it("pins the defs state of a release, refreshed from here into the store in the cluster", async () => {
    crm = { ...CRM, env: { CRM_API_URL: await stack.serveCrm() } };
    stack.list([ALPHA, crm]);
    await stack.release("crm", A);
    await stack.up();
    expect((await stack.command("status", "--json")).code).toBe(0);
    expect(await loadedState(stack)).toEqual(recordedState(stack));
    expect(recordedState(stack)).toMatch(/^[0-9a-f-]{36}$/);
  });

  it("goes back to the pinned state of before, after an update that failed", async () => {
    const before = await loadedState(stack);
    await stack.release("crm", `${IMAGE}-of-nobody:1`);
    expect(recordedState(stack)).not.toBe(before);
    expect((await stack.pulumi("up", "--yes")).code).not.toBe(0);
    await stack.command("rollback", "crm");
    await stack.up();
    expect(await loadedState(stack)).toBe(before);
  });

  it("comes back whole after its namespace was deleted, with the same releases and the history of runs", async () => {
    const before = await (await stack.api()).platform();
    const runs = await runIds(stack);
    await stack.kubectl("delete", "namespace", NAMESPACE);
    const { seconds } = await stack.up("--refresh");
    say(`rebuilt: ${seconds} s`);
    const after = await (await stack.api()).platform();
    expect(after).toEqual(before);
    expect(runs).toHaveLength(1);
    expect(await runIds(stack)).toEqual(runs);
  });

  it("goes on after the engine was killed in the middle of an update", async () => {
    const more = Array.from({ length: 8 }, (_, index): Entry => ({
      name: `more-${index}`,
      image: A,
    }));
    stack.list([ALPHA, crm, ...more]);
    await stack.killedUp(3);
    await stack.pulumi("cancel", "--yes");
    let recovered = await stack.command("recover");
    say(recovered.said);
    if (recovered.said.includes("half written")) {
      // Until that was mended, the lock could not be taken away.
      await stack.pulumi("cancel", "--yes");
      recovered = await stack.command("recover");
      say(recovered.said);
    }
    expect(recovered.code).toBe(0);
    await stack.upAfterRecovery();
    expect((await codePods(stack)).size).toBe(10);
    // The provider's setting goes back, and nothing else is left to do.
    await stack.up();
    await stack.up("--expect-no-changes");
    stack.list([ALPHA]);
    await stack.up();
    expect((await codePods(stack)).size).toBe(1);
  });

  it("leaves the data when it is destroyed, and takes it up again", async () => {
    const runs = await runIds(stack);
    const destroyed = await stack.pulumi("destroy", "--yes");
    expect(destroyed.code).toBe(0);
    expect(await stack.kubectl("get", "namespaces", "-o", "name")).toContain(DATA_NAMESPACE);
    expect(await stack.kubectl("get", "namespaces", "-o", "name")).not.toContain(`${NAMESPACE}\n`);
    await stack.up();
    expect(await runIds(stack)).toEqual(runs);
  });
});
