import fc from "fast-check";

import { parseLocations } from "../../stacks/locations";
import { locationValues, type PlatformParts } from "../../stacks/locationValues";
import { MISSING_CHART_DATA, schemaErrors } from "../components/dagster/chartData";
import { anyList, textOf } from "./list/locationArbitraries";

const PLATFORM: PlatformParts = {
  namespace: "dagster",
  systemRelease: "dagster",
  instanceHash: "11aa",
  postgresqlSecretName: "dagster-postgresql",
  stateBucket: "acme-dagster",
  keySecrets: ["state-store"],
  imagePullSecrets: [],
};

const RELEASE = {
  image: `ghcr.io/acme/crm@sha256:${"ab".repeat(32)}`,
  defsState: {
    __class__: "DefsStateInfo" as const,
    info_mapping: { api: { create_timestamp: 1, version: "v1" } },
  },
};

function only(text: string): NonNullable<ReturnType<typeof parse>[number]> {
  const [location] = parse(text);
  if (location === undefined) throw new Error("the list of the test has a mistake");
  return location;
}

const parse = (text: string) =>
  parseLocations(text, { file: "locations.yaml", stack: "prod" }).locations;

const CRM = only("locations: [{ name: crm, repository: acme/crm, module: crm.definitions }]");

describe("the values of a location", () => {
  it("pin image and defs state together, in the pod itself", () => {
    const pinOf = (
      release: typeof RELEASE | (Omit<typeof RELEASE, "defsState"> & { defsState: null }),
    ) =>
      locationValues(CRM, release, PLATFORM)?.values.deployments[0].annotations[
        "dagster-platform/defs-state"
      ];
    const deployment = locationValues(CRM, RELEASE, PLATFORM)?.values.deployments[0];
    expect(deployment?.image).toMatchObject({ repository: "ghcr.io/acme/crm" });
    expect(JSON.parse(pinOf(RELEASE) ?? "")).toEqual(RELEASE.defsState);
    // Dagster's "explicitly no pin".
    expect(pinOf({ ...RELEASE, defsState: null })).toBe("");
  });

  it("bring the keys of the state store before the location's own secrets", () => {
    const values = locationValues({ ...CRM, secrets: ["crm-api"] }, RELEASE, PLATFORM)?.values;
    expect(values?.deployments[0].envSecrets).toEqual([
      { name: "state-store" },
      { name: "crm-api" },
    ]);
  });

  it("take the image of the list before that of the release", () => {
    const values = locationValues({ ...CRM, image: "acme/crm:1.0" }, RELEASE, PLATFORM)?.values;
    expect(values?.deployments[0].image).toMatchObject({ repository: "acme/crm", tag: "1.0" });
  });

  it("are not there before the first release", () => {
    expect(locationValues(CRM, undefined, PLATFORM)).toBeUndefined();
  });

  const withSchemas = MISSING_CHART_DATA === undefined ? it : it.skip;
  withSchemas(
    `are accepted by the chart's schema, for any right list${MISSING_CHART_DATA === undefined ? "" : ` (skipped: ${MISSING_CHART_DATA})`}`,
    () => {
      const errors = schemaErrors("dagster-user-deployments");
      fc.assert(
        fc.property(anyList, (list) => {
          for (const location of parse(textOf(list))) {
            const deployed = locationValues(location, RELEASE, PLATFORM);
            expect(errors(deployed?.values ?? {})).toEqual([]);
          }
        }),
        { numRuns: 150 },
      );
    },
  );
});
