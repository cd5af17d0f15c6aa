import { spawnSync } from "node:child_process";

import {
  postgresHost,
  postgresPod,
  postgresResources,
} from "../../../components/kubernetes/postgresPod";

const pod = postgresPod({
  image: "docker.io/library/postgres:17.9",
  database: "dagster",
  user: "owner",
  maxConnections: 500,
  secretName: "postgresql",
});
const [container] = pod.containers;
const hook = container?.lifecycle.postStart.exec.command ?? [];

describe("the pod of Postgres", () => {
  it("runs restricted as the image's user, without a token, and stops in its own time", () => {
    const { containers, volumes, ...rest } = pod;
    expect(containers).toHaveLength(1);
    expect(volumes).toEqual([{ name: "shm", emptyDir: { medium: "Memory", sizeLimit: "256Mi" } }]);
    expect(rest).toEqual({
      automountServiceAccountToken: false,
      enableServiceLinks: false,
      terminationGracePeriodSeconds: 120,
      securityContext: {
        runAsNonRoot: true,
        runAsUser: 999,
        runAsGroup: 999,
        fsGroup: 999,
        fsGroupChangePolicy: "OnRootMismatch",
        seccompProfile: { type: "RuntimeDefault" },
      },
    });
    expect(container?.securityContext).toEqual({
      allowPrivilegeEscalation: false,
      capabilities: { drop: ["ALL"] },
    });
  });

  it("keeps the data in a folder of the volume, and has the password from the Secret", () => {
    expect(container?.env).toEqual([
      { name: "PGDATA", value: "/var/lib/postgresql/data/pgdata" },
      { name: "POSTGRES_DB", value: "dagster" },
      { name: "POSTGRES_USER", value: "owner" },
      {
        name: "POSTGRES_PASSWORD",
        valueFrom: { secretKeyRef: { name: "postgresql", key: "postgresql-password" } },
      },
    ]);
    expect(container?.volumeMounts).toEqual([
      { name: "data", mountPath: "/var/lib/postgresql/data" },
      { name: "shm", mountPath: "/dev/shm" },
    ]);
  });

  it.each([
    [100, "150m", "456Mi", "114MB"],
    [500, "350m", "1256Mi", "314MB"],
    [1000, "600m", "2256Mi", "564MB"],
  ])("has for %d connections %s, %s and buffers of %s", (maxConnections, cpu, memory, buffers) => {
    const { args } = postgresPod({
      ...{ image: "postgres:17", database: "d", user: "u", secretName: "s", maxConnections },
    }).containers[0] ?? { args: [] };
    expect(postgresResources(maxConnections)).toEqual({
      requests: { cpu, memory },
      limits: { memory },
    });
    expect(args).toEqual([
      ...["postgres", "-c", `max_connections=${maxConnections}`],
      ...["-c", `shared_buffers=${buffers}`],
    ]);
  });

  it("is ready when it answers by TCP: not while the image initializes the volume", () => {
    const command = [...["pg_isready", "--host=127.0.0.1", "--username=owner", "--dbname=dagster"]];
    expect(container?.readinessProbe).toEqual({
      exec: { command },
      periodSeconds: 5,
      timeoutSeconds: 5,
      failureThreshold: 3,
    });
    expect(container?.livenessProbe.exec).toEqual({ command });
  });

  it("sets the Secret's password on data from an earlier life, and shows it to nobody", () => {
    const [shell, flag, script = ""] = hook;
    expect([shell, flag]).toEqual(["/bin/sh", "-c"]);
    expect(spawnSync("sh", ["-n", "-c", script]).stderr.toString()).toBe("");
    expect(script).toContain(`ALTER ROLE :"role" PASSWORD :'password';`);
    expect(script).not.toContain("$POSTGRES_PASSWORD");
    expect(script).toContain("log_min_error_statement=panic");
  });

  it("has a host name in its namespace", () => {
    expect(postgresHost("dagster-data")).toBe("postgres.dagster-data.svc");
  });
});
