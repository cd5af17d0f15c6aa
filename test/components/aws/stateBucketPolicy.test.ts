import { stateBucketPolicy } from "../../../components/aws/stateBucketPolicy";
import { STATE } from "./fixtures";

describe("the policy of the state bucket", () => {
  it("refuses everybody everything without TLS, and with a TLS below 1.2", () => {
    const everything = {
      Effect: "Deny",
      Principal: "*",
      Action: "s3:*",
      Resource: ["arn:aws:s3:::acme-dagster-prod", "arn:aws:s3:::acme-dagster-prod/*"],
    };
    expect(stateBucketPolicy(STATE)).toEqual({
      Version: "2012-10-17",
      Statement: [
        {
          ...everything,
          Sid: "DenyWithoutTls",
          Condition: { Bool: { "aws:SecureTransport": "false" } },
        },
        {
          ...everything,
          Sid: "DenyOldTls",
          Condition: { NumericLessThan: { "s3:TlsVersion": "1.2" } },
        },
      ],
    });
  });

  it("gives nobody anything", () => {
    const effects = stateBucketPolicy(STATE).Statement.map(({ Effect }) => Effect);
    expect(effects).toEqual(["Deny", "Deny"]);
  });
});
