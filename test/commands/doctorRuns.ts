import { createServer } from "node:http";
import { mkdirSync, readFileSync, rmSync } from "node:fs";
import { dirname, join } from "node:path";

import type { Checked } from "../../stacks/doctor/checks";
import { releaseDigest } from "../../stacks/deploy/deployments";
import { listen } from "../components/ci/stateServer";
import { IMAGE, RELEASE } from "../stacks/doctor/records";
import { GcsServer } from "../stacks/gcsServer";
import {
  FakeServer,
  githubRepository,
  githubRuns,
  type Route,
} from "../stacks/repositories/fakeServer";
import { ClusterPlace, type Ended, GCP_CONFIG } from "./clusterPlace";

/** An hour ago. */
const REFRESHED = Date.now() / 1000 - 3600;

const PYPROJECT = `[project]
dependencies = ["dagster>=1.13,<1.14", "gcsfs", "dagster-dg-cli"]
[tool.dg.project]
root_module = "crm"
`;

const CALLER = ".github/workflows/dagster-crm.yml";

const WORKFLOW = ".github/workflows/platform.yml";

/** Of the repository, by path. */
export const PROJECT_FILES = {
  "pyproject.toml": PYPROJECT,
  "src/crm/__init__.py": "",
  Dockerfile: "FROM scratch\n",
  ".dockerignore": "tests\n",
};

export const CRM = {
  ...{ name: "crm", repository: "acme/crm", repositoryId: 700, ownerId: 10 },
  ...{ autoload: "crm.defs", refresh: { schedule: "0 6 * * *" } },
};

/** Runs of `npm run doctor` for a stack on Google Cloud, of which everything is on this machine. */
export class DoctorRuns {
  public readonly place = new ClusterPlace([CRM]);
  /** What Dagster says of `crm`; undefined: it does not know it. */
  public loadError: string | undefined;

  private readonly dagster = createServer((_request, response) => {
    response.end(JSON.stringify({ data: this.workspace() }));
  });

  /** Of the platform's own repository, as it is rendered. */
  private workflow = "";

  private constructor(
    public readonly github: FakeServer,
    private readonly githubUrl: string,
    public readonly gcs: GcsServer,
  ) {}

  public static async start(): Promise<DoctorRuns> {
    const { server, url } = await FakeServer.start();
    const runs = new DoctorRuns(server, url, await GcsServer.start());
    runs.place.write("fake/dagster-port", String(await listen(runs.dagster, 0)));
    runs.configure();
    await runs.place.run("render", "--stack", "dev");
    runs.workflow = runs.place.read(WORKFLOW);
    return runs;
  }

  public stop(): void {
    this.github.stop();
    this.gcs.stop();
    this.dagster.close();
    this.place.remove();
  }

  /** Everything as it should be. */
  public heal(): void {
    this.configure();
    this.loadError = undefined;
    this.gcs.fate = () => "pass";
    this.gcs.objects.createBucket("acme");
    const record = this.release();
    this.store("defs-state/crm/Crm__api__/v1", "state");
    this.store("deployments/crm.json", JSON.stringify(deployment(record)));
    this.place.write(WORKFLOW, this.workflow);
    this.github.routes = this.routes();
  }

  /** Writes the release record. */
  public release(change: object = {}): string {
    const info_mapping = { "Crm[api]": { create_timestamp: REFRESHED, version: "v1" } };
    const defsState = { __class__: "DefsStateInfo", info_mapping };
    const record = JSON.stringify({ ...RELEASE, defsState, ...change });
    this.store("releases/crm.json", record);
    return record;
  }

  public store(key: string, body: string): void {
    this.gcs.objects.insert("acme", key, undefined, [{}, Buffer.from(body)]);
  }

  /** The file that `npm run render` made for the location's repository. */
  public caller(): string {
    return readFileSync(join(this.place.folder, "callers/crm", CALLER), "utf8");
  }

  /** Writes files into a working copy of the repository, beside the list. */
  public checkOut(files: Readonly<Record<string, string>>): string {
    const folder = join(this.place.folder, "crm");
    rmSync(folder, { recursive: true, force: true });
    for (const [path, text] of Object.entries(files)) {
      mkdirSync(dirname(join(folder, path)), { recursive: true });
      this.place.write(join("crm", path), text);
    }
    return folder;
  }

  public run(...flags: readonly string[]): Promise<Ended> {
    process.env["GITHUB_API_URL"] = this.githubUrl;
    process.env["GITHUB_TOKEN"] = "t";
    process.env["STORAGE_EMULATOR_HOST"] = this.gcs.url;
    // A machine with other work to do is slow, not silent.
    return this.place.run("doctor", "--timeout", "50", ...flags);
  }

  /** What each check found, by its title. */
  public async find(...flags: readonly string[]) {
    const { code, stdout, stderr } = await this.run(...flags, "--json");
    if (stderr !== "") throw new Error(stderr);
    const { checks } = JSON.parse(stdout) as { checks: readonly Checked[] };
    const found = new Map(checks.map(({ check, ...finding }) => [check, finding]));
    const inState = (state: Checked["state"]) =>
      checks.filter((each) => each.state === state).map(({ check }) => check);
    return { code, found, problems: inState("problem"), skipped: inState("skipped") };
  }

  private configure(): void {
    this.place.configure({ ...GCP_CONFIG, kubeContext: "kind" });
    this.place.write("locations.yaml", JSON.stringify({ locations: [CRM] }));
  }

  private routes(): Readonly<Record<string, Route>> {
    const own = "/repos/acme/crm";
    const file = (path: string) => `${own}/contents/${path}?ref=main`;
    const files = Object.entries({ ...PROJECT_FILES, [CALLER]: this.caller() });
    const platform = { id: 7, full_name: "acme/platform", owner: { id: 1 } };
    return {
      [own]: githubRepository(),
      "/repos/acme/platform": githubRepository(platform),
      "/repos/acme/platform/actions/permissions/access": { access_level: "organization" },
      [`${own}/actions/secrets/DAGSTER_DEPLOY_TOKEN`]: { name: "DAGSTER_DEPLOY_TOKEN" },
      [`${own}/actions/workflows/dagster-crm.yml/runs?branch=main&per_page=1`]: githubRuns(),
      ...Object.fromEntries(files.map(([path, text]) => [file(path), text])),
    };
  }

  private workspace(): object {
    const info = { version: "v1", createTimestamp: REFRESHED };
    const failed = { __typename: "PythonError", message: this.loadError };
    const entry = {
      ...{ name: "crm", versionKey: JSON.stringify(["server", IMAGE]) },
      defsStateInfo: { keyStateInfo: [{ name: "Crm[api]", info }] },
      locationOrLoadError:
        this.loadError === undefined ? { __typename: "RepositoryLocation" } : failed,
    };
    const workspaceOrError = { __typename: "Workspace", locationEntries: [entry] };
    return { workspaceOrError, instance: { daemonHealth: { allDaemonStatuses: [] } } };
  }
}

/** That a record is deployed and loaded. */
export function deployment(record: string, change: object = {}): object {
  return {
    ...{ schemaVersion: 1, location: "crm", release: releaseDigest(record), status: "loaded" },
    ...{ error: null, image: IMAGE, commit: RELEASE.commit, releasedAt: RELEASE.releasedAt },
    ...{ dagsterUrl: null, at: "2026-11-21T10:05:00Z", runUrl: "https://ci.test/2", ...change },
  };
}
