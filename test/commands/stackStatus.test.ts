import { createServer } from "node:http";

import { listen } from "../components/ci/stateServer";
import { GcsServer } from "../stacks/gcsServer";
import { ClusterPlace, GCP_CONFIG } from "./clusterPlace";

const LOCATION = { name: "finance", repository: "acme/finance", module: "finance" };

/** A webserver that has loaded `finance`. */
const dagster = createServer((request, response) => {
  let body = "";
  request.on("data", (chunk: Buffer) => (body += chunk.toString()));
  request.on("end", () => {
    const entry = {
      name: "finance",
      versionKey: JSON.stringify(["server", "registry.test/finance:1"]),
      defsStateInfo: null,
      locationOrLoadError: { __typename: "RepositoryLocation" },
    };
    const workspace = { __typename: "Workspace", locationEntries: [entry] };
    const data = body.includes("workspaceOrError")
      ? { workspaceOrError: workspace, instance: { daemonHealth: { allDaemonStatuses: [] } } }
      : { l0: { __typename: "Runs", results: [] } };
    response.end(JSON.stringify({ data }));
  });
});

describe("the status of a stack", () => {
  let place: ClusterPlace;

  beforeAll(async () => {
    place = new ClusterPlace([LOCATION], { kubeContext: "kind" });
    place.write("fake/dagster-port", String(await listen(dagster, 0)));
  });

  afterAll(() => {
    dagster.close();
    place.remove();
  });

  it("asks webserver and records through kubectl, and closes the way again", async () => {
    const ended = await place.run("status", "--stack", "dev");
    expect(ended).toMatchObject({ code: 0, stderr: "" });
    expect(ended.stdout).toMatch(/finance +loaded +finance:1/);
    expect(ended.stdout).toContain(`stack dev, release records in file://${place.folder}/releases`);
    expect(place.calls()).toEqual([
      "kubectl --context kind port-forward -n team --address 127.0.0.1 --pod-running-timeout=20s svc/dagster-dagster-webserver :3000",
    ]);
    expect(place.forwards()).toEqual([]);
  });

  it("reads the records of a stack on Google Cloud in its bucket", async () => {
    const server = await GcsServer.start();
    server.objects.createBucket("acme");
    process.env["STORAGE_EMULATOR_HOST"] = server.url;
    place.configure({ ...GCP_CONFIG, kubeContext: "kind" });
    const ended = await place.run("status", "--stack", "dev");
    expect(ended.stderr).toBe("");
    expect(ended.stdout).toContain("stack dev, release records in gs://acme");
    expect(server.requests.join("\n")).toContain("releases/finance.json");
    delete process.env["STORAGE_EMULATOR_HOST"];
    server.stop();
  });

  it.each([
    [["--stack", "nope"], /^--stack: no Pulumi\.nope\.yaml in .*, there are dev: .*\n$/],
    [["--stack", "dev", "--folder", "x"], /^--folder is of a sandbox, --stack dev is a cluster/],
    [["--folder", "/nowhere"], /^no sandbox is running: .* or name a stack on a cluster/],
    [["--dagster", "http://x"], /^a cluster needs both --dagster <url> and --state-store <url>\n$/],
  ])("refuses %j in one line", async (flags, message) => {
    const ended = await place.run("status", ...flags);
    expect(ended.code).toBe(1);
    expect(ended.stderr).toMatch(message);
  });

  it("says in one line that the store's Secret is not there", async () => {
    const endpoint = { stateEndpointUrl: "http://s3", stateSecret: "absent", stateBucket: "state" };
    place.configure({ releasesFolder: "", ...endpoint });
    const ended = await place.run("rollback", "finance", "--stack", "dev");
    expect(ended).toMatchObject({ code: 1, stdout: "" });
    expect(ended.stderr).toMatch(/^context \S+ has no Secret absent: run `pulumi up` .*\n$/);
  });
});
