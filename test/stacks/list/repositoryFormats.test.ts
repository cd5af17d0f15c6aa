import { expectRefusal, listWith, mistakesIn, type Refusal } from "./listText";

const REPOSITORY = (repository: string) =>
  `locations:\n  - name: crm\n    repository: ${repository}\n    module: crm.definitions\n`;
const SOURCE = (source: string) =>
  `locations:\n  - name: crm\n    repository: acme/crm\n    ${source}\n`;

const at = (path: string) => `locations[0].${path}`;

const WRONG: readonly Refusal[] = [
  [
    "a URL",
    REPOSITORY("https://github.com/acme/crm.git"),
    3,
    at("repository"),
    "not an address",
    'write "acme/crm"',
  ],
  [
    "an SSH address",
    REPOSITORY("git@gitlab.com:acme/crm"),
    3,
    at("repository"),
    "not an address",
    'write "acme/crm"',
  ],
  [".git", REPOSITORY("acme/crm.git"), 3, at("repository"), "without .git", 'write "acme/crm"'],
  ["no owner", REPOSITORY("crm"), 3, at("repository"), "owner/name", "acme/crm-pipelines"],
  [
    "nested groups on GitHub",
    REPOSITORY("acme/data/crm"),
    3,
    at("repository"),
    "no nested groups",
    "provider: gitlab",
  ],
  ["an id of zero", listWith("repositoryId: 0"), 5, at("repositoryId"), "1 or more", "gh api"],
  [
    "an id with a fraction",
    listWith("repositoryId: 1.5"),
    5,
    at("repositoryId"),
    "whole number",
    "repositoryId: 871234567",
  ],
  [
    "an id in quotes",
    listWith('repositoryId: "12"'),
    5,
    at("repositoryId"),
    "whole number",
    "remove the quotes: 12",
  ],
  [
    "an unknown provider",
    listWith("provider: gitlabs"),
    5,
    at("provider"),
    "github or gitlab",
    'did you mean "gitlab"?',
  ],
  [
    "a directory above",
    listWith("directory: ../crm"),
    5,
    at("directory"),
    "inside the repository",
    'like "pipelines/crm"',
  ],
  [
    "an absolute directory",
    listWith("directory: /crm"),
    5,
    at("directory"),
    "inside the repository",
    "pipelines/crm",
  ],
  [
    "./ before a directory",
    listWith("directory: ./src/crm/"),
    5,
    at("directory"),
    "inside the repository",
    'write "src/crm"',
  ],
  [
    "backslashes",
    listWith("directory: src\\crm"),
    5,
    at("directory"),
    "inside the repository",
    'write "src/crm"',
  ],
  [
    "an absolute checkout",
    listWith("checkout: /home/me/crm"),
    5,
    at("checkout"),
    "relative to the list",
    "../crm-pipelines",
  ],
  [
    "no code",
    SOURCE("dbt: { project: dbt }"),
    2,
    "locations[0]",
    "exactly one of module",
    "add `module:",
  ],
  [
    "a module with a hyphen",
    SOURCE("module: crm-defs"),
    4,
    at("module"),
    "dotted Python name",
    "crm.definitions",
  ],
  [
    "a file as module",
    SOURCE("module: crm/definitions.py"),
    4,
    at("module"),
    "dotted Python name",
    '"crm.definitions"',
  ],
  [
    "a module as file",
    SOURCE("file: crm.definitions"),
    4,
    at("file"),
    ".py file",
    "src/crm/definitions.py",
  ],
  ["a file above", SOURCE("file: ../crm.py"), 4, at("file"), ".py file", "relative path"],
  [
    "an empty package",
    SOURCE('package: ""'),
    4,
    at("package"),
    "dotted Python name",
    "write it like",
  ],
  [
    "a list as autoload",
    SOURCE("autoload: [crm.defs]"),
    4,
    at("autoload"),
    "has to be a text",
    "autoload: crm.defs",
  ],
];

describe("where the code of a location is", () => {
  test.each(WRONG)("refuses %s", (...refusal) => {
    expectRefusal(refusal);
  });

  test.each([
    ["nested groups on GitLab", `${REPOSITORY("acme/data/crm")}    provider: gitlab\n`],
    ["a repository with dots", REPOSITORY("acme-1/crm.io")],
    ["a repository that starts with a dot", REPOSITORY("acme/.pipelines")],
    ["a checkout beside the list", listWith("checkout: ../../crm")],
    ["a Python file", SOURCE("file: src/crm/definitions.py")],
  ])("takes %s", (_what, text) => {
    expect(mistakesIn(text)).toEqual([]);
  });
});
