import { rmSync } from "node:fs";

import * as fc from "fast-check";

import { userCodeNames } from "../../../components/dagster/chart";
import { RESTRICTED_CONTAINER } from "../../../components/dagster/podSecurity";
import type { UserCodeValuesInput } from "../../../components/dagster/userCodeValuesInput";
import { userCodeValues } from "../../../components/dagster/userCodeValues";
import { locationInput } from "./arbitraries";
import { LOCATION } from "./fixtures";
import {
  find,
  MISSING_FOR_HELM,
  podOf,
  type Rendered,
  selfContainedCharts,
  template,
} from "./helm";

if (MISSING_FOR_HELM !== undefined) {
  it.skip(`what the chart renders for a location: ${MISSING_FOR_HELM}`, () => undefined);
} else {
  const charts = selfContainedCharts();
  afterAll(() => {
    rmSync(charts, { recursive: true });
  });

  const renderLocation = (input: UserCodeValuesInput): readonly Rendered[] => {
    const values = userCodeValues(input);
    return template(charts, "dagster-user-deployments", input.name, input.namespace, values);
  };

  describe("a rendered location", () => {
    const objects = renderLocation(LOCATION);
    const names = userCodeNames("finance");
    const deployment = find(objects, "Deployment", names.deployment);
    const pod = podOf(deployment);
    const [container] = pod.spec.containers;

    it("has its own ServiceAccount, a Service by its name, and no right to make Jobs", () => {
      expect(objects.map((each) => each.kind).sort()).toEqual([
        "ConfigMap",
        "ConfigMap",
        "Deployment",
        "Service",
        "ServiceAccount",
      ]);
      expect(find(objects, "Service", names.service)["spec"]).toMatchObject({
        ports: [{ port: 3030 }],
      });
      expect(pod.spec.serviceAccountName).toBe("finance");
    });

    it("mounts the instance of the system and the pin", () => {
      expect(pod.spec.volumes).toEqual([
        { name: "dagster-instance", configMap: { name: "dagster-instance" } },
        {
          name: "defs-state-pin",
          downwardAPI: {
            items: [
              {
                path: "pin.json",
                fieldRef: { fieldPath: "metadata.annotations['dagster-platform/defs-state']" },
              },
            ],
          },
        },
      ]);
      expect(container.volumeMounts).toEqual([
        {
          name: "dagster-instance",
          mountPath: "/opt/dagster/dagster_home/dagster.yaml",
          subPath: "dagster.yaml",
        },
        { name: "defs-state-pin", mountPath: "/opt/dagster/defs-state", readOnly: true },
      ]);
    });

    it("gets its Secrets by name, and no other than the database's", () => {
      expect(container.envFrom).toContainEqual({ secretRef: { name: "finance-warehouse" } });
      expect(JSON.stringify(container.envFrom).match(/secretRef/g)).toHaveLength(1);
      expect(JSON.stringify(container.env).match(/secretKeyRef/g)).toHaveLength(1);
    });

    it("rolls new before old, with the probes that say when", () => {
      expect(deployment["spec"]).toMatchObject({
        replicas: 1,
        strategy: { type: "RollingUpdate", rollingUpdate: { maxSurge: 1, maxUnavailable: 0 } },
      });
      const values = userCodeValues(LOCATION).deployments[0];
      for (const name of ["startupProbe", "readinessProbe", "livenessProbe"] as const) {
        const { enabled, ...probe } = values[name];
        expect([enabled, container[name]]).toEqual([true, probe]);
      }
    });

    it("changes its pod when the instance or the pin changes", () => {
      const changed = renderLocation({ ...LOCATION, pin: "{}" });
      const other = podOf(find(changed, "Deployment", names.deployment));
      expect(pod.metadata.annotations).toMatchObject({
        "dagster-platform/instance-hash": "11aa",
        "dagster-platform/defs-state": LOCATION.pin,
      });
      expect(other.metadata).not.toEqual(pod.metadata);
    });

    it("carries any environment and any code source through the templates unharmed", () => {
      fc.assert(
        fc.property(locationInput, (input) => {
          const [given] = userCodeValues(input).deployments;
          const { deployment: name } = userCodeNames(input.name);
          const [rendered] = podOf(find(renderLocation(input), "Deployment", name)).spec.containers;
          expect(rendered.env?.slice(2)).toEqual(given.env);
          expect(rendered.args?.slice(-2)).toEqual(given.dagsterApiGrpcArgs);
          expect(rendered.env?.[0]?.value).toBe(rendered.image);
          expect(rendered.securityContext).toEqual(RESTRICTED_CONTAINER);
        }),
        { numRuns: 25, endOnFailure: true },
      );
    });
  });
}
