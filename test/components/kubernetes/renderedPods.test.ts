import { rmSync } from "node:fs";

import { systemNames, userCodeNames } from "../../../components/dagster/chart";
import { platformValues } from "../../../components/dagster/platformValues";
import { userCodeValues } from "../../../components/dagster/userCodeValues";
import { platformNetworkPolicies } from "../../../components/kubernetes/networkPolicies";
import { LOCATION, PLATFORM } from "../dagster/fixtures";
import {
  find,
  MISSING_FOR_HELM,
  type Rendered,
  selfContainedCharts,
  template,
} from "../dagster/helm";

interface Workload {
  readonly spec: {
    readonly template: { readonly metadata: { readonly labels: Record<string, string> } };
  };
}

/** The roles of all policies that select the pods of a Deployment. */
function selecting(objects: readonly Rendered[], name: string): readonly string[] {
  const workload = find(objects, "Deployment", name) as unknown as Workload;
  const { labels } = workload.spec.template.metadata;
  return Object.entries(platformNetworkPolicies(false))
    .filter(
      ([
        ,
        {
          podSelector: { matchLabels = {}, matchExpressions = [] },
        },
      ]) => {
        const equal = Object.entries(matchLabels).every(([key, value]) => labels[key] === value);
        return equal && matchExpressions.every(({ key }) => key in labels);
      },
    )
    .map(([role]) => role);
}

if (MISSING_FOR_HELM !== undefined) {
  it.skip(`which pods of the charts the policies select: ${MISSING_FOR_HELM}`, () => undefined);
} else {
  const charts = selfContainedCharts();
  afterAll(() => {
    rmSync(charts, { recursive: true });
  });

  describe("the network policies, on the charts' pods", () => {
    const names = systemNames("dagster");
    const system = template(charts, "dagster", "dagster", "data", platformValues(PLATFORM));
    const values = userCodeValues(LOCATION);
    const location = template(charts, "dagster-user-deployments", "finance", "data", values);

    it.each([
      ["webserver", system, names.webserver, ["deny-ingress", "webserver"]],
      ["daemon", system, names.daemon, ["deny-ingress"]],
      [
        "code server",
        location,
        userCodeNames("finance").deployment,
        ["deny-ingress", "code-servers", "no-metadata"],
      ],
    ])("select the %s", (_pod, objects, name, roles) => {
      expect(selecting(objects, name)).toEqual(roles);
    });
  });
}
