import type { Caller } from "./callers";
import { type Registered, registered } from "./registered";
import {
  BRANCH_ROWS,
  CLAIM_ROWS,
  REPOSITORY_ROWS,
  type TrustRow,
  WORKFLOW_ROWS,
} from "./githubRows";
import { takenRoles } from "./takers";
import { GITLAB_ROWS, IRSA_ROWS, PLATFORM_ROWS, POD_ROWS } from "./otherRows";

const ROWS: readonly (readonly [string, readonly TrustRow[]])[] = [
  ["GitHub: branches", BRANCH_ROWS],
  ["GitHub: repositories", REPOSITORY_ROWS],
  ["GitHub: workflows", WORKFLOW_ROWS],
  ["GitHub: claims", CLAIM_ROWS],
  ["GitLab", GITLAB_ROWS],
  ["the platform's own repository", PLATFORM_ROWS],
  ["pods by Pod Identity", POD_ROWS],
  ["pods by IRSA", IRSA_ROWS],
];

describe("who gets which role", () => {
  let all: Registered;

  beforeAll(async () => {
    all = await registered();
  });

  const rolesOf = (caller: Caller) => takenRoles(all, caller);

  describe.each(ROWS)("%s", (_group, rows) => {
    it.each(rows)("%s", (_title, caller, roles) => {
      expect(rolesOf(caller)).toEqual([...roles].sort());
    });
  });

  it("leaves no role without a row that gets it", () => {
    const taken = ROWS.flatMap(([, rows]) => rows).flatMap(([, , roles]) => roles);
    const others = ["dagster-prod-crm-jobs-runtime", "dagster-prod-ledger-runtime"];
    expect([...new Set([...taken, ...others])].sort()).toEqual([...all.roles.keys()].sort());
  });

  it("has a table of its size", () => {
    const rows = ROWS.flatMap(([, each]) => each);
    expect(rows.length).toBeGreaterThan(120);
    expect(rows.filter(([, , roles]) => roles.length === 0).length).toBeGreaterThan(90);
  });
});
