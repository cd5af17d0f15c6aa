import * as fc from "fast-check";

import { platformValues } from "../../../components/dagster/platformValues";
import { userCodeValues } from "../../../components/dagster/userCodeValues";
import { locationInput, platformInput } from "./arbitraries";
import { MISSING_CHART_DATA, schemaErrors, unknownKeys } from "./chartData";
import { deepFreeze, LOCATION, PLATFORM } from "./fixtures";

if (MISSING_CHART_DATA !== undefined) {
  it.skip(`values against the charts' own schemas: ${MISSING_CHART_DATA}`, () => undefined);
} else {
  describe("the chart `dagster`", () => {
    const errors = schemaErrors("dagster");
    const unknown = unknownKeys("dagster");

    it("accepts the values of any system, and knows all of their keys", () => {
      fc.assert(
        fc.property(platformInput, (input) => {
          const values = platformValues(deepFreeze(input));
          expect(errors(values)).toEqual([]);
          expect(unknown(values)).toEqual([]);
        }),
        { numRuns: 200 },
      );
    });

    it.each([
      ["postgresql.postgresqlPort", { postgresql: { postgresqlPort: 5432 } }],
      ["defsStateStorage", { defsStateStorage: {} }],
      [
        "dagsterDaemon.runMonitoring.startTimeout",
        { dagsterDaemon: { runMonitoring: { startTimeout: 1 } } },
      ],
      ["global.fullname", { global: { fullname: "x" } }],
    ])("would swallow %s, which we find", (path, extraValues) => {
      expect(unknown(platformValues({ ...PLATFORM, extraValues }))).toEqual([path]);
    });

    it("refuses a wrong type", () => {
      const extraValues = { dagsterWebserver: { replicaCount: "two" } };
      expect(errors(platformValues({ ...PLATFORM, extraValues }))).toEqual([
        "/dagsterWebserver/replicaCount must be integer",
      ]);
    });
  });

  describe("the chart `dagster-user-deployments`", () => {
    const errors = schemaErrors("dagster-user-deployments");
    const unknown = unknownKeys("dagster-user-deployments");

    it("accepts the values of any location, and knows all of their keys", () => {
      fc.assert(
        fc.property(locationInput, (input) => {
          const values = userCodeValues(deepFreeze(input));
          expect(errors(values)).toEqual([]);
          expect(unknown(values)).toEqual([]);
        }),
        { numRuns: 200 },
      );
    });

    it("would swallow `strategy`, which we find", () => {
      const extraValues = { deployments: [{ strategy: { type: "Recreate" } }] };
      expect(unknown(userCodeValues({ ...LOCATION, extraValues }))).toEqual([
        "deployments[0].strategy",
      ]);
    });
  });
}
