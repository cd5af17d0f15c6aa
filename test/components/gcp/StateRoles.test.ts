import { StateRoles } from "../../../components/gcp/StateRoles";
import { mocked, valueOf } from "../mocked";
import { ROLES } from "./program";

const make = () => mocked(() => new StateRoles("roles", { project: "acme-data", stack: "prod" }));

describe("the roles for the state store", () => {
  it("are exactly these, of the stack", async () => {
    const { names, find } = await make();
    expect(names).toEqual([
      "dagster-platform:gcp:StateRoles roles",
      "gcp:projects/iAMCustomRole:IAMCustomRole roles-create",
      "gcp:projects/iAMCustomRole:IAMCustomRole roles-find",
      "gcp:projects/iAMCustomRole:IAMCustomRole roles-put",
      "gcp:projects/iAMCustomRole:IAMCustomRole roles-read",
      "gcp:projects/iAMCustomRole:IAMCustomRole roles-write",
    ]);
    expect(find("roles-read").inputs).toEqual({
      project: "acme-data",
      roleId: "dagster_prod_state_read",
      title: "Dagster prod: read state",
      permissions: ["storage.objects.get", "storage.objects.list"],
    });
  });

  it("are told by their full names", async () => {
    const { find, result } = await make();
    expect(find("roles").registeredOutputs).toEqual({ names: ROLES });
    expect(await valueOf(result.names.put)).toBe("projects/acme-data/roles/dagster_prod_state_put");
  });
});
