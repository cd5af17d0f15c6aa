import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";

/** One state-backed component of a project. */
export interface ComponentSpec {
  readonly name: string;
  readonly url: string;
  /** @defaultValue false: its state is in the state store */
  readonly local?: boolean;
  /** More lines of its attributes, as they stand. */
  readonly extra?: string;
}

const PYPROJECT = `
[project]
name = "tiny"
version = "0.1.0"

[tool.dg]
directory_type = "project"

[tool.dg.project]
root_module = "tiny"
`;

/** Reads its state with one GET; with \`heartbeat\`, a child process writes there as long as it lives. */
const SOURCE = `
import json, subprocess, urllib.error, urllib.request
from dataclasses import dataclass, field
from pathlib import Path

import dagster as dg
from dagster.components import DefsStateConfig, DefsStateConfigArgs, ResolvedDefsStateConfig

BEAT = 'trap "" TERM; while true; do echo >> "$0"; sleep 0.05; done'


class SourceError(Exception):
    pass


@dataclass
class Source(dg.StateBackedComponent, dg.Resolvable):
    name: str
    url: str
    heartbeat: str | None = None
    defs_state: ResolvedDefsStateConfig = field(
        default_factory=DefsStateConfigArgs.versioned_state_storage
    )

    @property
    def defs_state_config(self):
        return DefsStateConfig.from_args(self.defs_state, default_key=f"Source[{self.name}]")

    def write_state_to_path(self, state_path: Path) -> None:
        if self.heartbeat:
            subprocess.Popen(["sh", "-c", BEAT, self.heartbeat])
        try:
            with urllib.request.urlopen(self.url) as response:
                state_path.write_bytes(response.read())
        except urllib.error.HTTPError as error:
            wait = error.headers.get("Retry-After")
            hint = f", Retry-After: {wait}" if wait else ""
            raise SourceError(f"GET {self.url}: HTTP {error.code} {error.reason}{hint}") from error
        except OSError as error:
            raise SourceError(f"GET {self.url} failed") from error

    def build_defs_from_state(self, context, state_path):
        names = json.loads(state_path.read_text()) if state_path else []
        return dg.Definitions(assets=[dg.AssetSpec(f"{self.name}_{name}") for name in names])
`;

/** Writes a small dg project with these components. */
export function writeProject(folder: string, components: readonly ComponentSpec[]): string {
  write(folder, "pyproject.toml", PYPROJECT);
  write(folder, "tiny/__init__.py", "");
  write(folder, "tiny/source.py", SOURCE);
  write(folder, "tiny/defs/__init__.py", "");
  for (const component of components) {
    const kind = component.local === true ? "LOCAL_FILESYSTEM" : "VERSIONED_STATE_STORAGE";
    const lines = [
      "type: tiny.source.Source",
      "attributes:",
      `  name: ${component.name}`,
      `  url: ${component.url}`,
      `  defs_state: {management_type: ${kind}, refresh_if_dev: false}`,
      ...(component.extra === undefined ? [] : [`  ${component.extra}`]),
    ];
    write(folder, `tiny/defs/${component.name}/defs.yaml`, `${lines.join("\n")}\n`);
  }
  return folder;
}

/** Writes one file of a project. */
export function write(folder: string, file: string, text: string): void {
  const path = join(folder, file);
  mkdirSync(join(path, ".."), { recursive: true });
  writeFileSync(path, text);
}
