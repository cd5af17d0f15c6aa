import { existsSync, readdirSync, readFileSync } from "node:fs";

import { conventionMistakes } from "./conventions";

const FILES = readdirSync("components", { recursive: true, encoding: "utf8" })
  .map((file) => `components/${file}`)
  .filter((file) => file.endsWith(".ts"))
  .sort();

const GOOD = `
export interface ThingArgs { readonly size: number }
export class Thing extends pulumi.ComponentResource {
  constructor(name: string, args: ThingArgs, opts?: pulumi.ComponentResourceOptions) {
    super("dagster-platform:aws:Thing", name, {}, opts);
    const child = { parent: this };
    const bucket = new aws.s3.Bucket(\`\${name}-bucket\`, { size: args.size }, child);
    new aws.s3.Policy(\`\${name}-policy\`, {}, { ...child, dependsOn: [bucket] });
    this.registerOutputs({});
  }
}
`;

const check = (source: string, path = "components/aws/Thing.ts", tested = true) =>
  conventionMistakes(path, source, () => tested);

describe("the conventions of components", () => {
  it.each(FILES)("hold in %s", (path) => {
    expect(conventionMistakes(path, readFileSync(path, "utf8"), existsSync)).toEqual([]);
  });

  it("have something to hold in", () => {
    expect(FILES.filter((path) => /\/[A-Z]\w+\.ts$/.test(path)).length).toBeGreaterThan(4);
    expect(check(GOOD)).toEqual([]);
  });

  it.each<[string, string, string, string]>([
    ["another folder's token", ":aws:", ":gcp:", "does not begin with super("],
    ["another class's token", ":Thing", ":Other", "does not begin with super("],
    ["arguments in the state", "name, {}, opts", "name, args, opts", "does not begin with super("],
    ["a class of another name", "class Thing", "class Another", "exports Another"],
    ["a second export", "export interface", "export const x = 1;\nexport interface", "exports "],
    ["no outputs", "this.registerOutputs({});", "", "does not end with this.registerOutputs"],
    ["a child with a fixed name", "`${name}-bucket`", '"bucket"', 'Bucket is called "bucket"'],
    ["a child with a bare name", "`${name}-bucket`", "name", "Bucket is called name"],
    ["an orphan", ", child)", ")", "Bucket `${name}-bucket` has no parent: this"],
    ["a stepchild", "{ parent: this }", "{ parent: other }", "has no parent: this"],
  ])("refuse %s", (_case, from, to, mistake) => {
    expect(GOOD).toContain(from);
    expect(check(GOOD.replace(from, to)).join("\n")).toContain(mistake);
  });

  it("refuse a component without a test of the same name", () => {
    expect(check(GOOD, undefined, false)).toEqual([
      "components/aws/Thing.ts: has no test/components/aws/Thing.test.ts",
    ]);
  });

  it("refuse a pure file that knows Pulumi", () => {
    const source = 'import type * as pulumi from "@pulumi/pulumi";';
    expect(check(source, "components/aws/bucketPolicy.ts")).toEqual([
      "components/aws/bucketPolicy.ts: a pure file imports @pulumi/*",
    ]);
  });
});
