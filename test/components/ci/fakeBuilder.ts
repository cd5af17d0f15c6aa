import { chmodSync, existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { delimiter, join } from "node:path";

import { runScript, type Ended } from "./python";

/** A program in place of docker or buildah: keeps what it was given, and ends as a test says. */
export class FakeBuilder {
  public readonly folder = mkdtempSync(join(tmpdir(), "builder-"));

  /**
   * @param name - as which it stands on the PATH
   * @param ends - what it does after that, in shell; `$count` is how often it was called
   */
  public constructor(name: string, ends = "echo 'Login Succeeded'") {
    const file = join(this.folder, name);
    const script = [
      "#!/bin/sh",
      `cd '${this.folder}'`,
      'echo "$@" >> arguments',
      "cat > password",
      "count=$(wc -l < arguments)",
      ends,
    ];
    writeFileSync(file, `${script.join("\n")}\n`);
    chmodSync(file, 0o755);
  }

  /** `registry_login.py`, which finds it. */
  public logIn(
    image: string,
    environment: NodeJS.ProcessEnv = {},
    ...more: readonly string[]
  ): Promise<Ended> {
    const path = [this.folder, process.env["PATH"]].join(delimiter);
    const args = ["--image", image, ...more];
    return runScript("registry_login.py", args, { PATH: path, ...environment });
  }

  /** The arguments of each call. */
  public get calls(): readonly string[] {
    return this.read("arguments").trim().split("\n").filter(Boolean);
  }

  /** What the last call got on its stdin. */
  public get password(): string {
    return this.read("password");
  }

  public remove(): void {
    rmSync(this.folder, { recursive: true });
  }

  private read(name: string): string {
    const path = join(this.folder, name);
    return existsSync(path) ? readFileSync(path, "utf8") : "";
  }
}
