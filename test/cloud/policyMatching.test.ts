import { conditionsHold, matchesArn, matchesPattern, type RequestContext } from "./policyMatching";

describe("a condition", () => {
  it.each<[string, unknown, RequestContext, boolean]>([
    ["equal texts", { StringEquals: { k: "a" } }, { k: "a" }, true],
    ["one of several", { StringEquals: { k: ["a", "b"] } }, { k: "b" }, true],
    ["keys in any case", { StringEquals: { "S3:Prefix": "a" } }, { "s3:prefix": "a" }, true],
    ["values in this case only", { StringEquals: { k: "A" } }, { k: "a" }, false],
    [
      "* of StringEquals as a star",
      { StringEquals: { k: "repo:acme/*" } },
      { k: "repo:acme/x" },
      false,
    ],
    ["* of StringEquals as a star, given", { StringEquals: { k: "x/*" } }, { k: "x/*" }, true],
    [
      "* of StringLike as any text",
      { StringLike: { k: "repo:acme/*" } },
      { k: "repo:acme/x:y" },
      true,
    ],
    ["* of StringLike as no text", { StringLike: { k: "repo:acme/*" } }, { k: "repo:acme/" }, true],
    ["? of StringLike as one character", { StringLike: { k: "v?" } }, { k: "v12" }, false],
    ["StringLike from begin to end", { StringLike: { k: "acme/*" } }, { k: "repo:acme/x" }, false],
    ["StringLike over lines", { StringLike: { k: "a*" } }, { k: "a\nb" }, true],
    ["all keys", { StringEquals: { k: "a", l: "b" } }, { k: "a", l: "c" }, false],
    [
      "all operators",
      { StringEquals: { k: "a" }, StringLike: { l: "b*" } },
      { k: "a", l: "c" },
      false,
    ],
    ["no absent key", { StringEquals: { k: "a" } }, {}, false],
    ["no absent key, like anything", { StringLike: { k: "*" } }, {}, false],
    ["an absent key IfExists", { StringEqualsIfExists: { k: "a" } }, {}, true],
    ["a wrong key IfExists", { StringEqualsIfExists: { k: "a" } }, { k: "b" }, false],
    ["ForAllValues of an absent key", { "ForAllValues:StringEquals": { k: "a" } }, {}, true],
    ["ForAllValues of no value", { "ForAllValues:StringEquals": { k: "a" } }, { k: [] }, true],
    [
      "ForAllValues of all",
      { "ForAllValues:StringEquals": { k: ["a", "b"] } },
      { k: ["a", "b"] },
      true,
    ],
    ["ForAllValues of some", { "ForAllValues:StringEquals": { k: "a" } }, { k: ["a", "b"] }, false],
    ["ForAnyValue of some", { "ForAnyValue:StringEquals": { k: "a" } }, { k: ["a", "b"] }, true],
    ["ForAnyValue of an absent key", { "ForAnyValue:StringEquals": { k: "a" } }, {}, false],
    ["Null of an absent key", { Null: { k: "true" } }, {}, true],
    ["Null of a key that is there", { Null: { k: "true" } }, { k: "a" }, false],
    ["not Null of an absent key", { Null: { k: "false" } }, {}, false],
    ["not Null of a key that is there", { Null: { k: "false" } }, { k: "a" }, true],
    ["Bool", { Bool: { k: "false" } }, { k: "false" }, true],
    ["Bool in any case", { Bool: { k: "False" } }, { k: "false" }, true],
    ["no absent Bool", { Bool: { k: "false" } }, {}, false],
    ["a smaller number", { NumericLessThan: { k: "1.2" } }, { k: "1.1" }, true],
    ["numbers as numbers", { NumericLessThan: { k: "9" } }, { k: "10" }, false],
    ["not the same number", { NumericLessThan: { k: "1.2" } }, { k: "1.2" }, false],
    [
      "an ARN with *",
      { ArnLike: { k: "arn:aws:iam::1:role/x/*" } },
      { k: "arn:aws:iam::1:role/x/y" },
      true,
    ],
    [
      "an ARN with * by ArnEquals",
      { ArnEquals: { k: "arn:aws:s3:::*" } },
      { k: "arn:aws:s3:::b" },
      true,
    ],
    [
      "no ARN of another account",
      { ArnLike: { k: "arn:aws:iam::1:*" } },
      { k: "arn:aws:iam::12:role/x" },
      false,
    ],
  ])("takes %s", (_case, condition, context, allowed) => {
    expect(conditionsHold(condition, context)).toBe(allowed);
  });

  it("refuses several values where one is compared, and numbers that are none", () => {
    expect(() => conditionsHold({ StringEquals: { k: "a" } }, { k: ["a", "b"] })).toThrow(
      "one value",
    );
    expect(() => conditionsHold({ NumericLessThan: { k: "x" } }, { k: "1" })).toThrow("no number");
  });
});

describe("patterns", () => {
  it("know no character but * and ?", () => {
    expect(matchesPattern("a.c[d](e)+^$|\\{1}", "a.c[d](e)+^$|\\{1}")).toBe(true);
    expect(matchesPattern("a.c", "abc")).toBe(false);
    expect(matchesPattern("a+", "aa")).toBe(false);
  });

  it("of ARNs do not reach over colons, but for those of the resource", () => {
    expect(matchesArn("arn:*:s3:::state", "arn:aws:s3:::state")).toBe(true);
    expect(matchesArn("arn:aws:*:state", "arn:aws:s3:::state")).toBe(false);
    expect(matchesArn("arn:aws:logs:r:1:group:*", "arn:aws:logs:r:1:group:a:b")).toBe(true);
    expect(matchesArn("arn:aws:s3:::a/*", "arn:aws:s3:::a/b:c/d")).toBe(true);
  });
});
