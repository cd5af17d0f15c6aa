import { expectRefusal, mistakesIn, type Refusal } from "./listText";

const NAME = (name: string) =>
  `locations:\n  - name: ${name}\n    repository: acme/crm\n    module: crm.definitions\n`;
const at = (path: string) => `locations[0].${path}`;

const WRONG: readonly Refusal[] = [
  ["capitals", NAME("CRM_Pipelines"), 2, at("name"), "DNS label", 'write "crm-pipelines"'],
  ["a dot", NAME("crm.eu"), 2, at("name"), "DNS label", 'write "crm-eu"'],
  ["a digit first", NAME("2nd-crm"), 2, at("name"), "DNS label", 'write "nd-crm"'],
  ["a hyphen last", NAME("crm-"), 2, at("name"), "DNS label", 'write "crm"'],
  ["nothing but signs", NAME('"?!"'), 2, at("name"), "DNS label", 'such as "finance"'],
  ["a number", NAME("123"), 2, at("name"), "has to be a text", 'quotes: "123"'],
  ["true", NAME("true"), 2, at("name"), "has to be a text", 'quotes: "true"'],
  ["no, a boolean to PyYAML", NAME("no"), 2, at("name"), "YAML 1.1", "another name"],
  ["the system's release", NAME("dagster"), 2, at("name"), "platform's own", "another name"],
  ["a system Service", NAME("dagster-webserver"), 2, at("name"), "platform's own", "another"],
  ["the database", NAME("postgres"), 2, at("name"), "platform's own", "another name"],
  ["32 letters", NAME("a".repeat(32)), 2, at("name"), "63 of a Kubernetes label", "shorten"],
  ["54 letters", NAME("a".repeat(54)), 2, at("name"), "Helm release name has up to 53", "shorten"],
  ["64 letters", NAME("a".repeat(64)), 2, at("name"), "DNS label has up to 63", "shorten it"],
  ["null", NAME("~"), 2, at("name"), "has no value", "write `name: crm`"],
];

describe("the name of a location", () => {
  test.each(WRONG)("refuses %s", (...refusal) => {
    expectRefusal(refusal);
  });

  test.each([
    ["a name of 31 letters", NAME("a".repeat(31))],
    ["a name of one letter", NAME("a")],
    ["a name that only begins as the system's", NAME("dagsters")],
  ])("takes %s", (_what, text) => {
    expect(mistakesIn(text)).toEqual([]);
  });
});
