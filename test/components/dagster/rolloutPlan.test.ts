import { rolloutPlan } from "../../../components/dagster/rolloutPlan";
import { userCodeValues } from "../../../components/dagster/userCodeValues";

const values = (image: string) =>
  userCodeValues({
    ...{ name: "crm", codeSource: { module: "crm" }, image, namespace: "dagster" },
    ...{ instanceConfigMap: "dagster-instance", instanceHash: "11aa", pin: "{}" },
    ...{ postgresqlSecretName: "pg", stateBucket: "acme" },
    ...{ serviceAccount: { name: "crm" }, resources: { cpu: "250m", memoryMiB: 512 } },
  });

const DIGEST = `sha256:${"ab".repeat(32)}`;

const plan = (
  image: string,
  mapping: Record<string, { create_timestamp: number; version: string } | null> | null,
) =>
  rolloutPlan({
    ...{
      namespace: "dagster",
      systemRelease: "dagster",
      workspaceHash: "33cc",
      valuesHash: "44dd",
    },
    timeoutSeconds: 600,
    locations: [
      {
        ...{ name: "crm", values: values(image) },
        defsState: mapping === null ? null : { __class__: "DefsStateInfo", info_mapping: mapping },
      },
    ],
  });

describe("what an update waits for", () => {
  it("is each location's Deployment with its image, pin and instance, and the system's", () => {
    expect(plan(`acme/crm@${DIGEST}`, { api: { create_timestamp: 1, version: "v1" } })).toEqual({
      namespace: "dagster",
      workspaceHash: "33cc",
      timeoutSeconds: 600,
      valuesHash: "44dd",
      webserver: { deployment: "dagster-dagster-webserver", port: 3000 },
      daemon: { deployment: "dagster-daemon" },
      locations: [
        {
          name: "crm",
          deployment: "crm-crm",
          image: `acme/crm@${DIGEST}`,
          annotations: {
            "dagster-platform/instance-hash": "11aa",
            "dagster-platform/defs-state": "{}",
          },
          states: { api: "v1" },
        },
      ],
    });
  });

  it.each([
    ["a tag", "acme/crm:1.0", "acme/crm:1.0"],
    ["a digest, which wins over the tag", `acme/crm:1.0@${DIGEST}`, `acme/crm@${DIGEST}`],
  ])("has the image as the chart renders it: %s", (_case, image, rendered) => {
    expect(plan(image, null).locations[0]?.image).toBe(rendered);
  });

  it("has no version where none is pinned", () => {
    expect(plan("acme/crm:1", null).locations[0]?.states).toEqual({});
    expect(plan("acme/crm:1", { api: null }).locations[0]?.states).toEqual({});
  });
});
