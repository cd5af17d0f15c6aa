import { adopted } from "../../stacks/adopted";
import { keyOf } from "../../stacks/configKey";
import { allOf } from "../../stacks/allOf";
import { InvalidInputError } from "../../stacks/invalidInputError";

const BUCKET = `${keyOf("prod", "stateBucket")}: acme`;

/** As the bridge of a provider says it. */
const ABSENT = new Error(
  "invocation of aws:s3/getBucket:getBucket returned an error: invoking aws:s3/getBucket:getBucket: 1 error occurred:\n\t* reading S3 Bucket (acme): couldn't find resource\n\n",
);

describe("what is there already", () => {
  it("is what the cloud says", async () => {
    expect(await adopted(BUCKET, Promise.resolve({ arn: "a" }), "fix")).toEqual({ arn: "a" });
  });

  it("refuses what is not there, with the cloud's words and the fix, in one line", async () => {
    const lookup = adopted(BUCKET, Promise.reject(ABSENT), "name a bucket that is there");
    await expect(lookup).rejects.toThrow(InvalidInputError);
    await expect(lookup).rejects.toThrow(
      "Pulumi.prod.yaml: dagster-platform:stateBucket: acme: cannot be looked up (reading S3 Bucket (acme): couldn't find resource), name a bucket that is there",
    );
  });

  it("refuses everything that is not there at once", async () => {
    const lookups = ["one", "two"].map((what) => adopted(what, Promise.reject(ABSENT), "fix it"));
    const error = await allOf([Promise.resolve(1), ...lookups]).catch((reason: unknown) => reason);
    expect(
      String(error)
        .split("\n")
        .map((line) => line.slice(0, 30)),
    ).toHaveLength(2);
  });
});
