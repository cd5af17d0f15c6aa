import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { write } from "./project";
import { runScript, type Ended } from "./python";

/** The folder of local state that has most of it. */
export const STATE = "src/shop/defs/.local_defs_state";

/** A project with local state, and runs of state_archive.py. */
export class StateArchives {
  public readonly root = mkdtempSync(join(tmpdir(), "state-archive-"));
  public readonly project = join(this.root, "project");
  public readonly checkout = join(this.root, "checkout");
  public readonly archive = join(this.root, "handover", "local-state.tar");

  public constructor() {
    mkdirSync(this.checkout);
    this.write("project/src/shop/defs/__init__.py", "");
    this.write(`project/${STATE}/Dbt__x__/state/target/manifest.json`, "{}");
    this.write(`project/${STATE}/Äpi/state`, "[]");
    this.write("project/other/.local_defs_state/Api/state", "[1]");
    this.write("project/.venv/lib/shop/.local_defs_state/Api/state", "not ours");
  }

  public pack(folder = this.project, archive = this.archive): Promise<Ended> {
    return this.run("pack", folder, archive);
  }

  public unpack(folder = this.project): Promise<Ended> {
    return this.run("unpack", folder, this.archive);
  }

  public write(name: string, text: string): void {
    write(this.root, name, text);
  }

  public remove(): void {
    rmSync(this.root, { recursive: true });
  }

  private run(action: string, folder: string, archive: string): Promise<Ended> {
    return runScript("state_archive.py", [action, "--project", folder, "--archive", archive]);
  }
}

/** All files of a folder with their text. */
export function files(folder: string): Readonly<Record<string, string>> {
  const names = readdirSync(folder, { recursive: true, encoding: "utf8" }).sort();
  const all = names.filter((name) => statSync(join(folder, name)).isFile());
  return Object.fromEntries(all.map((name) => [name, readFileSync(join(folder, name), "utf8")]));
}
