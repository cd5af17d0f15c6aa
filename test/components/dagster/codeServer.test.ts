import {
  codeServerArguments,
  codeServerProbes,
  type ExecProbe,
} from "../../../components/dagster/codeServer";

describe("codeServerArguments", () => {
  it.each([
    [{ module: "crm.definitions" }, ["--module-name", "crm.definitions"]],
    [{ file: "src/crm/defs.py" }, ["--python-file", "src/crm/defs.py"]],
    [{ package: "crm" }, ["--package-name", "crm"]],
    [{ autoload: "crm.defs" }, ["--autoload-defs-module-name", "crm.defs"]],
  ])("says where the code of %j is", (source, expected) => {
    expect(codeServerArguments(source)).toEqual(expected);
  });

  it.each([[{}, 0] as const, [{ module: "a", file: "b.py" }, 2] as const])(
    "refuses %j, which is not one source",
    (source, count) => {
      expect(() => codeServerArguments(source)).toThrow(
        `a location has exactly one code source, got ${count}`,
      );
    },
  );

  it.each(['a"b', "a\\b", "a\nb", "{{ a }}", ""])(
    "refuses %j, which the chart would put into YAML unquoted",
    (module) => {
      expect(() => codeServerArguments({ module })).toThrow("has a character that YAML would read");
    },
  );
});

describe("codeServerProbes", () => {
  const probes = codeServerProbes(300);
  const all: readonly ExecProbe[] = [
    probes.startupProbe,
    probes.readinessProbe,
    probes.livenessProbe,
  ];

  it("gives the code its time to load, and looks every 3 s", () => {
    expect(probes.startupProbe).toMatchObject({ periodSeconds: 3, failureThreshold: 100 });
    expect(codeServerProbes(10).startupProbe.failureThreshold).toBe(4);
  });

  it("takes a server out of the Service before it restarts it", () => {
    const after = (probe: ExecProbe): number => probe.periodSeconds * probe.failureThreshold;
    expect(after(probes.readinessProbe)).toBe(60);
    expect(after(probes.livenessProbe)).toBe(600);
  });

  it("are enabled, without which the chart renders no startup probe", () => {
    expect(all.map((probe) => probe.enabled)).toEqual([true, true, true]);
  });

  it("look for dagster.yaml: without it a server is green with zero assets", () => {
    for (const probe of all) {
      expect(probe.exec.command.slice(0, 4)).toEqual(["python3", "-I", "-S", "-c"]);
      expect(probe.exec.command[4]).toContain("DAGSTER_HOME has no dagster.yaml");
    }
  });
});
