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
  it("pin image and defs state together, in a ConfigMap named by its content", () => {
    const first = locationValues(CRM, RELEASE, PLATFORM);
    const later = locationValues(CRM, { ...RELEASE, defsState: null }, PLATFORM);
    expect(first?.values.deployments[0].image).toMatchObject({ repository: "ghcr.io/acme/crm" });
    expect(JSON.parse(first?.pin.text ?? "")).toEqual(RELEASE.defsState);
    expect(first?.pin.configMap).toMatch(/^crm-defs-state-[0-9a-f]{10}$/);
    expect(later?.pin).not.toEqual(first?.pin);
    expect(later?.values.deployments[0].annotations).not.toEqual(
      first?.values.deployments[0].annotations,
    );
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
