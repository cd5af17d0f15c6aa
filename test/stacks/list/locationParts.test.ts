import { expectRefusal, listWith, mistakesIn, type Refusal } from "./listText";

const at = (path: string) => `locations[0].${path}`;

const WRONG: readonly Refusal[] = [
  [
    "two deployments",
    listWith("extraValues: { deployments: [{}, {}] }"),
    5,
    at("extraValues.deployments"),
    "one map",
    "nodeSelector",
  ],
  [
    "a deployment without a list",
    listWith("extraValues: { deployments: {} }"),
    5,
    at("extraValues.deployments"),
    "one map",
    "nodeSelector",
  ],
  [
    "dbt without a project",
    listWith("dbt: { target: prod }"),
    5,
    at("dbt.project"),
    "is required",
    "dbt_project.yml",
  ],
  [
    "91 days",
    listWith("branches: { ttlDays: 91 }"),
    5,
    at("branches.ttlDays"),
    "1 to 90",
    "such as 7",
  ],
  [
    "a comma in a label",
    listWith('branches: { keepLabel: "a,b" }'),
    5,
    at("branches.keepLabel"),
    "label",
    '"keep"',
  ],
  [
    "a job with a blank",
    listWith("branches: { onOpen: clone prod }"),
    5,
    at("branches.onOpen"),
    "Dagster job",
    "clone_prod",
  ],
  [
    "yes as a boolean",
    listWith("branches: { schedules: yes }"),
    5,
    at("branches.schedules"),
    "true or false",
    "schedules: true",
  ],
  [
    "a boolean in quotes",
    listWith('branches: { enabled: "true" }'),
    5,
    at("branches.enabled"),
    "true or false",
    "remove the quotes",
  ],
  [
    "@daily",
    listWith('refresh: { schedule: "@daily" }'),
    5,
    at("refresh.schedule"),
    "five fields",
    '"0 6 * * *"',
  ],
  [
    "six fields",
    listWith('refresh: { schedule: "0 0 6 * * *" }'),
    5,
    at("refresh.schedule"),
    "five fields",
    "write it like",
  ],
  [
    "hour 24",
    listWith('refresh: { schedule: "0 24 * * *" }'),
    5,
    at("refresh.schedule"),
    "five fields",
    "write it like",
  ],
  [
    "a range backwards",
    listWith('refresh: { schedule: "0 6 * * FRI-MON" }'),
    5,
    at("refresh.schedule"),
    "backwards",
    "1-5",
  ],
  ["no stack", listWith("stacks: []"), 5, at("stacks"), "names no stack", "remove the key"],
  [
    "a stack with a slash",
    listWith("stacks: [acme/prod]"),
    5,
    at("stacks[0]"),
    "name of a stack",
    "pulumi stack ls",
  ],
  [
    "extra values as a text",
    listWith("extraValues: x"),
    5,
    at("extraValues"),
    "has to be a map",
    "deployments",
  ],
];

describe("the parts of a location", () => {
  test.each(WRONG)("refuses %s", (...refusal) => {
    expectRefusal(refusal);
  });

  test.each([
    [
      "ranges, lists and steps",
      listWith('refresh: { schedule: "*/15 6-18,20 1 JAN-MAR,12 MON-FRI" }'),
    ],
    ["never", listWith("refresh: { schedule: never }")],
    [
      "a deployment in extra values",
      listWith("extraValues: { deployments: [{ schedulerName: x }] }"),
    ],
    ["null inside extra values", listWith("extraValues: { a: { b: ~ } }")],
    ["a label with a blank", listWith("branches: { keepLabel: keep me }")],
  ])("takes %s", (_what, text) => {
    expect(mistakesIn(text)).toEqual([]);
  });
});
