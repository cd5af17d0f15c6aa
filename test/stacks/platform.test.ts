import { DAGSTER_VERSION } from "../../components/dagster/chart";
import { parseConfig, type PlatformConfig } from "../../stacks/config";
import { parseLocations } from "../../stacks/locations";
import { platform, type PlatformInput, type PlatformOutputs } from "../../stacks/platform";
import type { ReleaseRecord } from "../../stacks/releaseRecord";
import { mocked, type Mocked } from "../components/mocked";
import { DEFAULTS } from "./projectDefaults";

const config = (given: Record<string, unknown> = {}): PlatformConfig =>
  parseConfig({ ...DEFAULTS, ...given }, [], "dev");

const OUTSIDE = {
  ...{ stateEndpointUrl: "http://s3.acme.internal", stateBucket: "acme", stateSecret: "s3-keys" },
  ...{ postgresHost: "db.acme.internal", postgresSecret: "db-password" },
};

function releaseOf(location: string): ReleaseRecord {
  return {
    ...{ schemaVersion: 1, location, repository: `acme/${location}` },
    image: `acme/${location}@sha256:${"ab".repeat(32)}`,
    ...{ commit: null, defsState: null, dbt: null, releasedBy: null, runUrl: null },
    releasedAt: "2026-11-21T12:00:00Z",
  };
}

function input(names: readonly string[], released = names, given = {}): PlatformInput {
  const list = names.map((name) => ({ name, repository: `acme/${name}`, module: `${name}.defs` }));
  const text = JSON.stringify({ locations: list });
  return {
    config: config(given),
    stack: "dev",
    locations: parseLocations(text, { file: "locations.yaml", stack: "dev" }).locations,
    releases: new Map(released.map((name) => [name, releaseOf(name)])),
    charts: { system: "./s", userCode: "./u", version: DAGSTER_VERSION },
    rolloutScript: { "main.py": "" },
  };
}

const registered = (...args: Parameters<typeof input>): Promise<Mocked<PlatformOutputs>> =>
  mocked(() => platform(input(...args)));

const COMPONENT = "dagster-platform:";

function components({ names }: Mocked<unknown>): readonly string[] {
  return names
    .filter((name) => name.startsWith(COMPONENT))
    .map((name) => name.slice(COMPONENT.length));
}

describe("the platform", () => {
  it("is complete with an empty list", async () => {
    const made = await registered([]);
    expect(components(made)).toEqual([
      "dagster:DagsterSystem system",
      "dagster:Rollout rollout",
      "kubernetes:DataNamespace data",
      "kubernetes:PlatformNamespace platform",
      "kubernetes:Postgres postgres",
      "kubernetes:StateStoreServer state-store",
    ]);
    expect(made.result).toMatchObject({ locations: [], unreleased: [], namespace: "dagster" });
  });

  it("has a location for each release, and says which wait for their first one", async () => {
    const made = await registered(["crm", "finance", "shop"], ["shop", "crm"]);
    expect(components(made).filter((name) => name.startsWith("dagster:Code"))).toEqual([
      "dagster:CodeLocation crm",
      "dagster:CodeLocation shop",
    ]);
    expect(made.result).toMatchObject({ locations: ["crm", "shop"], unreleased: ["finance"] });
  });

  it("makes no database and no store where both are given, and no namespace for them", async () => {
    const made = await registered(["crm"], ["crm"], OUTSIDE);
    expect(components(made)).toEqual([
      "dagster:CodeLocation crm",
      "dagster:DagsterSystem system",
      "dagster:Rollout rollout",
      "kubernetes:PlatformNamespace platform",
    ]);
    expect(made.result.stateStore).toBe("s3://acme");
    expect(JSON.stringify(made.find("crm-release").inputs)).toContain("s3-keys");
  });

  it("changes neither system nor the other locations when one is added", async () => {
    const before = await registered(["crm"]);
    const after = await registered(["crm", "shop"]);
    for (const name of ["system-release", "crm-release", "platform-quota"])
      expect(after.find(name).inputs).toEqual(before.find(name).inputs);
    for (const name of ["system-workspace", "rollout-config"])
      expect(after.find(name).inputs).not.toEqual(before.find(name).inputs);
  });

  it("rolls all locations when the instance config changes", async () => {
    const before = await registered(["crm", "shop"]);
    const after = await registered(["crm", "shop"], undefined, { maxConcurrentRuns: 7 });
    for (const name of ["crm-release", "shop-release"])
      expect(after.find(name).inputs).not.toEqual(before.find(name).inputs);
  });

  it("waits at the end for everything, after everything", async () => {
    const { find } = await registered(["crm"]);
    // The children of a component wait for it.
    expect(find("rollout").dependencies).toEqual(
      expect.arrayContaining(["crm-release", "system-release", "postgres-server"]),
    );
  });

  it("pulls the images of system, locations and runs with the one Secret that is given", async () => {
    const { find } = await registered(["crm"], ["crm"], { imagePullSecret: "registry" });
    for (const name of ["crm-release", "system-release"])
      expect(find(name).inputs["values"]).toMatchObject({
        imagePullSecrets: [{ name: "registry" }],
      });
    // Runs get it by the location's container context.
    expect(JSON.stringify(find("crm-release").inputs)).toContain(
      String.raw`\"image_pull_secrets\":[{\"name\":\"registry\"}]`,
    );
  });

  it("does not wait when it is not to", async () => {
    const made = await registered(["crm"], ["crm"], { rolloutTimeoutSeconds: 0 });
    expect(components(made)).not.toContain("dagster:Rollout rollout");
  });

  it("has pods after the Secrets that they name", async () => {
    const { find } = await registered(["crm"]);
    for (const name of ["crm", "system"])
      expect(find(name).dependencies).toEqual(
        expect.arrayContaining(["postgres-client-secret", "state-store-locations"]),
      );
  });

  it("exposes nothing by itself, and with a host only behind the sign-in", async () => {
    const closed = await registered([]);
    expect(closed.names.filter((name) => name.includes("Ingress "))).toEqual([]);
    expect(closed.result.webserverUrl).toBe("http://dagster-dagster-webserver.dagster.svc:3000");
    const open = await registered([], [], {
      ...{ ingressHost: "dagster.acme.com", oidcIssuerUrl: "https://login.acme.com" },
      ...{ oidcSecret: "oidc", oidcEmailDomain: "acme.com" },
    });
    expect(components(open)).toContain("kubernetes:SignIn sign-in");
    expect(open.result.webserverUrl).toBe("https://dagster.acme.com");
  });

  it("takes over namespaces that are there, and nothing else", async () => {
    const { resources } = await registered(["crm"]);
    const adopted = resources.filter(({ provider }) => provider === "cluster-adopting");
    const kinds = new Set(adopted.map(({ type }) => type.split(":").at(-1)));
    expect(kinds).toContain("Namespace");
    for (const kind of ["StatefulSet", "Job", "Release", "Secret"])
      expect(kinds).not.toContain(kind);
  });

  it("has no secret in plain inputs", async () => {
    const { resources } = await registered(["crm"]);
    const plain = resources.filter(({ inputs, secretInputs }) =>
      Object.entries(inputs).some(
        ([key, value]) => !secretInputs.includes(key) && JSON.stringify(value).includes("s3cret"),
      ),
    );
    expect(plain.map(({ name }) => name)).toEqual([]);
  });
});
