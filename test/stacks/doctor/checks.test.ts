import { checkChain } from "../../../stacks/doctor/checks";
import { NotThereError } from "../../../stacks/kubectlProblem";
import { InvalidInputError } from "../../../stacks/invalidInputError";
import type { Inquiry } from "../../../stacks/doctor/inquiry";
import { NoBucketError } from "../../../stacks/objectStore";
import type { ServerError } from "../../../stacks/serverError";
import { stubInquiry } from "./stubInquiry";

async function found(inquiry: Inquiry, title: string) {
  const checks = await checkChain(inquiry);
  return checks.find(({ check }) => check === title);
}

describe("the checks of a location", () => {
  it("skip what does not answer, and say who", async () => {
    const served = await found(stubInquiry(), "served by Dagster");
    expect(served).toEqual({
      ...{ check: "served by Dagster", state: "skipped", found: "nobody is there" },
    });
    const files = await found(
      stubInquiry({
        ciFiles: () => {
          throw new InvalidInputError("no CI: one\nand more");
        },
      }),
      "rendered CI files",
    );
    expect(files).toMatchObject({ state: "skipped", found: "no CI: one" });
  });

  it.each<[string, ServerError, string, string]>([
    [
      "a bucket",
      new NoBucketError("s3://acme"),
      "state store s3://acme: there is no such bucket",
      "correct its name, or run `pulumi up` for the stack first",
    ],
    [
      "a Service",
      new NotThereError("context kind has no Service dagster: run `pulumi up` for the stack first"),
      "context kind has no Service dagster",
      "run `pulumi up` for the stack first",
    ],
  ])("call wrong what answers that it is not there: %s", async (_title, error, what, fix) => {
    const dagster = () => Promise.reject(error);
    expect(await found(stubInquiry({ dagster }), "served by Dagster")).toMatchObject({
      ...{ state: "problem", found: what, fix },
    });
  });

  it("do not hide a bug", async () => {
    const dagster = () => Promise.reject(new TypeError("x is no function"));
    await expect(checkChain(stubInquiry({ dagster }))).rejects.toThrow("x is no function");
  });
});

describe("the schedule of a refresh on GitLab", () => {
  const schedules = (found: readonly string[]) => ({
    schedules: () => Promise.resolve({ value: found }),
  });

  it("is there", async () => {
    const inquiry = stubInquiry({}, schedules(["1 1 * * *", "0 6 * * *"]));
    expect(await found(inquiry, "refresh schedule")).toMatchObject({
      ...{ state: "ok", found: "0 6 * * *" },
    });
  });

  it("is missing", async () => {
    expect(await found(stubInquiry({}, schedules(["1 1 * * *"])), "refresh schedule")).toEqual({
      ...{ check: "refresh schedule", state: "problem" },
      found: "acme/crm has no active pipeline schedule 0 6 * * * for main",
      fix: "make one (Build → Pipeline schedules): 0 6 * * *, time zone UTC, branch main",
    });
  });

  it("is not missed in a project that is not shown", async () => {
    const inquiry = stubInquiry({}, schedules([]), { value: undefined });
    expect(await found(inquiry, "refresh schedule")).toMatchObject({ state: "skipped" });
  });

  it("needs no workflow of another repository", async () => {
    expect(await found(stubInquiry(), "workflows of the platform")).toMatchObject({
      ...{ state: "skipped", found: "on GitHub only" },
    });
  });
});

it("names the role of a location's CI, and the command that tells of it", async () => {
  expect((await found(stubInquiry(), "identity of CI"))?.found).toBe(
    "no record that CI has written shows arn:aws:iam::123456789012:role/dagster-platform/prod/dagster-prod-crm-ci; `aws iam get-role --role-name dagster-prod-crm-ci` tells",
  );
});
