import { codeBlock, inlineCode } from "../../commands/markdownText";

describe("other people's text in Markdown", () => {
  it.each([
    ["finance", "`finance`"],
    ["a`b", "``a`b``"],
    ["`", "`` ` ``"],
    ["``x", "``` ``x ```"],
    ["<img src=x onerror=alert(1)>", "`<img src=x onerror=alert(1)>`"],
    ["a\n\n# title\n", "`a # title`"],
    ["", ""],
    ["  ", ""],
  ])("%j is one line of code: %j", (text, expected) => {
    expect(inlineCode(text)).toBe(expected);
  });

  it("is a block that none of its lines ends", () => {
    expect(codeBlock("a\n```\n</details>\n", "diff")).toBe("````diff\na\n```\n</details>\n````");
    expect(codeBlock("a")).toBe("```\na\n```");
  });
});
