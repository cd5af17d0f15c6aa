import fc from "fast-check";

import { arnChanges, arnParts } from "../../../components/aws/deployArns";
import { deployRights, previewRights } from "../../../components/aws/deployPolicy";
import { allow, type PolicyStatement } from "../../../components/aws/policyDocument";
import { INPUT, SCOPE } from "./deployInput";
import { READ_POLICY } from "./fixtures";

const size = (statements: readonly PolicyStatement[]) =>
  JSON.stringify({ Version: "2012-10-17", Statement: statements }).length;

describe("rights over what locations name", () => {
  const arn = fc
    .tuple(fc.constantFrom("policy", "role"), fc.stringMatching(/^[a-zA-Z0-9+=,.@_-]{1,128}$/))
    .map(([kind, name]) => `arn:aws:iam::123456789012:${kind}/${name}`);

  it("fit into IAM's policies, however many there are, and leave none out", () => {
    fc.assert(
      fc.property(fc.uniqueArray(arn, { maxLength: 150 }), (arns) => {
        const isRole = (each: string) => each.includes(":role/");
        const attachablePolicyArns = arns.filter((each) => !isRole(each));
        const scope = { ...SCOPE, attachablePolicyArns, givenRoleArns: arns.filter(isRole) };
        for (const rights of [deployRights, previewRights]) {
          const { statements, furtherStatements } = rights({ ...INPUT, scope });
          expect(size(statements)).toBeLessThanOrEqual(10_240);
          for (const further of furtherStatements) expect(size(further)).toBeLessThanOrEqual(6_144);
          const read = [...statements, ...furtherStatements.flat()]
            .filter(({ Sid }) => Sid === "ReadListedPolicies" || Sid === "ReadGivenRoles")
            .flatMap(({ Resource }) => Resource);
          expect([...read].sort()).toEqual([...arns].sort());
        }
      }),
      { numRuns: 50 },
    );
  });

  it("are in the role's own policy, as long as they fit", () => {
    expect(arnParts(SCOPE, [])).toEqual([[READ_POLICY, "arn:aws:iam::123456789012:role/crm"]]);
    const long = Array.from({ length: 100 }, (_, index) => `${READ_POLICY}-of-location-${index}-`);
    const scope = { ...SCOPE, attachablePolicyArns: long };
    expect(arnParts(scope, []).map((part) => part.length)).toEqual([67, 34]);
    const full = allow("Full", Array<string>(1000).fill("s3:GetObject"), []);
    expect(arnParts(scope, [full]).map((part) => part.length)).toEqual([0, 38, 38, 25]);
  });

  it("do not pass a role to pods that come by the cluster's issuer", () => {
    const [arns = []] = arnParts(SCOPE, []);
    const sids = arnChanges({ ...INPUT, podIdentity: false }, arns).map(({ Sid }) => Sid);
    expect(sids).toEqual(["AttachListedPolicies"]);
  });
});
