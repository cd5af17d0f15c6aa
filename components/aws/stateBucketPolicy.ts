import { bucketArn } from "./awsNames";
import {
  type PolicyConditions,
  policyDocument,
  type PolicyDocument,
  type PolicyStatement,
} from "./policyDocument";

/** The bucket that the policy is for. */
export interface StateBucketPolicyInput {
  readonly bucket: string;
  readonly region: string;
}

/**
 * Policy of the state bucket: it gives nothing, and takes everything from whoever comes without
 * TLS, or with a version below 1.2.
 * @see https://docs.aws.amazon.com/AmazonS3/latest/userguide/security-best-practices.html
 */
export function stateBucketPolicy({ bucket, region }: StateBucketPolicyInput): PolicyDocument {
  const arn = bucketArn(bucket, region);
  const deny = (Sid: string, Condition: PolicyConditions): PolicyStatement => {
    const Resource = [arn, `${arn}/*`];
    return { Sid, Effect: "Deny", Principal: "*", Action: "s3:*", Resource, Condition };
  };
  return policyDocument([
    deny("DenyWithoutTls", { Bool: { "aws:SecureTransport": "false" } }),
    deny("DenyOldTls", { NumericLessThan: { "s3:TlsVersion": "1.2" } }),
  ]);
}
