import { previewMarkdown } from "../../commands/previewMarkdown";
import { previewText } from "../../stacks/deploy/previewText";
import { CHANGES, FAILED, NOTHING } from "../stacks/previewOutput";

const markdown = (said: string, code = 0) =>
  previewMarkdown({ stack: "prod", preview: previewText(said), code });

/** A preview of many resources. */
function many(number: number, property: string, op = "update"): string {
  const each = Array.from(
    { length: number },
    (_, index) =>
      `    ~ a:b/c:D: (${op})\n        [urn=urn:pulumi:p::p::a:b/c:D::resource-${index}]\n      ~ x: ${property}`,
  );
  return `${each.join("\n")}\nResources:\n    ~ ${number} to ${op}\n`;
}

const LOCATIONS = many(500, '"a"', "create").replaceAll(
  "a:b/c:D",
  "dagster-platform:dagster:CodeLocation",
);

/** Outside code, as GitHub reads it: fences first, then spans. */
function outsideCode(text: string): string {
  return text
    .replace(/^(`{3,})\w*\n[\s\S]*?^\1$/gm, "")
    .replace(/(?<!`)(`+)(?!`)[\s\S]*?(?<!`)\1(?!`)/g, "");
}

describe("the comment of a preview", () => {
  it("has what matters in the open, and the rest folded", () => {
    expect(markdown(CHANGES))
      .toBe(`### Preview of stack \`prod\`: 2 to create, 2 to update, 1 to replace, 2 to delete

- new locations: \`gamma\`
- changed locations: \`alpha\`
- removed locations: \`beta\`
- without a release yet: \`shop\`

**replaced**

- \`rollout-job\` (\`kubernetes:batch/v1:Job\`), as by every update

**deleted**

- \`beta-release\` (\`kubernetes:helm.sh/v3:Release\`)
- \`beta\` (\`dagster-platform:dagster:CodeLocation\`)

<details><summary>7 resources</summary>

- create \`gamma\` (\`dagster-platform:dagster:CodeLocation\`)
- create \`gamma-release\` (\`kubernetes:helm.sh/v3:Release\`)
- update \`alpha-release\` (\`kubernetes:helm.sh/v3:Release\`)
- update \`postgres-client-secret\` (\`kubernetes:core/v1:Secret\`)
- replace \`rollout-job\` (\`kubernetes:batch/v1:Job\`)
- delete \`beta-release\` (\`kubernetes:helm.sh/v3:Release\`)
- delete \`beta\` (\`dagster-platform:dagster:CodeLocation\`)

</details>

<details><summary>what changes in them</summary>

\`\`\`\`diff
update alpha-release
      ~ values: {
          ~ env: (json) {
              + X: "\`\`\`</details>"
            }
        }
update postgres-client-secret
      - data      : [secret]
      + stringData: [secret]
replace rollout-job
      ~ name: "a" => "b"
\`\`\`\`

</details>
`);
  });

  it("is one line when nothing changes", () => {
    expect(markdown(NOTHING)).toBe("### Preview of stack `prod`: no changes\n");
  });

  it("has the lines of the errors when it fails", () => {
    expect(markdown(FAILED, 1)).toBe(`### Preview of stack \`prod\`: failed

\`\`\`
locations.yaml:1: locations[0].name: has to be a DNS label, got "X y", write "x-y"
locations.yaml:1: locations[0].repository: is required, got nothing
\`\`\`
`);
    expect(markdown("", 255)).toContain("pulumi does not say why: see the job's log");
  });

  it.each(["`", "``` \n</details><script>", "</details>", "@everyone #1 **b** [x](y)", "|"])(
    "has no way out for %j in a name or a property",
    (evil) => {
      const name = evil.replace(/\s+/g, " ");
      const said = CHANGES.replaceAll("beta-release", name).replace('"gamma"', evil);
      const text = outsideCode(markdown(said.replaceAll("rollout-job", name)));
      for (const word of ["script", "@everyone", "**b**", "[x]", "|"])
        expect(text).not.toContain(word);
      expect(text.match(/<\/details>/g)).toHaveLength(2);
      expect(text.match(/<details>/g)).toHaveLength(2);
    },
  );

  it.each([
    ["many resources", many(3000, '"a" => "b"')],
    ["many that are deleted", many(3000, '"a"', "delete")],
    ["one of many lines", many(1, `{\n${"      + line\n".repeat(20_000)}`)],
    ["one of a long line", many(1, "x".repeat(200_000))],
    ["one of many backticks", many(1, `${"`".repeat(40_000)}\n${"x\n".repeat(5_000)}`)],
    ["long names", many(3000, '"a"').replaceAll("resource-", "resource-".repeat(30))],
    ["many new locations", LOCATIONS],
  ])("fits into a comment with %s", (_case, said) => {
    const text = markdown(said);
    expect(text.length).toBeLessThanOrEqual(60_000);
    expect(text.match(/<details>/g)?.length ?? 0).toBe(text.match(/<\/details>/g)?.length ?? 0);
    expect((text.match(/^`{3,}/gm) ?? []).length % 2).toBe(0);
  });

  it("fits into a comment with errors without end", () => {
    expect(markdown(`error: ${"x".repeat(200_000)}\n`, 1).length).toBeLessThanOrEqual(60_000);
  });

  it("says where the rest is when it is cut", () => {
    expect(markdown(many(3000, '"a" => "b"'))).toContain("… and more: the job's log has all of it");
    expect(markdown(many(3000, '"a"', "delete"))).toContain("- and 2950 more");
    expect(markdown(LOCATIONS)).toMatch(/^- new locations: `resource-0`, .* and 450 more$/m);
  });
});
