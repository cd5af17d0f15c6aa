import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

import type { CiRun } from "../../../stacks/deploy/ciRun";
import { FolderStore } from "../../../stacks/folderStore";
import type { HelmSecret } from "../../../stacks/deploy/interruptedUpdate";
import {
  readUpdateRecord,
  type UpdateRecord,
  writeUpdateRecord,
} from "../../../stacks/deploy/platformRecords";
import type { Shown } from "../../../stacks/deploy/shownProgram";
import { StackUpdate } from "../../../stacks/deploy/stackUpdate";
import { UPDATE } from "./deployCases";
import { FakePulumi, OK } from "./fakePulumi";

const RUN: CiRun = {
  ...{ hostname: "fv-az9", username: "runner", pid: 2000, isCi: true },
  ...{ runUrl: "https://ci/2", ciGroup: "deploy-prod" },
};

/** Left by a job that was killed. */
const KILLED: UpdateRecord = { ...UPDATE, endedAt: null, startedAt: "2026-11-21T12:00:00.600Z" };

const CONFLICT = "error: [409] Conflict: Another update is currently in progress.\n";

const locked = (who: string) =>
  `error: the stack is currently locked by 1 lock(s). Either wait or \`pulumi cancel\`.\n  s3://acme/.pulumi/locks/prod/1.json: created by ${who} (pid 9) at 2026-11-21T12:00:02Z\n`;

const refusing = (said: string): Shown => ({ code: 255, said, stoppedBy: undefined });

const RELEASE = "kubernetes:helm.sh/v3:Release";
const SHOP = {
  urn: "urn:pulumi:prod::p::t::shop-release",
  type: RELEASE,
  inputs: { name: "shop" },
};

const UP = "up --yes --skip-preview";
const UP_TAKING_OVER = `${UP} PULUMI_K8S_UPSERT_EXISTING_OBJECTS=true`;

describe("an update of a stack", () => {
  let folder: string;
  let store: FolderStore;
  let pulumi: FakePulumi;
  let said: string[];
  let secrets: readonly HelmSecret[];

  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), "update-"));
    store = new FolderStore({ folder, prefix: "deployments/" });
    pulumi = new FakePulumi();
    said = [];
    secrets = [];
  });

  afterEach(() => {
    rmSync(folder, { recursive: true });
  });

  const update = (run = RUN) =>
    new StackUpdate({
      ...{ pulumi, run, store, say: (line: string) => said.push(line) },
      stack: {
        helmSecrets: () => Promise.resolve(secrets),
        deleteHelmSecrets: (names) => {
          pulumi.calls.push(`delete ${names.join(" ")}`);
          return Promise.resolve();
        },
      },
      conflict: { forMs: 300, everyMs: 100 },
    });

  it("says in the store that it is at work, and that it has ended", async () => {
    let during: UpdateRecord | undefined;
    pulumi.onUpdate = async () => {
      during = await readUpdateRecord(store);
    };
    const one = update();
    expect(await one.up()).toBe(OK);
    expect(during).toMatchObject({
      ...{ hostname: "fv-az9", username: "runner", pid: 2000, endedAt: null, recovering: false },
      ...{ runUrl: "https://ci/2", ciGroup: "deploy-prod" },
    });
    await one.end(store, true);
    expect((await readUpdateRecord(store))?.endedAt).toMatch(/^\d{4}-/);
    expect(pulumi.calls).toEqual(["stack export", UP]);
    expect(said).toEqual([]);
  });

  it("begins where there is no store yet", async () => {
    const first = new StackUpdate({
      ...{ pulumi, run: RUN, store: undefined, say: () => undefined },
      stack: { helmSecrets: () => Promise.resolve([]), deleteHelmSecrets: () => Promise.resolve() },
    });
    await first.up();
    await first.end(store, true);
    expect((await readUpdateRecord(store))?.pid).toBe(2000);
  });

  it("is told to the caller when it fails, and not tried again", async () => {
    const failed = refusing("Diagnostics:\n");
    pulumi.ends = [failed];
    expect(await update().up()).toBe(failed);
    expect(pulumi.calls).toEqual(["stack export", UP]);
  });

  it("takes away the lock of a killed job of its group, and goes on", async () => {
    await writeUpdateRecord(store, KILLED);
    pulumi.ends = [refusing(locked("runner@vm")), OK];
    expect(await update().up()).toBe(OK);
    expect(pulumi.calls).toEqual(["stack export", UP, "cancel --yes", "stack export", UP]);
    expect(said).toEqual([expect.stringMatching(/^takes away the lock of runner@vm \(pid 9\)/)]);
  });

  it("clears what a killed update has left half-done, and takes over what that has made", async () => {
    pulumi.pending = [{ type: "creating", resource: SHOP }];
    secrets = [{ name: "sh.helm.release.v1.shop.v1", release: "shop", status: "deployed" }];
    await update().up();
    expect(pulumi.calls).toEqual([
      ...["stack export", "stack import", "delete sh.helm.release.v1.shop.v1"],
      UP_TAKING_OVER,
    ]);
    expect(said).toEqual([
      "recovered from an update that was killed: creating shop-release",
      "recovered from an update that was killed: sh.helm.release.v1.shop.v1",
    ]);
  });

  it("takes over again after a recovery that did not get through, and not after one that did", async () => {
    pulumi.pending = [{ type: "creating", resource: SHOP }];
    pulumi.ends = [refusing("Diagnostics:\n")];
    for (const isComplete of [false, true]) {
      const one = update();
      await one.up();
      await one.end(store, isComplete);
    }
    await update().up();
    expect(pulumi.calls.filter((call) => call.startsWith("up"))).toEqual([
      ...[UP_TAKING_OVER, UP_TAKING_OVER, UP],
    ]);
  });

  it("takes away the lock first when that keeps it from clearing", async () => {
    await writeUpdateRecord(store, KILLED);
    pulumi.pending = [{ type: "creating", resource: SHOP }];
    pulumi.importsRefused = [locked("runner@vm")];
    await update().up();
    expect(pulumi.calls).toEqual([
      ...["stack export", "stack import", "cancel --yes"],
      ...["stack export", "stack import", "delete ", UP_TAKING_OVER],
    ]);
  });

  it("refuses while somebody else has the lock, whose record stays", async () => {
    const other = { ...KILLED, hostname: "laptop", username: "ann", ciGroup: null };
    await writeUpdateRecord(store, other);
    pulumi.ends = [refusing(locked("ann@laptop"))];
    await expect(update().up()).rejects.toThrow(
      /^the stack is locked by ann@laptop \(pid 9\) since 2026-11-21T12:00:02Z: wait .*`pulumi cancel -s prod`/,
    );
    expect(pulumi.calls).not.toContain("cancel --yes");
    expect(await readUpdateRecord(store)).toEqual(other);
  });

  it("refuses while somebody has the lock who left no record, and leaves none that looks killed", async () => {
    pulumi.ends = [refusing(locked("ann@laptop"))];
    await expect(update().up()).rejects.toThrow("the stack is locked by ann@laptop");
    expect((await readUpdateRecord(store))?.endedAt).not.toBeNull();
  });

  it("is not a duel: a lock that comes back each time is a bug", async () => {
    await writeUpdateRecord(store, KILLED);
    pulumi.ends = [refusing(locked("runner@vm"))];
    await expect(update().up()).rejects.toThrow("locked again and again");
    expect(pulumi.calls.filter((call) => call === "cancel --yes")).toHaveLength(3);
  });

  it("waits for the end of another one of Pulumi Cloud, and says so once", async () => {
    pulumi.ends = [refusing(CONFLICT), refusing(CONFLICT), OK];
    expect(await update().up()).toBe(OK);
    expect(said).toEqual(["another update runs, by what Pulumi Cloud says: waits for its end"]);
  });

  it("waits while clearing is refused by Pulumi Cloud, too", async () => {
    pulumi.pending = [{ type: "creating", resource: SHOP }];
    pulumi.importsRefused = [CONFLICT];
    expect(await update().up()).toBe(OK);
  });

  it("refuses when that one does not end", async () => {
    pulumi.ends = [refusing(CONFLICT)];
    await expect(update().up()).rejects.toThrow(
      /^another update of prod runs, .*`pulumi cancel -s prod` first$/,
    );
    expect(pulumi.calls).not.toContain("cancel --yes");
  });
});
