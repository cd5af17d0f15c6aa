import { GetBucketPolicyCommand, GetBucketVersioningCommand, S3Client } from "@aws-sdk/client-s3";

import {
  stateStoreLogsBucket,
  stateStorePod,
  stateStoreSetupPod,
  stateStoreUrl,
} from "../../../components/kubernetes/stateStorePods";
import {
  computeLogsPolicy,
  stateStorePolicy,
} from "../../../components/kubernetes/stateStorePolicy";
import { startPython } from "../ci/python";
import { StateServer } from "../ci/stateServer";

const SEALED = {
  allowPrivilegeEscalation: false,
  capabilities: { drop: ["ALL"] },
  readOnlyRootFilesystem: true,
};
const POD = {
  automountServiceAccountToken: false,
  enableServiceLinks: false,
  securityContext: {
    runAsNonRoot: true,
    runAsUser: 1000,
    runAsGroup: 1000,
    fsGroup: 1000,
    fsGroupChangePolicy: "OnRootMismatch",
    seccompProfile: { type: "RuntimeDefault" },
  },
};
const RESOURCES = { requests: { cpu: "50m", memory: "256Mi" }, limits: { memory: "256Mi" } };
const DATA = { name: "data", mountPath: "/data" };

function variable(name: string, key: string): unknown {
  return { name, valueFrom: { secretKeyRef: { name: "state-store-platform", key } } };
}

describe("pod of the state store", () => {
  it("is one restricted server on a volume, with its keys from Secrets", () => {
    expect(stateStorePod("acme/gateway:1")).toEqual({
      ...POD,
      initContainers: [
        {
          name: "folders",
          image: "acme/gateway:1",
          imagePullPolicy: "IfNotPresent",
          command: ["mkdir", "-p", "/data/buckets", "/data/versions"],
          resources: RESOURCES,
          securityContext: SEALED,
          volumeMounts: [DATA],
        },
      ],
      containers: [
        {
          name: "server",
          image: "acme/gateway:1",
          imagePullPolicy: "IfNotPresent",
          args: [
            ...["--port", ":7070", "--admin-port", "127.0.0.1:7071"],
            ...["--iam-dir", "/etc/state-store", "--health", "/health", "--keep-alive", "--quiet"],
            ...["posix", "--versioning-dir", "/data/versions", "/data/buckets"],
          ],
          env: [
            variable("ROOT_ACCESS_KEY_ID", "AWS_ACCESS_KEY_ID"),
            variable("ROOT_SECRET_ACCESS_KEY", "AWS_SECRET_ACCESS_KEY"),
          ],
          ports: [{ name: "s3", containerPort: 7070 }],
          readinessProbe: {
            httpGet: { path: "/health", port: 7070 },
            periodSeconds: 5,
            timeoutSeconds: 5,
            failureThreshold: 3,
          },
          livenessProbe: {
            httpGet: { path: "/health", port: 7070 },
            periodSeconds: 20,
            timeoutSeconds: 5,
            failureThreshold: 6,
          },
          resources: RESOURCES,
          securityContext: SEALED,
          volumeMounts: [DATA, { name: "accounts", mountPath: "/etc/state-store", readOnly: true }],
        },
      ],
      volumes: [
        { name: "accounts", secret: { secretName: "state-store-accounts", defaultMode: 0o440 } },
      ],
    });
  });

  it("answers at a name that its own namespace is part of", () => {
    expect(stateStoreUrl("dagster-data")).toBe("http://state-store.dagster-data.svc:7070");
  });

  it("has the compute logs in a bucket that is named after the state's", () => {
    expect(stateStoreLogsBucket("acme")).toBe("acme-logs");
  });
});

describe("setup of the state store", () => {
  const policy = JSON.stringify(stateStorePolicy("acme"));
  const logsPolicy = JSON.stringify(computeLogsPolicy("acme-logs"));
  const pod = stateStoreSetupPod({ image: "acme/dagster:1", bucket: "acme", policy, logsPolicy });

  it("is a restricted pod that ends, with the root account's key from its Secret", () => {
    expect(pod).toEqual({
      ...POD,
      restartPolicy: "Never",
      containers: [
        {
          name: "setup",
          image: "acme/dagster:1",
          imagePullPolicy: "IfNotPresent",
          command: ["python3", "-c", expect.any(String)],
          env: [
            { name: "AWS_ENDPOINT_URL", value: "http://state-store:7070" },
            { name: "AWS_DEFAULT_REGION", value: "us-east-1" },
            { name: "BUCKET", value: "acme" },
            { name: "POLICY", value: policy },
            { name: "LOGS_BUCKET", value: "acme-logs" },
            { name: "LOGS_POLICY", value: logsPolicy },
            variable("AWS_ACCESS_KEY_ID", "AWS_ACCESS_KEY_ID"),
            variable("AWS_SECRET_ACCESS_KEY", "AWS_SECRET_ACCESS_KEY"),
          ],
          resources: { requests: { cpu: "50m", memory: "128Mi" }, limits: { memory: "128Mi" } },
          securityContext: SEALED,
        },
      ],
    });
  });

  it("makes both buckets with their policies, one versioned, and again without harm", async () => {
    const server = await StateServer.start();
    try {
      const script = pod.containers[0]?.command.slice(1) ?? [];
      const buckets = { BUCKET: "acme", LOGS_BUCKET: "acme-logs" };
      const policies = { POLICY: policy, LOGS_POLICY: logsPolicy };
      const environment = { ...server.environment, ...buckets, ...policies };
      for (const attempt of ["first", "second"]) {
        const { code, stderr } = await startPython(script, environment).ended;
        expect({ attempt, code, stderr }).toEqual({ attempt, code: 0, stderr: "" });
      }
      const s3 = new S3Client({
        endpoint: server.environment["AWS_ENDPOINT_URL"] ?? "",
        region: "us-east-1",
        credentials: { accessKeyId: "test", secretAccessKey: "test" },
        forcePathStyle: true,
      });
      const found = async (Bucket: string): Promise<unknown> => {
        const { Status } = await s3.send(new GetBucketVersioningCommand({ Bucket }));
        const { Policy = "" } = await s3.send(new GetBucketPolicyCommand({ Bucket }));
        return { versioning: Status, policy: JSON.parse(Policy) as unknown };
      };
      expect(await found("acme")).toEqual({
        versioning: "Enabled",
        policy: stateStorePolicy("acme"),
      });
      expect(await found("acme-logs")).toEqual({
        versioning: undefined,
        policy: computeLogsPolicy("acme-logs"),
      });
    } finally {
      await server.stop();
    }
  });
});
