import { Rollout } from "../../../components/dagster/Rollout";
import type { RolloutPlan } from "../../../components/dagster/rolloutPlan";
import { mocked } from "../mocked";

const PLAN: RolloutPlan = {
  namespace: "dagster",
  workspaceHash: "33cc",
  timeoutSeconds: 600,
  webserver: { deployment: "dagster-dagster-webserver", port: 3000 },
  daemon: { deployment: "dagster-daemon" },
  locations: [],
  valuesHash: "44dd",
};

const make =
  (plan = PLAN, script: Record<string, string> = { "main.py": "print()" }) =>
  (): Rollout =>
    new Rollout("rollout", { namespace: "dagster", plan, script, image: "dagster:1" });

/** What the Job is told, by the names that the engine would make. */
async function files(plan?: RolloutPlan, script?: Record<string, string>): Promise<unknown> {
  return (await mocked(make(plan, script))).find("rollout-config").inputs;
}

interface JobInputs {
  metadata: { name: string; annotations: Record<string, string> };
  spec: {
    backoffLimit: number;
    ttlSecondsAfterFinished?: number;
    template: { metadata: { labels: object }; spec: Record<string, unknown> };
  };
}

describe("Rollout", () => {
  it("is a Job with its script, plan and rights, and nothing else", async () => {
    const { names } = await mocked(make());
    expect(names).toEqual([
      "dagster-platform:dagster:Rollout rollout",
      "kubernetes:batch/v1:Job rollout-job",
      "kubernetes:core/v1:ConfigMap rollout-config",
      "kubernetes:core/v1:ServiceAccount rollout-account",
      "kubernetes:rbac.authorization.k8s.io/v1:Role rollout-role",
      "kubernetes:rbac.authorization.k8s.io/v1:RoleBinding rollout-binding",
    ]);
  });

  it("may look at pods and Deployments, annotate pods, and nothing else", async () => {
    const rules = (await mocked(make())).find("rollout-role").inputs["rules"] as {
      resources: string[];
      verbs: string[];
    }[];
    const writes = rules.filter(({ verbs }) => !verbs.every((verb) => /^(get|list)$/.test(verb)));
    expect(writes).toEqual([{ apiGroups: [""], resources: ["pods"], verbs: ["list", "patch"] }]);
    expect(rules.flatMap(({ resources }) => resources)).not.toContain("secrets");
    expect(JSON.stringify(rules)).not.toContain("*");
  });

  it("gets other files when plan or script change, and not otherwise: then the Job is another", async () => {
    const before = await files();
    expect(await files()).toEqual(before);
    expect(await files({ ...PLAN, workspaceHash: "55ee" })).not.toEqual(before);
    expect(await files(PLAN, { "main.py": "print(1)" })).not.toEqual(before);
    expect(before).toMatchObject({ immutable: true });
  });

  it("has names by the engine: a change that is taken back meets nothing that is still there", async () => {
    const { find } = await mocked(make());
    for (const name of ["rollout-job", "rollout-config"])
      expect(find(name).inputs["metadata"]).not.toHaveProperty("name");
  });

  it("is tried once, stays, and is made anew by the next update when it failed", async () => {
    const { metadata, spec } = (await mocked(make())).find("rollout-job")
      .inputs as unknown as JobInputs;
    expect(spec.backoffLimit).toBe(0);
    expect(spec.ttlSecondsAfterFinished).toBeUndefined();
    expect(metadata.annotations).toEqual({
      "pulumi.com/replaceUnready": "true",
      // More than the plan's 600: the script ends by itself and gives its reasons.
      "pulumi.com/timeoutSeconds": "840",
    });
  });

  it("meets the restricted Pod Security Standard and wears the label that network policies know", async () => {
    const { spec } = (await mocked(make())).find("rollout-job").inputs as unknown as JobInputs;
    expect(spec.template.metadata.labels).toEqual({ "dagster-platform/role": "rollout" });
    expect(spec.template.spec).toMatchObject({
      enableServiceLinks: false,
      securityContext: { runAsNonRoot: true, seccompProfile: { type: "RuntimeDefault" } },
      containers: [
        {
          command: ["python3", "-u", "/rollout/main.py", "/rollout/plan.json"],
          securityContext: { allowPrivilegeEscalation: false, capabilities: { drop: ["ALL"] } },
        },
      ],
    });
  });

  it("has its rights and files before it starts", async () => {
    const { find } = await mocked(make());
    expect(find("rollout-job").dependencies).toEqual(
      expect.arrayContaining(["rollout-binding", "rollout-config"]),
    );
    const { data } = find("rollout-config").inputs as { data: Record<string, string> };
    expect(Object.keys(data)).toEqual(["main.py", "plan.json"]);
    expect(JSON.parse(data["plan.json"] ?? "")).toEqual(PLAN);
  });
});
