import { allow, policyDocument } from "../../../components/aws/policyDocument";

describe("a policy document", () => {
  it("has IAM's version and the statements as they are given", () => {
    const right = allow("Read", ["s3:GetObject"], ["arn:aws:s3:::state/*"]);
    expect(policyDocument([right])).toEqual({
      Version: "2012-10-17",
      Statement: [
        {
          Sid: "Read",
          Effect: "Allow",
          Action: ["s3:GetObject"],
          Resource: ["arn:aws:s3:::state/*"],
        },
      ],
    });
  });

  it("has no empty condition, which IAM refuses to read as none", () => {
    expect(allow("Read", ["s3:GetObject"], [])).not.toHaveProperty("Condition");
    const conditions = { Bool: { "aws:SecureTransport": "true" } };
    expect(allow("Read", ["s3:GetObject"], [], conditions).Condition).toEqual(conditions);
  });
});
