import { cpSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { InvalidInputError } from "../../stacks/invalidInputError";
import { readStackConfig } from "../../stacks/stackConfig";

const folder = mkdtempSync(join(tmpdir(), "stack-config-"));

beforeAll(() => {
  cpSync("Pulumi.yaml", join(folder, "Pulumi.yaml"));
  write(
    "own",
    "config: { dagster-platform:storageClass: fast, dagster-platform:webserverReplicas: 2 }\n",
  );
});

afterAll(() => {
  rmSync(folder, { recursive: true });
});

function write(stack: string, text: string): void {
  writeFileSync(join(folder, `Pulumi.${stack}.yaml`), text);
}

function refusal(stack: string): string {
  try {
    readStackConfig(stack, folder);
  } catch (error) {
    if (error instanceof InvalidInputError) return error.message;
    throw error;
  }
  return "accepted";
}

describe("the config of a stack, read without Pulumi", () => {
  it.each(["dev", "prod"])("reads the committed Pulumi.%s.yaml", (stack) => {
    expect(readStackConfig(stack)).toMatchObject({ namespace: "dagster" });
  });

  it("takes the defaults of Pulumi.yaml and the stack's own values", () => {
    const config = readStackConfig("own", folder);
    expect(config).toMatchObject({
      webserverReplicas: 2,
      storageClass: "fast",
      postgresPort: 5432,
    });
    expect(config.stateBucket).toBeUndefined();
  });

  it("converts the text that `pulumi config set` writes, by the declared type", () => {
    write(
      "text",
      [
        'config: { dagster-platform:maxConcurrentRuns: "5", dagster-platform:migrate: "true",',
        '  dagster-platform:stateBucket: 2026, "aws:region": eu-west-1 }',
      ].join("\n"),
    );
    const config = readStackConfig("text", folder);
    expect(config).toMatchObject({ maxConcurrentRuns: 5, migrate: true, stateBucket: "2026" });
  });

  it("accepts an empty file of a stack", () => {
    write("empty", "");
    expect(readStackConfig("empty", folder).cloud).toBe("none");
  });

  it("refuses a stack without a file, and names those there are", () => {
    rmSync(join(folder, "Pulumi.text.yaml"), { force: true });
    rmSync(join(folder, "Pulumi.empty.yaml"), { force: true });
    expect(refusal("nope")).toBe(
      `--stack: no Pulumi.nope.yaml in ${folder}, there are own: name one of them, or run \`pulumi stack init nope\``,
    );
  });

  it("refuses values of the wrong type and unknown keys, one line each", () => {
    write(
      "wrong",
      'config: { dagster-platform:maxConcurrentRuns: "5.5", dagster-platform:namespce: a }\n',
    );
    const lines = refusal("wrong").split("\n");
    expect(lines).toHaveLength(2);
    expect(lines[0]).toContain('namespce: unknown key, did you mean "namespace"?');
    expect(lines[1]).toMatch(/maxConcurrentRuns: .*, got "5\.5"$/);
  });

  it("refuses a file that is not YAML, in one line", () => {
    write("broken", "config: {\n");
    expect(refusal("broken")).toMatch(/^Pulumi\.broken\.yaml: [^\n]+$/);
  });

  it("refuses a folder without a project", () => {
    expect(() => readStackConfig("dev", tmpdir())).toThrow(/^no Pulumi\.yaml in /);
  });
});
