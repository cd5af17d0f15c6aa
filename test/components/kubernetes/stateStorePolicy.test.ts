import {
  computeLogsPolicy,
  stateStoreAccounts,
  stateStorePolicy,
} from "../../../components/kubernetes/stateStorePolicy";

const PRINCIPAL = { AWS: ["locations"] };

describe("policy of the state store in the cluster", () => {
  it("lets locations read defs state, and nothing else", () => {
    expect(stateStorePolicy("acme")).toEqual({
      Version: "2012-10-17",
      Statement: [
        {
          Effect: "Allow",
          Principal: PRINCIPAL,
          Action: ["s3:GetBucketLocation"],
          Resource: ["arn:aws:s3:::acme"],
        },
        {
          Effect: "Allow",
          Principal: PRINCIPAL,
          Action: ["s3:ListBucket"],
          Resource: ["arn:aws:s3:::acme"],
          Condition: { StringLike: { "s3:prefix": ["defs-state/*"] } },
        },
        {
          Effect: "Allow",
          Principal: PRINCIPAL,
          Action: ["s3:GetObject"],
          Resource: ["arn:aws:s3:::acme/defs-state/*"],
        },
      ],
    });
  });

  it("lets locations read and write compute logs in a bucket of their own", () => {
    expect(computeLogsPolicy("acme-logs")).toEqual({
      Version: "2012-10-17",
      Statement: [
        {
          Effect: "Allow",
          Principal: PRINCIPAL,
          Action: ["s3:ListBucket"],
          Resource: ["arn:aws:s3:::acme-logs"],
        },
        {
          Effect: "Allow",
          Principal: PRINCIPAL,
          Action: [
            "s3:AbortMultipartUpload",
            "s3:GetObject",
            "s3:ListMultipartUploadParts",
            "s3:PutObject",
          ],
          Resource: ["arn:aws:s3:::acme-logs/*"],
        },
      ],
    });
  });

  it("deletes nothing, for anybody but the root account", () => {
    for (const policy of [stateStorePolicy("acme"), computeLogsPolicy("acme-logs")]) {
      const actions = policy.Statement.flatMap(({ Action }) => Action);
      expect(actions.filter((action) => /delete|\*/i.test(action))).toEqual([]);
    }
  });

  it("writes nothing to the bucket of the state", () => {
    const actions = stateStorePolicy("acme").Statement.flatMap(({ Action }) => Action);
    expect(actions.filter((action) => !/^s3:(Get|List)/.test(action))).toEqual([]);
  });
});

describe("accounts of the state store in the cluster", () => {
  it("are one ordinary user, in the server's form", () => {
    expect(stateStoreAccounts("k3y")).toEqual({
      accessAccounts: {
        locations: {
          access: "locations",
          secret: "k3y",
          role: "user",
          userID: 0,
          groupID: 0,
          projectID: 0,
        },
      },
    });
  });
});
