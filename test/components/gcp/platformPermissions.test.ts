import { PLATFORM_PERMISSIONS } from "../../../components/gcp/platformPermissions";

const ALL = Object.entries(PLATFORM_PERMISSIONS);

describe("the permissions of the platform's CI", () => {
  it("are each in one role, sorted, and named one by one", () => {
    const permissions = ALL.flatMap(([, each]) => [...each]);
    expect(new Set(permissions).size).toBe(permissions.length);
    for (const permission of permissions) expect(permission).toMatch(/^([a-zA-Z]+\.){2}[a-zA-Z]+$/);
    for (const [, each] of ALL) expect([...each].sort()).toEqual([...each]);
  });

  it("for reading change nothing", () => {
    const reading = ALL.filter(([role]) => role.endsWith("-read")).flatMap(([, each]) => [...each]);
    expect(reading.filter((each) => !/\.(get|list|getIamPolicy)$/.test(each))).toEqual([]);
  });

  it("reach no object, no trust, no key, and no bucket's settings", () => {
    const permissions = ALL.flatMap(([, each]) => [...each]).join("\n");
    expect(permissions).not.toMatch(
      /objects|buckets\.(update|delete|create)|roles\.(create|update|delete)|Keys|actAs|getAccessToken|workloadIdentityPool\w*\.(create|update|delete)|instances\.(create|delete)/,
    );
  });
});
