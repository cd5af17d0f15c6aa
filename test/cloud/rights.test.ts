import { BUCKET_ROWS, IMAGE_ROWS, SETTING_ROWS } from "./accountRows";
import { isAllowed, type AccessRequest } from "./policyEvaluator";
import { type Registered, registered, rightsOf } from "./registered";
import { KEPT_ROWS, MANY_ROWS, ROLE_ROWS } from "./roleRows";
import { KEY_ROWS, LIST_ROWS, NEVER_ROWS, OBJECT_ROWS, type RightsRow } from "./rightsRows";

const TABLES: readonly (readonly [string, readonly RightsRow[]])[] = [
  ["objects", OBJECT_ROWS],
  ["lists", LIST_ROWS],
  ["what nobody may do with objects", NEVER_ROWS],
  ["the bucket's key", KEY_ROWS],
  ["images", IMAGE_ROWS],
  ["what nobody may do with the bucket", BUCKET_ROWS],
  ["what nobody may do with roles", KEPT_ROWS],
  ["roles", ROLE_ROWS],
  ["a long list of policies", MANY_ROWS],
  ["settings, cluster and database", SETTING_ROWS],
];

const ROWS = TABLES.flatMap(([, rows]) => rows);

describe("who may do what", () => {
  let all: Registered;

  beforeAll(async () => {
    all = await registered();
  });

  function rolesOf(request: AccessRequest): readonly string[] {
    const roles = [...all.roles.values()].filter((role) => isAllowed(rightsOf(role), request));
    return roles.map(({ name }) => name).sort();
  }

  describe.each(TABLES)("%s", (_table, rows) => {
    it.each(rows)("%s", (_title, request, roles) => {
      expect(rolesOf(request)).toEqual([...roles].sort());
    });
  });

  it("is denied to each role in many rows, and allowed to each in some", () => {
    for (const name of [...all.roles.keys()].filter((role) => role.startsWith("dagster-prod-"))) {
      const allowed = ROWS.filter(([, , roles]) => roles.includes(name)).length;
      expect(allowed).toBeGreaterThan(2);
      expect(ROWS.length - allowed).toBeGreaterThan(150);
    }
  });
});
