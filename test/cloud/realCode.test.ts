import { isAllowed } from "./policyEvaluator";
import { EnforcingServer, type LoggedRequest } from "./enforcingServer";
import { RealPrograms } from "./realPrograms";
import { BUCKET, type Registered, registered, rightsOf } from "./registered";

const CI = "dagster-prod-crm-ci";
const PULL = "dagster-prod-crm-pull-request";
const RUNTIME = "dagster-prod-crm-runtime";
const OTHER = "dagster-prod-crm-eu-runtime";
const SYSTEM = "dagster-prod--system";
const DEPLOY = "dagster-prod--deploy";

const [FIRST, SECOND] = ["a".repeat(40), "b".repeat(40)];

const BRANCH = "/branches/crm/12";

/** In this order: each needs what those before it have stored. */
describe("the real programs, each with the rights of its role alone", () => {
  let all: Registered;
  let server: EnforcingServer;
  let programs: RealPrograms;

  beforeAll(async () => {
    all = await registered();
    server = await EnforcingServer.start(BUCKET, [...all.roles.values()]);
    programs = await RealPrograms.start(server);
  });

  afterAll(async () => {
    programs.stop();
    await server.stop();
  });

  it("CI refreshes the defs state", async () => {
    expect(await programs.refresh(CI)).toMatchObject({ code: 0, stderr: "" });
    expect(Object.keys(programs.pin(CI).info_mapping)).toEqual(["CrmObjects[crm]"]);
  });
});
