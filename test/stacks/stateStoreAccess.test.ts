import { awsBucketAccess, gcsBucketAccess, s3EndpointAccess } from "../../stacks/stateStoreAccess";

const endpointUrl = "http://s3.acme.internal:9000";
const ENDPOINT = { endpointUrl, bucket: "acme", keySecret: "s3-keys" };

describe("access to the state store", () => {
  it("has address and keys of an S3 that is not AWS, with the logs in the same bucket", () => {
    expect(s3EndpointAccess(ENDPOINT)).toEqual({
      bucket: "acme",
      url: "s3://acme",
      defsState: { targetProtocol: "s3", targetOptions: { endpoint_url: endpointUrl } },
      computeLogs: { kind: "s3", bucket: "acme", endpointUrl, region: "us-east-1" },
      keySecrets: ["s3-keys"],
    });
  });

  it("has the compute logs elsewhere if they have a bucket of their own, and nothing else", () => {
    expect(s3EndpointAccess({ ...ENDPOINT, logsBucket: "acme-logs" })).toEqual({
      bucket: "acme",
      url: "s3://acme",
      defsState: { targetProtocol: "s3", targetOptions: { endpoint_url: endpointUrl } },
      computeLogs: { kind: "s3", bucket: "acme-logs", endpointUrl, region: "us-east-1" },
      keySecrets: ["s3-keys"],
    });
  });

  it("has the region of an AWS bucket, and neither address nor keys", () => {
    expect(awsBucketAccess("acme", "eu-west-1")).toEqual({
      bucket: "acme",
      url: "s3://acme",
      defsState: { targetProtocol: "s3" },
      computeLogs: { kind: "s3", bucket: "acme", region: "eu-west-1" },
      keySecrets: [],
    });
  });

  it("has the bucket of Google Cloud alone", () => {
    expect(gcsBucketAccess("acme")).toEqual({
      bucket: "acme",
      url: "gs://acme",
      defsState: { targetProtocol: "gs" },
      computeLogs: { kind: "gcs", bucket: "acme" },
      keySecrets: [],
    });
  });
});
