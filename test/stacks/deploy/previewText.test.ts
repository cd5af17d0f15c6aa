import { previewText } from "../../../stacks/deploy/previewText";
import { CHANGES, FAILED, NOTHING } from "../previewOutput";

const short = (said: string) =>
  previewText(said).changes.map(({ op, name, type, location }) => [op, name, type, location]);

const HELM = "kubernetes:helm.sh/v3:Release";
const LOCATION = "dagster-platform:dagster:CodeLocation";

describe("what a preview says", () => {
  it("is how much changes, as Pulumi counts it", () => {
    expect(previewText(CHANGES).counts).toEqual(
      new Map([
        ["create", 2],
        ["update", 2],
        ["delete", 2],
        ["replace", 1],
      ]),
    );
    expect(previewText(NOTHING).counts).toEqual(new Map());
  });

  it("is what changes, by the names of the program, and of which location", () => {
    expect(short(CHANGES)).toEqual([
      ["create", "gamma", LOCATION, "gamma"],
      ["create", "gamma-release", HELM, "gamma"],
      ["update", "alpha-release", HELM, "alpha"],
      ["update", "postgres-client-secret", "kubernetes:core/v1:Secret", undefined],
      ["replace", "rollout-job", "kubernetes:batch/v1:Job", undefined],
      ["delete", "beta-release", HELM, "beta"],
      ["delete", "beta", LOCATION, "beta"],
    ]);
    expect(short(NOTHING)).toEqual([]);
  });

  it("has as many changes as Pulumi counts", () => {
    const { counts, changes } = previewText(CHANGES);
    for (const [op, count] of counts)
      expect(changes.filter((change) => change.op === op)).toHaveLength(count);
  });

  it("is the properties of each, without what it is and who makes it", () => {
    const { changes } = previewText(CHANGES);
    const diffs = new Map(changes.map(({ name, diff }) => [name, diff]));
    expect(diffs.get("gamma-release")).toBe('            name: "gamma"');
    expect(diffs.get("rollout-job")).toBe('      ~ name: "a" => "b"');
    expect(diffs.get("postgres-client-secret")).toBe(
      "      - data      : [secret]\n      + stringData: [secret]",
    );
    expect(diffs.get("beta")).toBe("");
  });

  it("is what each update makes anew", () => {
    const { changes } = previewText(CHANGES);
    expect(changes.filter(({ isRollout }) => isRollout).map(({ name }) => name)).toEqual([
      "rollout-job",
    ]);
  });

  it("is which locations wait for a release", () => {
    expect(previewText(CHANGES).unreleased).toEqual(["shop"]);
  });

  it("is every line of each error", () => {
    expect(previewText(FAILED).errors).toEqual([
      'locations.yaml:1: locations[0].name: has to be a DNS label, got "X y", write "x-y"\nlocations.yaml:1: locations[0].repository: is required, got nothing',
    ]);
    expect(previewText("error: no stack named 'x' found\n").errors).toEqual([
      "no stack named 'x' found",
    ]);
    expect(previewText(CHANGES).errors).toEqual([]);
  });

  it("is read without its colours", () => {
    const coloured = CHANGES.replace(/^( *)([~+-])/gm, "$1\u001b[32m$2\u001b[0m");
    expect(coloured).not.toBe(CHANGES);
    expect(short(coloured)).toEqual(short(CHANGES));
  });

  it("takes no property for a resource", () => {
    const forged = `    ~ a:b/c:D: (update)\n        [urn=urn:pulumi:p::p::a:b/c:D::d]\n      ~ text: "x: (delete)"\n        y:z/a:B: (delete)\nResources:\n`;
    expect(short(forged)).toEqual([["update", "d", "a:b/c:D", undefined]]);
  });

  it("has names with colons whole", () => {
    const named = `    ~ a:b/c:D: (update)\n        [urn=urn:pulumi:p::p::a:b/c:D::e::f]\nResources:\n`;
    expect(short(named)).toEqual([["update", "e::f", "a:b/c:D", undefined]]);
  });
});
