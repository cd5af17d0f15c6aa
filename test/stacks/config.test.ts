import { readFileSync } from "node:fs";

import { parse } from "yaml";

import { parseConfig } from "../../stacks/config";
import { InvalidInputError } from "../../stacks/invalidInputError";
import { DECLARED, DEFAULTS } from "./projectDefaults";

/** Everything that sign-in needs. */
const SIGN_IN = {
  ingressHost: "dagster.example.com",
  oidcIssuerUrl: "https://login.example.com/realms/data",
  oidcSecret: "dagster-oidc",
  oidcEmailDomain: "example.com",
};

function refusal(given: Record<string, unknown>, keys: readonly string[] = []): string {
  try {
    parseConfig({ ...DEFAULTS, ...given }, keys, "dev");
  } catch (error) {
    if (error instanceof InvalidInputError) return error.message;
    throw error;
  }
  return "accepted";
}

describe("the stack's config", () => {
  it("is complete with the defaults of Pulumi.yaml alone", () => {
    const config = parseConfig(DEFAULTS, Object.keys(DEFAULTS), "dev");
    expect(config).toMatchObject({ namespace: "dagster", cloud: "none", region: undefined });
    expect(config).toMatchObject({ pulumiBackendUrl: undefined, deploySchedule: "*/30 * * * *" });
    expect(Object.isFrozen(config)).toBe(true);
  });

  it.each(Object.entries(DECLARED))("declares %s with type, text and default", (_k, key) => {
    expect(key.type).toMatch(/^(string|integer|boolean|array)$/);
    expect(key.description.length).toBeGreaterThan(10);
    expect(key.default).toBeDefined();
  });

  it.each(["dev", "prod"])("is valid in the committed Pulumi.%s.yaml", (stack) => {
    const file = parse(readFileSync(`Pulumi.${stack}.yaml`, "utf8")) as {
      config: Record<string, unknown>;
    };
    const own = Object.entries(file.config).map(([key, value]): [string, unknown] => [
      key.replace("dagster-platform:", ""),
      value,
    ]);
    const given = { ...DEFAULTS, ...Object.fromEntries(own) };
    expect(() => parseConfig(given, Object.keys(given), stack)).not.toThrow();
  });

  it.each<[string, Record<string, unknown>, string]>([
    ["a namespace that is no DNS label", { namespace: "Dagster" }, "namespace: must be a DNS"],
    [
      "a cloud that is not known",
      { cloud: "azure" },
      'cloud: must be none, aws or gcp, got "azure"',
    ],
    ["no runs at all", { maxConcurrentRuns: 0 }, "maxConcurrentRuns: must be at least 1, got 0"],
    ["a port that is none", { postgresPort: 70_000 }, "postgresPort: must be a port"],
    [
      "a member of a list that is none",
      { adopt: ["stateBucket", "roles"] },
      'adopt.1: must be one of stateBucket, githubOidc, gitlabOidc, got "roles"',
    ],
    ["a database without its Secret", { postgresHost: "db" }, "postgresSecret: needed with"],
    ["a Secret without its database", { postgresSecret: "pg" }, "postgresHost: needed with"],
    ["a port of no database", { postgresPort: 6432 }, "postgresPort: only with postgresHost, got"],
    ["an own S3 without its Secret", { stateEndpointUrl: "http://s3" }, "stateSecret: needed with"],
    ["an own S3 without its bucket", { stateEndpointUrl: "http://s3" }, "stateBucket: needed with"],
    ["a Secret without its S3", { stateSecret: "keys" }, "stateEndpointUrl: needed with"],
    ["an S3 of another protocol", { stateEndpointUrl: "s3://b" }, "stateEndpointUrl: must be an h"],
    ["a host with a path", { ...SIGN_IN, ingressHost: "x.org/d" }, "ingressHost: must be a host"],
    ["an open issuer", { ...SIGN_IN, oidcIssuerUrl: "http://x.org" }, "oidcIssuerUrl: must be an"],
    ["every address", { ...SIGN_IN, oidcEmailDomain: "*" }, "oidcEmailDomain: must be a domain"],
    ["a sign-in without host", { ...SIGN_IN, ingressHost: "" }, "ingressHost: needed with oidc"],
    ["a bucket with its protocol", { stateBucket: "s3://acme" }, "stateBucket: must be the bare"],
    [
      "a bucket without room for its twin",
      { stateBucket: "b".repeat(59) },
      "stateBucket: has at most 58",
    ],
    ["a class without host", { ingressClass: "nginx" }, "ingressHost: needed with ingressClass"],
    ["a backend on one machine", { pulumiBackendUrl: "file://~" }, "pulumiBackendUrl: must be s3"],
    ["a backend by its web address", { pulumiBackendUrl: "https://x.org" }, "pulumiBackendUrl: "],
    ["a backend without bucket", { pulumiBackendUrl: "s3://" }, "pulumiBackendUrl: must be s3://…"],
    ["a backend that ends a text", { pulumiBackendUrl: "s3://acme/'$(id)" }, "pulumiBackendUrl: m"],
    ["a backend of two lines", { pulumiBackendUrl: "s3://acme\n" }, "pulumiBackendUrl: must be"],
    [
      "a schedule that is no cron",
      { deploySchedule: "@daily" },
      'deploySchedule: has to be a cron schedule of five fields (minute hour day month weekday, in UTC), got "@daily", write it like "0 6 * * *"',
    ],
    [
      "a schedule that never comes",
      { deploySchedule: "never" },
      'deploySchedule: has to be a cron schedule: it finds what no dispatch has told of, got "never", write "0 6 * * *"',
    ],
    ["no schedule", { deploySchedule: "" }, "deploySchedule: has to be a cron schedule of five"],
  ])("refuses %s", (_case, given, text) => {
    expect(refusal(given)).toContain(`Pulumi.dev.yaml: dagster-platform:${text}`);
  });

  it.each<[string, Record<string, unknown>]>([
    ["a webserver with sign-in", SIGN_IN],
    ["an own S3", { stateEndpointUrl: "http://s3:9000", stateBucket: "acme", stateSecret: "keys" }],
    ["an own Postgres", { postgresHost: "db", postgresSecret: "pg", postgresPort: 6432 }],
    ["a backend in S3", { pulumiBackendUrl: "s3://acme-state/dagster?region=eu-west-1&awssdk=v2" }],
    ["a backend in Cloud Storage", { pulumiBackendUrl: "gs://acme-state" }],
    ["another schedule", { deploySchedule: "5,35 6-20 * * MON-FRI" }],
  ])("takes %s", (_case, given) => {
    expect(refusal(given)).toBe("accepted");
  });

  it("refuses to expose Dagster without sign-in, and names each key that is missing", () => {
    const text = refusal({ ingressHost: "dagster.example.com", oidcSecret: "oidc" });
    expect(text.split("\n")).toEqual([
      "Pulumi.dev.yaml: dagster-platform:oidcIssuerUrl: Dagster has no login, needed with ingressHost, got nothing, name the OpenID Connect issuer that signs users in",
      "Pulumi.dev.yaml: dagster-platform:oidcEmailDomain: Dagster has no login, needed with ingressHost, got nothing, name the domain whose users are let in",
    ]);
  });

  it("refuses a misspelt key and says which was meant", () => {
    expect(refusal({}, ["namespce"])).toBe(
      'Pulumi.dev.yaml: dagster-platform:namespce: unknown key, did you mean "namespace"?',
    );
  });

  it("refuses everything that is wrong at once, one on each line", () => {
    expect(refusal({ cloud: "x", maxConcurrentRuns: 0 }, ["oops"]).split("\n")).toHaveLength(3);
  });
});
