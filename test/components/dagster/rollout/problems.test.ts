import { type FakeWorkload, LONG_AGO } from "./fakeCluster";
import { ended, PULL, rollOut, TRACEBACK, waiting } from "./rollOut";

/** Why the location `shop` is not served, and what is said of it. */
const FAILURES: readonly (readonly [string, FakeWorkload, string])[] = [
  [
    "an image that is not there",
    { pod: waiting("ErrImagePull", PULL) },
    "image registry/code:2 cannot be pulled: not found",
  ],
  [
    "an image that is waited for",
    {
      pod: waiting(
        "ImagePullBackOff",
        `Back-off pulling image "registry/code:2": ErrImagePull: ${PULL}`,
      ),
    },
    "image registry/code:2 cannot be pulled: not found",
  ],
  [
    "an image that an old kubelet waits for",
    { pod: waiting("ImagePullBackOff", 'Back-off pulling image "registry/code:2"') },
    "image registry/code:2 cannot be pulled: not found",
  ],
  [
    "an image that may not be read",
    {
      pod: waiting(
        "ErrImagePull",
        'failed to pull and unpack image "registry/code:2": failed to resolve reference ' +
          '"registry/code:2": unexpected status from HEAD request to ' +
          "https://registry/v2/code/manifests/2: 403 Forbidden",
      ),
    },
    "image registry/code:2 cannot be pulled: unexpected status from HEAD request to " +
      "https://registry/v2/code/manifests/2: 403 Forbidden",
  ],
  [
    "an image with no valid name",
    { pod: waiting("InvalidImageName", "Failed to apply default image tag") },
    "image registry/code:2 cannot be pulled: its name is not valid",
  ],
  [
    "a missing Secret",
    {
      pod: waiting("CreateContainerConfigError", 'secret "shop-warehouse" not found'),
      previous: true,
    },
    'secret "shop-warehouse" not found\n  (its previous version goes on serving)',
  ],
  [
    "code that raises",
    { pod: ended({}, 1) },
    "KeyError: 'WAREHOUSE_PASSWORD'\n  in /app/finance/source.py line 2",
  ],
  [
    "code that Dagster refuses",
    { pod: ended({}, 1) },
    "DagsterInvalidDefinitionError: Duplicate asset key: AssetKey(['x'])",
  ],
  [
    "an image without Dagster",
    {
      pod: ended(
        {
          reason: "StartError",
          message:
            "failed to create containerd task: failed to create shim task: OCI runtime create failed: " +
            'runc create failed: exec: "dagster": executable file not found in $PATH',
        },
        1,
      ),
    },
    'runc create failed: exec: "dagster": executable file not found in $PATH',
  ],
  [
    "too little memory",
    {
      pod: {
        ...ended({ exitCode: 137, reason: "OOMKilled" }, 1),
        spec: { resources: { limits: { memory: "512Mi" } } },
      },
    },
    "killed: it takes more memory than its limit 512Mi",
  ],
  [
    "code that takes too long",
    {
      pod: {
        ...ended({ startedAt: LONG_AGO, finishedAt: "2026-01-02T03:05:05Z" }, 0),
        spec: { startupProbe: { periodSeconds: 3, failureThreshold: 20 } },
      },
    },
    "not loaded 60 s after its start (startupTimeoutSeconds), so it was restarted\n" +
      "  in /app/finance/source.py line 2",
  ],
  [
    "no node",
    {
      pod: {
        conditions: [
          {
            ...{ type: "PodScheduled", status: "False", reason: "Unschedulable" },
            message:
              "0/1 nodes are available: 1 Insufficient cpu. no new claims to deallocate, " +
              "preemption: 0/1 nodes are available: 1 No preemption victims found.",
          },
        ],
      },
    },
    "no node takes its pod: 0/1 nodes are available: 1 Insufficient cpu",
  ],
  [
    "a quota",
    { pod: null, refused: 'pods "shop-1" is forbidden: exceeded quota: small, requested: cpu=1' },
    "its pod is refused: exceeded quota: small, requested: cpu=1",
  ],
  [
    "a missing ConfigMap",
    { pod: waiting("ContainerCreating", "") },
    'volume defs-state-pin: configmap "shop-pin" not found',
  ],
  [
    "a Deployment that somebody else changed",
    { deployment: { replicas: 0 }, pod: null },
    "its Deployment shop is scaled to 0",
  ],
];

const EVENTS: readonly (readonly [string, string])[] = [
  [
    "volume",
    'MountVolume.SetUp failed for volume "defs-state-pin" : configmap "shop-pin" not found',
  ],
  ["image", `Failed to pull image "registry/code:2": ${PULL}`],
];

const REFUSED = `Traceback (most recent call last):
  File "/usr/local/bin/dagster", line 10, in <module>
    sys.exit(main())
  File "/usr/local/lib/python3.12/site-packages/dagster/_core/definitions/asset_graph.py", line 1
    raise DagsterInvalidDefinitionError(
dagster._core.errors.DagsterInvalidDefinitionError: Duplicate asset key: AssetKey(['x'])
`;

function logOf(reason: string): string {
  if (reason.startsWith("not loaded"))
    return TRACEBACK.replace(/^KeyError.*/m, "dagster.errors.DagsterExecutionInterruptedError");
  if (reason.startsWith("DagsterInvalid")) return REFUSED;
  return reason.startsWith("KeyError") ? TRACEBACK : "";
}

describe("the reason of a location that is not served", () => {
  test.concurrent.each(FAILURES)("names %s", async (_, workload, reason) => {
    const { code, message, stderr } = await rollOut({
      locations: { finance: {}, shop: workload },
      prepare: (cluster) => {
        cluster.logs.set("shop-new", logOf(reason));
        const events = EVENTS.filter(([kind]) => reason.startsWith(kind));
        cluster.events.set(
          "shop-new",
          events.map(([, text]) => ({ type: "Warning", message: text })),
        );
      },
    });
    expect(message).toBe(`1 of 2 locations is not served: shop; the other is\nshop: ${reason}`);
    expect({ code, stderr }).toEqual({ code: 1, stderr: "" });
  });

  test.concurrent("is none when code failed once: a store may have been away", async () => {
    const { message } = await rollOut({
      locations: { shop: { pod: ended({}, 0) } },
      settings: { timeoutSeconds: 1 },
      prepare: (cluster) => cluster.logs.set("shop-new", TRACEBACK),
    });
    expect(message.split("\n").slice(1)).toEqual([
      "shop: not served within 1 s: waits for its second start",
      "  KeyError: 'WAREHOUSE_PASSWORD'",
      "  in /app/finance/source.py line 2",
    ]);
  });

  test.concurrent("is none while an autoscaler adds a node", async () => {
    const condition = { type: "PodScheduled", status: "False", reason: "Unschedulable" };
    const { message } = await rollOut({
      locations: { shop: { pod: { conditions: [{ ...condition, message: "no node" }] } } },
      settings: { timeoutSeconds: 1 },
      prepare: (cluster) =>
        cluster.events.set("shop-new", [{ type: "Normal", reason: "TriggeredScaleUp" }]),
    });
    expect(message).toMatch(/\nshop: not served within 1 s: no node takes its pod: no node$/);
  });
});
