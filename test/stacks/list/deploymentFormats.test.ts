import { expectRefusal, listWith, mistakesIn, type Refusal } from "./listText";

const at = (path: string) => `locations[0].${path}`;

const WRONG: readonly Refusal[] = [
  ["latest", listWith("image: acme/crm:latest"), 5, at("image"), "never latest", "tag or a digest"],
  [
    "an image without a tag",
    listWith("image: host:5000/acme/crm"),
    5,
    at("image"),
    "with a tag",
    "tag or a digest",
  ],
  [
    "a short digest",
    listWith("image: acme/crm@sha256:12ab"),
    5,
    at("image"),
    "repository:tag",
    "tag or a digest",
  ],
  [
    "a Secret in capitals",
    listWith("secrets: [ok, CRM]"),
    5,
    at("secrets[1]"),
    "Kubernetes Secret",
    "kubectl get secrets",
  ],
  [
    "a Secret twice",
    listWith("secrets:", "  - a", "  - b", "  - a"),
    8,
    at("secrets[2]"),
    "twice",
    "remove one",
  ],
  [
    "one Secret without a list",
    listWith("secrets: crm"),
    5,
    at("secrets"),
    "has to be a list",
    "[crm]",
  ],
  [
    "a number in env",
    listWith("env: { RATE: 1.10 }"),
    5,
    at("env.RATE"),
    "has to be a text",
    '"1.10"',
  ],
  [
    "a boolean in env",
    listWith("env: { DEBUG: true }"),
    5,
    at("env.DEBUG"),
    "has to be a text",
    '"true"',
  ],
  [
    "a list as env",
    listWith("env:", "  - A=b"),
    5,
    at("env"),
    "has to be a map",
    "WAREHOUSE_SCHEMA",
  ],
  [
    "a hyphen in an env name",
    listWith("env: { MY-VAR: x }"),
    5,
    at("env.MY-VAR"),
    "environment variable",
    "like",
  ],
  [
    "an env name of the platform",
    listWith("env: { DAGSTER_HOME: /x }"),
    5,
    at("env.DAGSTER_HOME"),
    "set by the platform",
    "remove",
  ],
  [
    "an env prefix of the platform",
    listWith('env: { DAGSTER_CLOUD_X: "1" }'),
    5,
    at("env.DAGSTER_CLOUD_X"),
    "set by the platform",
    "remove",
  ],
  ["NUL in env", listWith('env: { A: "a\\0b" }'), 5, at("env.A"), "NUL", "remove the \\0"],
  [
    "no unit of CPU",
    listWith("resources: { cpu: 250Mi }"),
    5,
    at("resources.cpu"),
    "amount of CPU",
    "250m",
  ],
  ["no CPU", listWith("resources: { cpu: 0 }"), 5, at("resources.cpu"), "amount of CPU", "250m"],
  [
    "a tenth of a millicore",
    listWith("resources: { cpu: 0.0001 }"),
    5,
    at("resources.cpu"),
    "amount of CPU",
    "250m",
  ],
  [
    "63 MiB",
    listWith("resources: { memoryMiB: 63 }"),
    5,
    at("resources.memoryMiB"),
    "at least 64",
    "such as 512",
  ],
  [
    "bytes",
    listWith("runResources: { memoryMiB: 536870912 }"),
    5,
    at("runResources.memoryMiB"),
    "at most 1048576",
    "MiB",
  ],
  [
    "a memory quantity",
    listWith("resources: { memoryMiB: 512Mi }"),
    5,
    at("resources.memoryMiB"),
    "whole number",
    "memoryMiB: 512",
  ],
  [
    "no ARN",
    listWith("access: { aws: [crm-read] }"),
    5,
    at("access.aws[0]"),
    "ARN",
    "arn:aws:iam::",
  ],
  [
    "no role",
    listWith("access: { gcp: [bigquery] }"),
    5,
    at("access.gcp[0]"),
    "IAM role",
    "roles/bigquery",
  ],
  ["a null", listWith("secrets:"), 5, at("secrets"), "has no value", "remove the key"],
];

describe("what a location runs with", () => {
  test.each(WRONG)("refuses %s", (...refusal) => {
    expectRefusal(refusal);
  });

  test.each([
    ["a tag and a digest", listWith(`image: ghcr.io/acme/crm:1.0@sha256:${"0".repeat(64)}`)],
    ["a digest alone", listWith(`image: crm@sha256:${"0".repeat(64)}`)],
    ["a registry with a port", listWith("image: localhost:5000/crm:v1")],
    ["cores as a number", listWith("resources: { cpu: 0.5 }")],
    [
      "a policy of AWS itself",
      listWith("access: { aws: ['arn:aws-cn:iam::aws:policy/ReadOnlyAccess'] }"),
    ],
    ["on in env, a text in YAML 1.2", listWith("env: { SWITCH: on }")],
  ])("takes %s", (_what, text) => {
    expect(mistakesIn(text)).toEqual([]);
  });
});
