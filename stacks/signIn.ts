import type { PlatformConfig } from "./config";
import type { ComponentResourceOptions } from "@pulumi/pulumi";

export function signIn(_config: PlatformConfig, _opts: ComponentResourceOptions): void {
  // being written
}
