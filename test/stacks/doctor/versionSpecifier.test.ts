import { fits } from "../../../stacks/doctor/versionSpecifier";
import { evaluate } from "../../components/ci/python";

const VERSIONS = ["1.13.27", "1.13", "1.13.0", "1.14.0", "2", "1.9.30", "1.130.1"];

const SPECIFIERS = [
  "",
  ">=1.13,<1.14",
  ">1.13.27",
  "<=1.13.27",
  "==1.13.27",
  "==1.13",
  "==1.13.*",
  "!=1.13.*",
  "!=1.13.27",
  "~=1.13",
  "~=1.13.20",
  "~=1.14.0",
  ">=1.9",
  "<2",
  ">=1.13.27,!=1.13.27",
];

it("reads versions as pip does", async () => {
  const code = [
    "from packaging.specifiers import SpecifierSet",
    "answer = [[v, s, SpecifierSet(s).contains(v)] for v in given[0] for s in given[1]]",
  ].join("\n");
  const wanted = await evaluate(code, [VERSIONS, SPECIFIERS]);
  const found = VERSIONS.flatMap((version) =>
    SPECIFIERS.map((specifiers) => [version, specifiers, fits(version, specifiers)]),
  );
  expect(found).toEqual(wanted);
});

it.each([
  ["1.13.27", ">=1.13rc1"],
  ["1.13.27", ">=1.13,whatever"],
  ["1.13.27", "==1!1.13"],
  ["1.13.27", ">=1.13.*"],
  ["1.13.27+local", ">=1.13"],
])("does not judge %s by %j", (version, specifiers) => {
  expect(fits(version, specifiers)).toBeUndefined();
});
