import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";

import Ajv2020 from "ajv/dist/2020";
import addFormats from "ajv-formats";
import { parse } from "yaml";

import { type HelmValues, isMap, mergeValues } from "../../../components/dagster/mergeValues";

/** Data files of Dagster's published charts; they are not part of the repository. */
const FOLDER = join(__dirname, "../../../../shared/data/dagster-charts");

export type ChartName = "dagster" | "dagster-user-deployments";

/** What is missing for the tests with the charts' own schemas, or undefined. */
export const MISSING_CHART_DATA = existsSync(FOLDER)
  ? undefined
  : "the folder ../shared/data/dagster-charts is not there";

/** The chart's default values (1.12.7). */
export function defaultValues(chart: ChartName): HelmValues {
  return asMap(parse(readFileSync(join(FOLDER, `${chart}-1.12.7.values.yaml`), "utf8")));
}

/** The chart's schema (1.12.19) without what it refers to on the web. */
export function valuesSchema(chart: ChartName): HelmValues {
  const file = join(FOLDER, `${chart}-1.12.19.values.schema.json`);
  return asMap(withoutRemoteRefs(JSON.parse(readFileSync(file, "utf8"))));
}

/** A schema without references to the web; Kubernetes' own types are checked by the API server. */
export function withoutRemoteRefs(schema: unknown): unknown {
  if (Array.isArray(schema)) return schema.map(withoutRemoteRefs);
  if (!isMap(schema)) return schema;
  const kept = Object.entries(schema).filter(([key, value]) => !isRemote(key, value));
  // Marked, so that the walk below knows a Kubernetes type.
  const mark = kept.length < Object.keys(schema).length ? { [KUBERNETES_TYPE]: true } : {};
  const entries = kept.map(([key, value]) => [key, withoutRemoteRefs(value)]);
  return { ...Object.fromEntries(entries), ...mark } as HelmValues;
}

const KUBERNETES_TYPE = "x-kubernetes-type";

function isRemote(key: string, value: unknown): boolean {
  return key === "$ref" && typeof value === "string" && value.startsWith("http");
}

/** Checks values as Helm does: put over the chart's defaults, then against its schema. */
export function schemaErrors(chart: ChartName): (values: object) => readonly string[] {
  const ajv = addFormats(new Ajv2020({ strict: false, allErrors: true }));
  const validate = ajv.compile(valuesSchema(chart));
  const defaults = defaultValues(chart);
  return (values) => {
    validate(mergeValues(defaults, values as HelmValues));
    return (validate.errors ?? []).map((error) => `${error.instancePath} ${error.message ?? ""}`);
  };
}

/** Keys that the templates read and neither schema nor defaults name (1.12.19, templates/). */
const READ_BY_TEMPLATES = [
  // Of `dagster-user-deployments`: templates/helpers/_helpers.tpl, `dagster.fullname`.
  "fullnameOverride",
  "dagsterDaemon.runMonitoring.cancelTimeoutSeconds",
  "dagsterDaemon.runMonitoring.maxRuntimeSeconds",
];

/**
 * Paths of keys that the chart does not know. Its schema lets most of them through and its
 * templates pass them over: `strategy` for `deploymentStrategy` renders nothing, and no error.
 */
export function unknownKeys(chart: ChartName): (values: object) => readonly string[] {
  const schema = valuesSchema(chart);
  const defaults = defaultValues(chart);
  return (values) =>
    walk(values, [schema], defaults, "", schema).filter(
      (path) => !READ_BY_TEMPLATES.includes(path),
    );
}

function walk(
  value: unknown,
  nodes: readonly HelmValues[],
  defaults: unknown,
  path: string,
  root: HelmValues,
): readonly string[] {
  const schemas = nodes.flatMap((node) => alternatives(node, root));
  if (Array.isArray(value)) {
    const items = schemas.flatMap((node) => (isMap(node["items"]) ? [node["items"]] : []));
    return value.flatMap((item, index) => walk(item, items, undefined, `${path}[${index}]`, root));
  }
  if (!isMap(value) || schemas.some((node) => node[KUBERNETES_TYPE] === true)) return [];
  const properties = schemas.map((node) => asMap(node["properties"]));
  const known = new Set([...properties, asMap(defaults)].flatMap((map) => Object.keys(map)));
  // A map of anything: labels, annotations, raw Kubernetes configuration.
  if (known.size === 0) return [];
  return Object.entries(value).flatMap(([key, item]) => {
    const below = path === "" ? key : `${path}.${key}`;
    if (!known.has(key)) return [below];
    const next = properties.flatMap((map) => (isMap(map[key]) ? [map[key]] : []));
    return walk(item, next, asMap(defaults)[key], below, root);
  });
}

/** A schema node with its references followed and its alternatives laid out. */
function alternatives(node: HelmValues, root: HelmValues): readonly HelmValues[] {
  const reference = node["$ref"];
  const target =
    typeof reference === "string"
      ? asMap(asMap(root["$defs"])[reference.replace("#/$defs/", "")])
      : undefined;
  const choices = Array.isArray(node["anyOf"]) ? (node["anyOf"] as readonly unknown[]) : [];
  const deeper = [target, ...choices].filter(isMap);
  return [node, ...deeper.flatMap((each) => alternatives(each, root))];
}

function asMap(value: unknown): HelmValues {
  return isMap(value) ? value : {};
}
