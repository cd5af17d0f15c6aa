import { cpSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { schemas } from "../../commands/schemas";
import { locationsJsonSchema } from "../../stacks/list/locationsJsonSchema";
import { folderWith, removeFolders } from "../stacks/list/temporaryFolder";

afterAll(removeFolders);

async function run(root: string, ...flags: readonly string[]) {
  const said = { out: "", err: "" };
  const terminal = {
    out: (text: string) => (said.out += text),
    err: (text: string) => (said.err += text),
    colour: false,
  };
  return { code: await schemas(flags, terminal, root), ...said };
}

/** A folder with the committed pages, what they are made from, and no schema. */
function project(): string {
  const folder = folderWith({ "docs/": "" });
  for (const file of [
    ...["docs/locations.md", "docs/config.md", "docs/security.md", "docs/gcp/Pulumi.prod.yaml"],
    ...["Pulumi.yaml", "Pulumi.prod.yaml"],
  ])
    cpSync(file, join(folder, file));
  return folder;
}

const SCHEMA = "schemas/locations.schema.json";

describe("npm run schemas", () => {
  test("finds the committed schema and table up to date", async () => {
    expect(await run(".", "--check")).toEqual({ code: 0, out: "schemas: up to date\n", err: "" });
  });

  test("writes the schema, and nothing the second time", async () => {
    const folder = project();
    expect(await run(folder)).toMatchObject({ code: 0, out: `schemas: wrote ${SCHEMA}\n` });
    expect(JSON.parse(readFileSync(join(folder, SCHEMA), "utf8"))).toEqual(locationsJsonSchema());
    expect((await run(folder)).out).toBe("schemas: up to date\n");
  });

  test("refuses a stale schema with --check in one line, and leaves it", async () => {
    const folder = project();
    await run(folder);
    writeFileSync(join(folder, SCHEMA), "{}\n");
    expect(await run(folder, "--check")).toEqual({
      code: 1,
      out: "",
      err: `stale: ${SCHEMA}; run \`npm run schemas\` and commit the result\n`,
    });
    expect(readFileSync(join(folder, SCHEMA), "utf8")).toBe("{}\n");
  });

  test("refuses a table that somebody edited, and mends it", async () => {
    const folder = project();
    await run(folder);
    const page = join(folder, "docs/locations.md");
    const text = readFileSync(page, "utf8");
    writeFileSync(page, text.replace("| `ttl", "| `TTL").replace("1 to 90", "1 to 91"));
    expect(await run(folder, "--check")).toMatchObject({ code: 1 });
    await run(folder);
    expect(readFileSync(page, "utf8")).toBe(text);
  });

  test("refuses a page without the marks of the table", async () => {
    const folder = folderWith({ "docs/locations.md": "# Locations\n" });
    expect(await run(folder)).toMatchObject({
      code: 1,
      err: expect.stringContaining("lost the marks") as string,
    });
  });

  test("follows a change of the stack's config", async () => {
    const folder = project();
    await run(folder);
    const text = readFileSync("Pulumi.yaml", "utf8");
    writeFileSync(join(folder, "Pulumi.yaml"), text.replace("default: 3600", "default: 3601"));
    expect(await run(folder, "--check")).toMatchObject({ code: 1 });
    await run(folder);
    expect(readFileSync(join(folder, "docs/config.md"), "utf8")).toContain("| `3601` |");
  });

  test("follows a change of the rights that the program gives", async () => {
    const folder = project();
    await run(folder);
    const file = join(folder, "Pulumi.prod.yaml");
    writeFileSync(file, readFileSync(file, "utf8").replace("123456789012", "210987654321"));
    expect(await run(folder, "--check")).toMatchObject({ code: 1 });
    await run(folder);
    const page = readFileSync(join(folder, "docs/security.md"), "utf8");
    expect(page).toContain("`s3://dagster-prod-210987654321/releases/finance.json`");
  });

  test("makes a table with every key of an entry", () => {
    const page = readFileSync("docs/locations.md", "utf8");
    const entry = locationsJsonSchema().properties?.["locations"]?.items?.properties ?? {};
    for (const [key, { properties = {} }] of Object.entries(entry)) {
      expect(page).toContain(`\n| \`${key}\` |`);
      for (const inner of Object.keys(properties))
        expect(page).toContain(`\n| \`${key}.${inner}\` |`);
    }
  });
});
