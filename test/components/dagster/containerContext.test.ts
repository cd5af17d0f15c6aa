import * as fc from "fast-check";

import {
  containerContext,
  type ContainerContextInput,
  envVars,
  literalEnvValue,
} from "../../../components/dagster/containerContext";
import { deepFreeze } from "./fixtures";

const INPUT: ContainerContextInput = deepFreeze({
  namespace: "data",
  serviceAccountName: "finance",
  secrets: ["b", "a"],
  env: { Z: "1", A: "2" },
  labels: { team: "finance" },
  resources: { cpu: 2, memoryMiB: 4096 },
  imagePullSecrets: ["registry"],
  runAsUser: undefined,
  mayLaunchJobs: false,
  extraRunConfig: undefined,
});

describe("containerContext", () => {
  it("is what the location's run pods get", () => {
    expect(containerContext(INPUT)).toEqual({
      k8s: {
        namespace: "data",
        service_account_name: "finance",
        image_pull_policy: "IfNotPresent",
        image_pull_secrets: [{ name: "registry" }],
        env_secrets: ["b", "a"],
        env: [
          { name: "A", value: "2" },
          { name: "Z", value: "1" },
        ],
        labels: { team: "finance" },
        resources: {
          requests: { cpu: "2", memory: "4096Mi" },
          limits: { memory: "4096Mi" },
        },
        run_k8s_config: {
          pod_spec_config: {
            automountServiceAccountToken: false,
            securityContext: {
              runAsNonRoot: true,
              runAsUser: 1000,
              runAsGroup: 1000,
              fsGroup: 1000,
              seccompProfile: { type: "RuntimeDefault" },
            },
          },
        },
      },
    });
  });

  it("gives a run a token of the API only when it may launch Jobs", () => {
    const { run_k8s_config } = containerContext({ ...INPUT, mayLaunchJobs: true }).k8s;
    expect(run_k8s_config.pod_spec_config["automountServiceAccountToken"]).toBe(true);
  });

  it("merges own Kubernetes configuration last", () => {
    const extraRunConfig = deepFreeze({ pod_spec_config: { nodeSelector: { pool: "data" } } });
    const { run_k8s_config } = containerContext({ ...INPUT, extraRunConfig }).k8s;
    expect(run_k8s_config.pod_spec_config).toMatchObject({
      automountServiceAccountToken: false,
      nodeSelector: { pool: "data" },
    });
  });

  it("sorts variables by name", () => {
    expect(envVars({ b: "1", a: "2" }).map(({ name }) => name)).toEqual(["a", "b"]);
  });
});

describe("literalEnvValue", () => {
  it("hides the password from the context that stands in the code server's environment", () => {
    expect(literalEnvValue("$(DAGSTER_PG_PASSWORD)")).toBe("$$(DAGSTER_PG_PASSWORD)");
  });

  it("comes out of Kubernetes' expansion as it was", () => {
    const text = fc.stringMatching(/^[$()A-C ]{0,20}$/);
    fc.assert(
      fc.property(text, (value) => {
        expect(expanded(literalEnvValue(value), { A: "leak" })).toBe(value);
      }),
      { numRuns: 500 },
    );
  });
});

/** What the kubelet makes of a value (k8s.io/kubernetes third_party/forked/golang/expansion). */
function expanded(value: string, variables: Readonly<Record<string, string>>): string {
  return value.replace(/\$\$|\$\(([^)]*)\)/g, (match, name: string | undefined) =>
    match === "$$" ? "$" : (variables[name ?? ""] ?? match),
  );
}
