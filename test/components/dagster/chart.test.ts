import {
  DAGSTER_VERSION,
  SYSTEM_IMAGE,
  systemNames,
  userCodeNames,
} from "../../../components/dagster/chart";

describe("chart", () => {
  it("has one exact version, for charts and images", () => {
    expect(DAGSTER_VERSION).toMatch(/^\d+\.\d+\.\d+$/);
    expect(SYSTEM_IMAGE).toBe(`docker.io/dagster/dagster-celery-k8s:${DAGSTER_VERSION}`);
  });

  it.each([
    ["dagster", "dagster", "dagster-dagster-webserver"],
    ["prod", "prod-dagster", "prod-dagster-webserver"],
    ["my-dagster-2", "my-dagster-2", "my-dagster-2-dagster-webserver"],
  ])("names what the release %s makes as the chart does", (release, fullname, webserver) => {
    expect(systemNames(release)).toEqual({
      fullname,
      instanceConfigMap: `${fullname}-instance`,
      webserver,
      daemon: `${fullname}-daemon`,
    });
  });

  it("cuts long names as Helm's `trunc 63 | trimSuffix` does", () => {
    expect(systemNames("x".repeat(62)).fullname).toBe("x".repeat(62));
    expect(systemNames("x".repeat(53)).fullname).toBe(`${"x".repeat(53)}-dagster`);
  });

  it("names a location's Service by the location alone, and its Deployment short enough for a label", () => {
    expect(userCodeNames("finance")).toEqual({ deployment: "finance-finance", service: "finance" });
    expect(userCodeNames("x".repeat(31)).deployment).toHaveLength(63);
  });
});
