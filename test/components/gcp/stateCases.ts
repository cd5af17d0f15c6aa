import type { Identity } from "./program";
import type { Operation } from "./stateModel";

/** What is done, and with what. */
type Case = readonly [Operation, string];

const all = (path: string): readonly Case[] =>
  (["get", "list", "create", "overwrite", "delete"] as const).map((each) => [each, path]);

/** Of another location, and of one whose name begins like it. */
const OTHERS = ["marketing", "finance2"].flatMap((location) => [
  ...all(`defs-state/${location}/key/1`),
  ...all(`dbt/${location}/prod/latest.json`),
  ...all(`snapshots/${location}/1.json`),
  ...all(`branches/${location}/5/x`),
  ...all(`releases/${location}.json`),
  ...all(`deployments/${location}.json`),
]);

const EVERYWHERE: readonly Case[] = [
  ["list", ""],
  ["list", "defs-state/"],
  ["list", "dbt/"],
  ["list", "branches/"],
  ["get", "anything"],
  ["create", "anything"],
  ["create", "defs-state/x"],
  ["create", "finance/x"],
  ["create", "defs-state/finance"],
  ["get", "x/defs-state/finance/key/1"],
];

/** Of one identity. */
interface Rights {
  readonly may: readonly Case[];
  readonly mayNot: readonly Case[];
}

const FIND: Case = ["find", ""];

const CI: Rights = {
  may: [
    FIND,
    ["get", "defs-state/finance/key/1"],
    ["list", "defs-state/finance/"],
    ["create", "defs-state/finance/key/2"],
    ["get", "releases/finance.json"],
    ["create", "releases/finance.json"],
    ["overwrite", "releases/finance.json"],
    ["get", "deployments/finance.json"],
    ["overwrite", "dbt/finance/prod/latest.json"],
    ["list", "dbt/finance/prod/"],
    ["overwrite", "snapshots/finance/1.json"],
  ],
  mayNot: [
    ["overwrite", "defs-state/finance/key/1"],
    ["delete", "defs-state/finance/key/1"],
    ["list", "releases/"],
    ["list", "releases/finance.json"],
    ["create", "releases/finance.json/x"],
    ["create", "releases/finance.json.bak"],
    ["create", "releases/Finance.json"],
    ["create", "deployments/finance.json"],
    ["overwrite", "deployments/finance.json"],
    ["delete", "deployments/finance.json"],
    ["list", "deployments/"],
    ["get", "deployments/finance.json.bak"],
    ...all("deployments/_update.json"),
    ...all("branches/finance/5/defs-state/key/1"),
    ...all("compute-logs/storage/run/compute_logs/1.out"),
    ...OTHERS,
    ...EVERYWHERE,
  ],
};

const PULL_REQUEST: Rights = {
  may: [
    FIND,
    ["get", "dbt/finance/prod/latest.json"],
    ["list", "snapshots/finance/"],
    ["overwrite", "branches/finance/5.json"],
    ["create", "branches/finance/5/defs-state/key/1"],
    ["list", "branches/finance/5/"],
  ],
  mayNot: [
    ["create", "dbt/finance/prod/latest.json"],
    ["overwrite", "dbt/finance/prod/latest.json"],
    ["delete", "snapshots/finance/1.json"],
    ...all("defs-state/finance/key/1"),
    ...all("releases/finance.json"),
    ...all("deployments/finance.json"),
    ...all("compute-logs/storage/run/compute_logs/1.out"),
    ...OTHERS,
    ...EVERYWHERE,
  ],
};

const RUNTIME: Rights = {
  may: [
    FIND,
    ["get", "defs-state/finance/key/1"],
    ["list", "defs-state/finance/"],
    ["create", "compute-logs/storage/run/compute_logs/1.out"],
    ["overwrite", "compute-logs/storage/run/compute_logs/1.out"],
  ],
  mayNot: [
    ["create", "defs-state/finance/key/2"],
    ["delete", "defs-state/finance/key/1"],
    ["get", "compute-logs/storage/run/compute_logs/1.out"],
    ["list", "compute-logs/"],
    ...all("releases/finance.json"),
    ...all("deployments/finance.json"),
    ...all("dbt/finance/prod/latest.json"),
    ...all("snapshots/finance/1.json"),
    ...all("branches/finance/5.json"),
    ...OTHERS,
    ...EVERYWHERE,
  ],
};

const SYSTEM: Rights = {
  may: [FIND, ["get", "compute-logs/storage/run/compute_logs/1.out"], ["list", "compute-logs/"]],
  mayNot: [
    ["create", "compute-logs/storage/run/compute_logs/1.out"],
    ["delete", "compute-logs/storage/run/compute_logs/1.out"],
    ...all("defs-state/finance/key/1"),
    ...all("releases/finance.json"),
    ...all("deployments/finance.json"),
    ...OTHERS,
    ...EVERYWHERE,
  ],
};

const PREVIEW: Rights = {
  may: [FIND, ["get", "releases/finance.json"], ["get", "releases/x.json"], ["list", "releases/"]],
  mayNot: [
    ["create", "releases/finance.json"],
    ["overwrite", "releases/finance.json"],
    ["delete", "releases/finance.json"],
    ...all("deployments/finance.json"),
    ...all("defs-state/finance/key/1"),
    ...all("dbt/finance/prod/latest.json"),
    ...all("snapshots/finance/1.json"),
    ...all("branches/finance/5.json"),
    ...all("compute-logs/storage/run/compute_logs/1.out"),
    ...EVERYWHERE,
  ],
};

const DEPLOYED = all("deployments/finance.json");

/** Cloud Storage takes overwriting for deleting and creating: so it may do all of that to its own records. */
const DEPLOY: Rights = {
  may: [...PREVIEW.may, ...DEPLOYED, ["overwrite", "deployments/_update.json"]],
  mayNot: PREVIEW.mayNot.filter((each) => !DEPLOYED.some((own) => String(own) === String(each))),
};

/** Identities of location `finance` and of the platform. */
export const STATE_CASES: readonly (readonly [Identity, Rights])[] = [
  ["finance-ci", CI],
  ["finance-pull-request", PULL_REQUEST],
  ["finance-runtime", RUNTIME],
  ["platform-system", SYSTEM],
  ["platform-ci-deploy", DEPLOY],
  ["platform-ci-preview", PREVIEW],
];
