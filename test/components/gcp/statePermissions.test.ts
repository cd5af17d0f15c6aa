import { STATE_PERMISSIONS, STATE_ROLES } from "../../../components/gcp/statePermissions";

describe("the permissions of the roles for state", () => {
  it("are these, and no others", () => {
    expect(STATE_PERMISSIONS).toEqual({
      find: ["storage.buckets.get"],
      read: ["storage.objects.get", "storage.objects.list"],
      create: ["storage.objects.create", "storage.objects.get", "storage.objects.list"],
      write: [
        "storage.objects.create",
        "storage.objects.delete",
        "storage.objects.get",
        "storage.objects.list",
      ],
      put: ["storage.objects.create", "storage.objects.delete"],
    });
  });

  it("are all in a role", () => {
    expect([...STATE_ROLES].sort()).toEqual(Object.keys(STATE_PERMISSIONS).sort());
  });
});
