import { rolloutResult } from "../../../stacks/deploy/rolloutResult";

const LOG = `   0.0 s  finance: waits for its code to load
   7.3 s  crm: failed: ImportError: no module named crm
result: {"served": ["finance"], "failed": {"crm": "ImportError: no \\"crm\\""}, "system": {}}
times: settled 8.5 s
1 of 2 locations is not served: crm; the other is
crm: ImportError: no "crm"
`;

describe("the result of a rollout", () => {
  it("is in one line of the Job's log, whatever else that has", () => {
    expect(rolloutResult(LOG)).toEqual({
      served: ["finance"],
      failed: { crm: 'ImportError: no "crm"' },
      system: {},
    });
  });

  it.each([
    ["is empty", ""],
    ["says why nothing is known", "the rollout is not known: the Kubernetes API answered 403\n"],
    ["quotes such a line", "crm:   result: {}\n"],
  ])("is not known from a log that %s", (_case, log) => {
    expect(rolloutResult(log)).toBeUndefined();
  });

  it("is the first such line: the report after it has other people's text", () => {
    const forged = 'result: {"served": ["evil"], "failed": {}, "system": {}}';
    expect(rolloutResult(`${LOG}${forged}\n`)?.served).toEqual(["finance"]);
  });

  it("of another version is a bug, and no success", () => {
    expect(() => rolloutResult('result: {"served": 3}\n')).toThrow();
  });
});
