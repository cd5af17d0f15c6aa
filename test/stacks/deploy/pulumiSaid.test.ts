import { saidErrors, saysConflict, withoutColours } from "../../../stacks/deploy/pulumiSaid";

const STACK = "  pulumi:pulumi:Stack (dagster-platform-prod):";

/** As Pulumi 3.270 says it. */
const ROLLOUT = `Updating (prod):
 ++ kubernetes:batch/v1:Job rollout-job **creating failed** [diff: ~spec]; error: 4 errors occurred:
    pulumi:pulumi:Stack dagster-platform-prod running error: update failed
Diagnostics:
${STACK}
    warning: the chart is of 1.12.19, Dagster of 1.13.27: take the chart of the same version
    error: update failed

  kubernetes:batch/v1:Job (rollout-job):
    error: 4 errors occurred:
    \t* resource "urn:pulumi:prod::dagster-platform::…::rollout-job" was successfully created, but the Kubernetes API server reported that it failed to fully initialize or become live: Resource 'rollout-job-4db88541' was created but failed to initialize
    \t* [Pod dagster/rollout-job-4db88541-8zhll]: containers with unready status: [rollout]
    \t* [Pod dagster/rollout-job-4db88541-8zhll]: [Error] 1 of 2 locations is not served: beta; the other is
    beta: ModuleNotFoundError: No module named 'e2e_code'
    \t* [BackoffLimitExceeded] Job has reached the specified backoff limit

Outputs:
    locations: "
    error: not one"
`;

const REFUSED = `Diagnostics:
  kubernetes:helm.sh/v3:Release (alpha-release):
    error: 1 error occurred:
    \t* Helm release "dagster/alpha" failed to initialize completely: Deployment.apps "alpha-alpha" is invalid

${STACK}
    error: update failed

Resources:
    2 errored
`;

const MISTAKES = `Diagnostics:
${STACK}
    error: locations.yaml:1: locations[0].name: has to be a DNS label, got "X y", write "x-y"
    locations.yaml:1: locations[0].repository: is required, got nothing

Resources:
    1 unchanged
`;

describe("the errors that Pulumi says", () => {
  it("are the reason among those of one resource", () => {
    expect(saidErrors(ROLLOUT)).toEqual([
      { resource: "rollout-job", text: "1 of 2 locations is not served: beta; the other is" },
    ]);
  });

  it("have the resource that they are of", () => {
    expect(saidErrors(REFUSED)).toEqual([
      {
        resource: "alpha-release",
        text: 'Helm release "dagster/alpha" failed to initialize completely: Deployment.apps "alpha-alpha" is invalid',
      },
    ]);
  });

  it("of the program have none, and are their first line", () => {
    expect(saidErrors(MISTAKES)).toEqual([
      {
        resource: undefined,
        text: 'locations.yaml:1: locations[0].name: has to be a DNS label, got "X y", write "x-y"',
      },
    ]);
  });

  it("are found before there was anything to do", () => {
    const said = "\u001b[31merror:\u001b[0m no stack named 'prod' found\n";
    expect(saidErrors(said)).toEqual([
      { resource: undefined, text: "no stack named 'prod' found" },
    ]);
  });

  it("are each said once, and are short", () => {
    const said = `error: ${"x".repeat(900)}\n`.repeat(2);
    expect(saidErrors(said).map(({ text }) => text.length)).toEqual([500]);
  });

  it.each([
    ["that succeeded", "Diagnostics:\n  a:b:C (d):\n    warning: late\n\nOutputs:\n"],
    ["that was ended", `Diagnostics:\n${STACK}\n    error: update canceled\n`],
    ["that said nothing", ""],
  ])("are none in an update %s", (_case, said) => {
    expect(saidErrors(said)).toEqual([]);
  });

  it("are still some when there is a list without a reason", () => {
    const said = `Diagnostics:\n  a:b:C (d):\n    error: 2 errors occurred:\n\n`;
    expect(saidErrors(said)).toEqual([{ resource: "d", text: "2 errors occurred:" }]);
  });
});

describe("what else Pulumi says", () => {
  it("is that another update of Pulumi Cloud runs", () => {
    const said = "error: [409] Conflict: Another update is currently in progress.\n";
    expect(saysConflict(said)).toBe(true);
    expect(saysConflict("error: [409] Conflict: stack exists")).toBe(false);
  });

  it("has colours on a terminal", () => {
    expect(withoutColours("\u001b[1m\u001b[38;5;13mUpdating\u001b[0m (prod)")).toBe(
      "Updating (prod)",
    );
  });
});
