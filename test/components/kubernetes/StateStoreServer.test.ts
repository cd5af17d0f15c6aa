import { canonicalJson } from "../../../components/dagster/canonicalJson";
import { SYSTEM_IMAGE } from "../../../components/dagster/chart";
import { stateStorePod, stateStoreSetupPod } from "../../../components/kubernetes/stateStorePods";
import {
  computeLogsPolicy,
  stateStorePolicy,
} from "../../../components/kubernetes/stateStorePolicy";
import {
  StateStoreServer,
  type StateStoreServerArgs,
} from "../../../components/kubernetes/StateStoreServer";
import { isSecret, mocked, type Mocked, valueOf } from "../mocked";

/** Every RandomPassword of the mocks. */
const KEY = "s3cret";
const SERVER = { "app.kubernetes.io/name": "state-store" };
const SETUP = { "app.kubernetes.io/name": "state-store-setup" };

function make(args: Partial<StateStoreServerArgs> = {}): Promise<Mocked<StateStoreServer>> {
  const all = {
    ...{ namespace: "dagster-data", clientNamespace: "dagster", bucket: "acme", sizeGiB: 20 },
    ...args,
  };
  return mocked(() => new StateStoreServer("store", all));
}

describe("StateStoreServer", () => {
  it("is keys, Secrets, a server with Service and policy, and the setup", async () => {
    const { names, resources } = await make();
    expect(names).toEqual([
      "dagster-platform:kubernetes:StateStoreServer store",
      "kubernetes:apps/v1:StatefulSet store-server",
      "kubernetes:batch/v1:Job store-setup",
      "kubernetes:core/v1:Secret store-accounts",
      "kubernetes:core/v1:Secret store-locations",
      "kubernetes:core/v1:Secret store-platform",
      "kubernetes:core/v1:Service store-service",
      "kubernetes:networking.k8s.io/v1:NetworkPolicy store-clients",
      "random:index/randomId:RandomId store-keys-id",
      "random:index/randomPassword:RandomPassword store-locations-key",
      "random:index/randomPassword:RandomPassword store-platform-key",
    ]);
    const parents = resources.filter(({ custom }) => custom).map(({ parent }) => parent);
    expect(new Set(parents)).toEqual(new Set(["store"]));
  });

  it("gives the platform's key to its own namespace and the locations' to theirs", async () => {
    const { find } = await make();
    expect(find("store-platform").inputs).toMatchObject({
      metadata: { name: "state-store-platform", namespace: "dagster-data" },
      stringData: { AWS_ACCESS_KEY_ID: "platform", AWS_SECRET_ACCESS_KEY: KEY },
    });
    expect(find("store-platform").dependencies).toEqual(["store-platform-key"]);
    expect(find("store-locations").inputs).toMatchObject({
      metadata: { name: "state-store-locations", namespace: "dagster" },
      stringData: { AWS_ACCESS_KEY_ID: "locations", AWS_SECRET_ACCESS_KEY: KEY },
    });
    expect(find("store-locations").dependencies).toEqual(["store-locations-key"]);
  });

  it("gives the server the locations' account as a file", async () => {
    const { find } = await make();
    const { inputs, dependencies } = find("store-accounts");
    const account = { access: "locations", secret: KEY, role: "user" };
    const owner = { userID: 0, groupID: 0, projectID: 0 };
    const accounts = { accessAccounts: { locations: { ...account, ...owner } } };
    expect(inputs).toMatchObject({
      metadata: { name: "state-store-accounts", namespace: "dagster-data" },
      stringData: { "users.json": JSON.stringify(accounts) },
    });
    expect(dependencies).toEqual(["store-locations-key"]);
  });

  it("has no key outside of the Secrets, and there only as a secret", async () => {
    const { resources } = await make();
    const holders = resources.flatMap(({ name, inputs, secretInputs }) =>
      Object.entries(inputs)
        .filter(([, value]) => JSON.stringify(value).includes(KEY))
        .map(([input]) => `${name} ${input} ${secretInputs.includes(input) ? "secret" : "PLAIN"}`),
    );
    expect(holders.sort()).toEqual([
      "store-accounts stringData secret",
      "store-keys-id keepers secret",
      "store-locations stringData secret",
      "store-platform stringData secret",
    ]);
  });

  it("makes keys of 40 letters and digits", async () => {
    const { find } = await make();
    for (const name of ["store-platform-key", "store-locations-key"])
      expect(find(name).inputs).toEqual({ length: 40, special: false });
  });

  it("runs one server on one volume, and replaces it when a key changes", async () => {
    const { find } = await make();
    const { inputs, dependencies } = find("store-server");
    expect(inputs["metadata"]).toEqual({ name: "state-store", namespace: "dagster-data" });
    expect(inputs["spec"]).toEqual({
      serviceName: "state-store",
      replicas: 1,
      selector: { matchLabels: SERVER },
      template: {
        metadata: { labels: SERVER, annotations: { "dagster-platform/keys-id": "0a1b2c3d" } },
        spec: stateStorePod("ghcr.io/versity/versitygw:v1.8.0"),
      },
      volumeClaimTemplates: [
        {
          metadata: { name: "data" },
          spec: {
            accessModes: ["ReadWriteOnce"],
            resources: { requests: { storage: "20Gi" } },
          },
        },
      ],
    });
    expect(dependencies).toEqual(["store-accounts", "store-keys-id", "store-platform"]);
  });

  it("takes another StorageClass and other images", async () => {
    const { find } = await make({
      storageClass: "fast",
      image: "own/s3:2",
      setupImage: "own/py:3",
    });
    expect(find("store-server").inputs["spec"]).toMatchObject({
      template: { spec: { containers: [{ image: "own/s3:2" }] } },
      volumeClaimTemplates: [{ spec: { storageClassName: "fast" } }],
    });
    expect(find("store-setup").inputs["spec"]).toMatchObject({
      template: { spec: { containers: [{ image: "own/py:3" }] } },
    });
  });

  it("lets in the pods of the clients' namespace and the setup, and nothing out", async () => {
    const { find } = await make();
    expect(find("store-clients").inputs["metadata"]).toMatchObject({ namespace: "dagster-data" });
    expect(find("store-clients").inputs["spec"]).toEqual({
      podSelector: { matchLabels: SERVER },
      policyTypes: ["Ingress", "Egress"],
      ingress: [
        {
          from: [
            {
              namespaceSelector: { matchLabels: { "kubernetes.io/metadata.name": "dagster" } },
            },
            { podSelector: { matchLabels: SETUP } },
          ],
          ports: [{ port: 7070, protocol: "TCP" }],
        },
      ],
    });
    expect(find("store-service").inputs).toMatchObject({
      metadata: { name: "state-store", namespace: "dagster-data" },
      spec: { selector: SERVER, ports: [{ name: "s3", port: 7070, targetPort: 7070 }] },
    });
  });

  it("makes the buckets once the server answers, by a Job that has no fixed name", async () => {
    const { find } = await make();
    const policy = canonicalJson(stateStorePolicy("acme"));
    const logsPolicy = canonicalJson(computeLogsPolicy("acme-logs"));
    const { inputs, dependencies } = find("store-setup");
    expect(inputs).toMatchObject({
      metadata: { namespace: "dagster-data" },
      spec: {
        backoffLimit: 4,
        template: {
          metadata: { labels: SETUP },
          spec: stateStoreSetupPod({ image: SYSTEM_IMAGE, bucket: "acme", policy, logsPolicy }),
        },
      },
    });
    expect(inputs["metadata"]).toEqual({ namespace: "dagster-data" });
    expect(dependencies).toEqual(expect.arrayContaining(["store-server", "store-service"]));
  });

  it("says where the store is and which Secrets open it, and says no key", async () => {
    const { result, find } = await make();
    const outputs = {
      endpointUrl: "http://state-store.dagster-data.svc:7070",
      locationsSecret: "state-store-locations",
      platformSecret: "state-store-platform",
      keysId: "0a1b2c3d",
    };
    expect(find("store").registeredOutputs).toEqual(outputs);
    expect(await valueOf(result.endpointUrl)).toBe(outputs.endpointUrl);
    expect(await isSecret(result.endpointUrl)).toBe(false);
    expect(await isSecret(result.keysId)).toBe(false);
    expect(await valueOf(result.clientSecret.metadata.name)).toBe(outputs.locationsSecret);
  });
});
