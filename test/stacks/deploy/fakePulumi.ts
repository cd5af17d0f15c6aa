import { type Pulumi, PulumiCliError } from "../../../stacks/deploy/pulumiCli";
import type { Shown } from "../../../stacks/deploy/shownProgram";

/** How an update ends that succeeds. */
export const OK: Shown = { code: 0, said: "Resources:\n", stoppedBy: undefined };

/** A stack, as a fake Pulumi has it. */
export class FakePulumi implements Pulumi {
  public readonly stack = "prod";
  /** What was called, in its order; of updates with their variables. */
  public readonly calls: string[] = [];
  public pending: readonly object[] = [];
  /** How each update ends; the last one again and again. */
  public ends: Shown[] = [OK];
  /** What an import says instead. */
  public importsRefused: string[] = [];
  public onUpdate: () => Promise<void> = () => Promise.resolve();

  public run(...args: readonly string[]): Promise<string> {
    const call = args.slice(0, 2).join(" ");
    this.calls.push(call);
    if (call === "stack export")
      return Promise.resolve(
        JSON.stringify({ deployment: { resources: [], pending_operations: this.pending } }),
      );
    const refused = call === "stack import" ? this.importsRefused.shift() : undefined;
    if (refused !== undefined)
      return Promise.reject(new PulumiCliError("pulumi stack import: locked", refused));
    if (call === "stack import") this.pending = [];
    return Promise.resolve("");
  }

  public async operation(
    args: readonly string[],
    env: Readonly<Record<string, string>> = {},
  ): Promise<Shown> {
    this.calls.push([...args, ...Object.entries(env).map((entry) => entry.join("="))].join(" "));
    await this.onUpdate();
    return (this.ends.length > 1 ? this.ends.shift() : this.ends[0]) ?? OK;
  }

  public backendFolder(): Promise<string | undefined> {
    return Promise.resolve(undefined);
  }
}
