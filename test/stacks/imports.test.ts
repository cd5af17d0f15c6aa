import * as pulumi from "@pulumi/pulumi";
import * as random from "@pulumi/random";

import { Imports, inputPaths, withImports } from "../../stacks/imports";
import { InvalidInputError } from "../../stacks/invalidInputError";
import { mocked } from "../components/mocked";

/** A program of two resources in a component, seen by `imports`. */
const program = (imports: Imports) =>
  mocked(() => {
    const parent = new pulumi.ComponentResource(
      "dagster-platform:test:Parent",
      "state",
      {},
      {
        transformations: [imports.transformation],
      },
    );
    const keep = { protect: true, ignoreChanges: ["keepers"], parent };
    new random.RandomId("state-bucket", { byteLength: 4, prefix: "a" }, keep);
    new random.RandomId("state-other", { byteLength: 8 }, { parent });
  });

describe("taking over what is there", () => {
  it("imports the resource of that name as it stands, and no other", async () => {
    const imports = new Imports(["state-bucket=acme=state"]);
    const { find } = await program(imports);
    expect(find("state-bucket")).toMatchObject({ importId: "acme=state", protect: true });
    // Also what the program does not set: what is there has it, perhaps.
    expect(find("state-bucket").ignoreChanges).toEqual(
      expect.arrayContaining(["byteLength", "keepers", "prefix", "b64Url"]),
    );
    expect(find("state-other")).toMatchObject({ importId: "", ignoreChanges: [] });
    expect(() => {
      imports.check();
    }).not.toThrow();
  });

  it("refuses names that no resource has, all at once, also those of components", async () => {
    const imports = new Imports(["state=acme", "state-buket=acme", "role=x"]);
    await program(imports);
    const check = () => {
      imports.check();
    };
    expect(check).toThrow(InvalidInputError);
    expect(check).toThrow(
      [
        'dagster-platform:import: no resource is called "state", did you mean "state-other=acme"?',
        'dagster-platform:import: no resource is called "state-buket", did you mean "state-bucket=acme"?',
        'dagster-platform:import: no resource is called "role", `pulumi preview` shows the names',
      ].join("\n"),
    );
  });

  it("ignores what the program sets, and no more of a map than that", () => {
    const inputs = {
      name: pulumi.output("db"),
      settings: { tier: "small", backups: { enabled: true }, flags: [{ name: "a" }] },
      labels: undefined,
    };
    expect(inputPaths(inputs)).toEqual([
      ...["name", "settings.tier", "settings.backups.enabled", "settings.flags", "labels"],
    ]);
  });

  it("leaves a program alone that takes over nothing", () => {
    expect(withImports([], () => "made")).toBe("made");
  });
});
