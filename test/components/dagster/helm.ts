import { execFileSync } from "node:child_process";
import { cpSync, mkdtempSync, readdirSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { parseAllDocuments } from "yaml";

import { type ChartName, withoutRemoteRefs } from "./chartData";

/** A Kubernetes object that a chart rendered. */
export interface Rendered {
  readonly kind: string;
  readonly metadata: { readonly name: string };
  readonly [key: string]: unknown;
}

/** What is missing for rendering the charts, or undefined. */
export const MISSING_FOR_HELM = missing();

function missing(): string | undefined {
  if (process.env["DAGSTER_CHART_DIR"] === undefined) {
    return "DAGSTER_CHART_DIR is not set (the folder with the charts dagster and dagster-user-deployments)";
  }
  try {
    execFileSync("helm", ["version"], { stdio: "ignore" });
  } catch {
    return "helm is not on the PATH";
  }
  return undefined;
}

/**
 * The charts in a folder of their own, with schemas that refer to nothing on the web, so that
 * Helm's own check of the values runs offline.
 */
export function selfContainedCharts(): string {
  const folder = mkdtempSync(join(tmpdir(), "charts-"));
  cpSync(process.env["DAGSTER_CHART_DIR"] ?? "", folder, { recursive: true, dereference: true });
  makeSelfContained(folder);
  return folder;
}

function makeSelfContained(folder: string): void {
  for (const name of readdirSync(folder)) {
    const path = join(folder, name);
    if (statSync(path).isDirectory()) makeSelfContained(path);
    else if (name === "values.schema.json") {
      const schema: unknown = JSON.parse(readFileSync(path, "utf8"));
      writeFileSync(path, JSON.stringify(withoutRemoteRefs(schema)));
    }
  }
}

/** `helm template`, with everything that Helm checks. */
export function template(
  charts: string,
  chart: ChartName,
  release: string,
  namespace: string,
  values: object,
): readonly Rendered[] {
  const args = ["template", release, join(charts, chart), "--namespace", namespace, "-f", "-"];
  // JSON, as Pulumi's provider hands values over; it is YAML too.
  const input = JSON.stringify(values);
  const text = execFileSync("helm", args, {
    input,
    encoding: "utf8",
    stdio: ["pipe", "pipe", "pipe"],
  });
  // A key twice in a map is an error.
  return parseAllDocuments(text).flatMap((document) => {
    if (document.errors[0] !== undefined) throw document.errors[0];
    const value: unknown = document.toJS();
    return isRendered(value) ? [value] : [];
  });
}

function isRendered(value: unknown): value is Rendered {
  return typeof value === "object" && value !== null && "kind" in value;
}

/** The one object of a kind with a name. */
export function find(objects: readonly Rendered[], kind: string, name: string): Rendered {
  const found = objects.filter((each) => each.kind === kind && each.metadata.name === name);
  if (found[0] === undefined || found[1] !== undefined) {
    throw new Error(`${found.length} objects ${kind} ${name}`);
  }
  return found[0];
}

/** A container of a rendered pod, with the members that the tests read. */
export interface RenderedContainer {
  readonly args?: readonly string[];
  readonly command?: readonly string[];
  readonly image: string;
  readonly env?: readonly { readonly name: string; readonly value?: string }[];
  readonly envFrom?: readonly unknown[];
  readonly securityContext: unknown;
  readonly volumeMounts?: readonly unknown[];
  readonly readinessProbe?: unknown;
  readonly startupProbe?: unknown;
  readonly livenessProbe?: unknown;
}

/** The pod template of a Deployment. */
export interface RenderedPod {
  readonly metadata: { readonly annotations: Readonly<Record<string, string>> };
  readonly spec: {
    readonly serviceAccountName: string;
    readonly securityContext: unknown;
    readonly initContainers?: readonly RenderedContainer[];
    readonly containers: readonly [RenderedContainer];
    readonly volumes: readonly unknown[];
  };
}

/** The pod template of a Deployment. */
export function podOf(deployment: Rendered): RenderedPod {
  return (deployment["spec"] as { readonly template: RenderedPod }).template;
}
