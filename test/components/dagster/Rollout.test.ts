import { Rollout } from "../../../components/dagster/Rollout";
import type { RolloutPlan } from "../../../components/dagster/rolloutPlan";
import { mocked, valueOf } from "../mocked";

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

async function jobName(plan?: RolloutPlan, script?: Record<string, string>): Promise<string> {
  return valueOf((await mocked(make(plan, script))).result.job);
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

  it("runs anew when plan or script change, and not otherwise", async () => {
    const name = await jobName();
    expect(name).toMatch(/^dagster-rollout-[0-9a-f]{10}$/);
    expect(await jobName()).toBe(name);
    expect(await jobName({ ...PLAN, workspaceHash: "55ee" })).not.toBe(name);
    expect(await jobName(PLAN, { "main.py": "print(1)" })).not.toBe(name);
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
