import type { PlatformConfig } from "../../stacks/config";
import { GcsStore } from "../../stacks/gcsStore";
import { ReachableStack } from "../../stacks/reachableStack";
import { S3Store } from "../../stacks/s3Store";
import { readStackConfig } from "../../stacks/stackConfig";

const CONFIG = readStackConfig("dev");

function stackWith(config: Partial<PlatformConfig>): ReachableStack {
  return ReachableStack.of("prod", { ...CONFIG, releasesFolder: undefined, ...config });
}

describe("the state store of a stack", () => {
  it("is a bucket of Google Cloud, for which a child process needs nothing besides", async () => {
    const stack = stackWith({ cloud: "gcp", region: "europe-west1", stateBucket: "acme" });
    expect(stack.stateUrl).toBe("gs://acme");
    const { store, environment } = await stack.state();
    expect(store).toBeInstanceOf(GcsStore);
    expect(store.url).toBe("gs://acme");
    expect(environment).toEqual({});
    expect(await stack.records()).toBe(store);
    const made = stackWith({ cloud: "gcp", gcpProject: "acme-1", stateBucket: undefined });
    expect(made.stateUrl).toBe("gs://dagster-prod-acme-1");
  });

  it("is a bucket of AWS in the region", async () => {
    const stack = stackWith({ cloud: "aws", region: "eu-west-1", stateBucket: "acme" });
    expect(stack.stateUrl).toBe("s3://acme");
    const { store, environment } = await stack.state();
    expect(store).toBeInstanceOf(S3Store);
    expect(environment).toEqual({ AWS_REGION: "eu-west-1", AWS_DEFAULT_REGION: "eu-west-1" });
  });

  it("speaks S3 without a cloud", () => {
    expect(stackWith({ stateBucket: undefined }).stateUrl).toBe("s3://dagster-platform-prod");
  });
});
