import { type StateBucketPlace, stateStatements } from "../../../components/aws/statePolicy";
import {
  locationCiRights,
  locationRights,
  PLATFORM_CI_RIGHTS,
  PLATFORM_PREVIEW_RIGHTS,
  pullRequestRights,
  type StateRight,
  SYSTEM_RIGHTS,
} from "../../../components/identities/stateRights";
import { KEY_ARN, STATE, statement, tooWide } from "./fixtures";

const IDENTITIES: readonly (readonly [string, readonly StateRight[]])[] = [
  ["CI of a location", locationCiRights("finance")],
  ["pull requests of a location", pullRequestRights("finance")],
  ["code of a location", locationRights("finance")],
  ["webserver and daemon", SYSTEM_RIGHTS],
  ["CI of the platform", PLATFORM_CI_RIGHTS],
  ["CI of the platform in pull requests", PLATFORM_PREVIEW_RIGHTS],
];

const ARN = "arn:aws:s3:::acme-dagster-prod";

const FIND = {
  Sid: "FindBucket",
  Effect: "Allow",
  Action: ["s3:GetBucketLocation"],
  Resource: [ARN],
};

describe("rights in the state bucket", () => {
  it("of a location's CI are its own prefixes, its one record, and what became of it", () => {
    const written = [
      `${ARN}/defs-state/finance/*`,
      `${ARN}/releases/finance.json`,
      `${ARN}/dbt/finance/*`,
      `${ARN}/snapshots/finance/*`,
    ];
    const deployment = `${ARN}/deployments/finance.json`;
    expect(stateStatements(STATE, locationCiRights("finance"))).toEqual([
      FIND,
      {
        Sid: "ListState",
        Effect: "Allow",
        Action: ["s3:ListBucket"],
        Resource: [ARN],
        Condition: {
          StringLike: {
            "s3:prefix": ["defs-state/finance/*", "dbt/finance/*", "snapshots/finance/*"],
          },
        },
      },
      {
        ...{ Sid: "ReadState", Effect: "Allow", Action: ["s3:GetObject"] },
        Resource: [...written.slice(0, 2), deployment, ...written.slice(2)],
      },
      {
        Sid: "WriteState",
        Effect: "Allow",
        Action: ["s3:AbortMultipartUpload", "s3:PutObject"],
        Resource: written,
      },
    ]);
  });

  it("of a pull request are to read what production left, and to write below its branches", () => {
    const statements = stateStatements(STATE, pullRequestRights("finance"));
    expect(statement(statements, "WriteState").Resource).toEqual([`${ARN}/branches/finance/*`]);
    expect(statement(statements, "ReadState").Resource).toEqual([
      `${ARN}/dbt/finance/*`,
      `${ARN}/snapshots/finance/*`,
      `${ARN}/branches/finance/*`,
    ]);
  });

  it("of a location's code are its state to read, and logs to write and not to read", () => {
    const statements = stateStatements(STATE, locationRights("finance"));
    expect(statement(statements, "ReadState").Resource).toEqual([`${ARN}/defs-state/finance/*`]);
    expect(statement(statements, "WriteState").Resource).toEqual([`${ARN}/compute-logs/*`]);
  });

  it.each(IDENTITIES)("of %s let nobody delete or have more than is named", (_who, rights) => {
    const statements = stateStatements({ ...STATE, kmsKeyArn: KEY_ARN }, rights);
    expect(tooWide(statements)).toEqual([]);
    expect(JSON.stringify(statements)).not.toContain("Delete");
    expect(new Set(statements.map(({ Sid }) => Sid)).size).toBe(statements.length);
  });

  it("without a right to write have none to encrypt", () => {
    const place: StateBucketPlace = { ...STATE, kmsKeyArn: KEY_ARN };
    const key = (rights: readonly StateRight[]) =>
      statement(stateStatements(place, rights), "UseStateKey");
    expect(key(SYSTEM_RIGHTS)).toEqual({
      Sid: "UseStateKey",
      Effect: "Allow",
      Action: ["kms:Decrypt"],
      Resource: [KEY_ARN],
      Condition: {
        StringEquals: { "kms:ViaService": "s3.eu-central-1.amazonaws.com" },
        StringLike: { "kms:EncryptionContext:aws:s3:arn": [ARN, `${ARN}/*`] },
      },
    });
    expect(key(locationRights("finance")).Action).toEqual(["kms:Decrypt", "kms:GenerateDataKey"]);
  });

  it("with nothing to list or to read say nothing about it", () => {
    expect(stateStatements(STATE, [])).toEqual([FIND]);
    const single = stateStatements(STATE, [{ may: "read", path: "releases/finance.json" }]);
    expect(single.map(({ Sid }) => Sid)).toEqual(["FindBucket", "ReadState"]);
  });
});
