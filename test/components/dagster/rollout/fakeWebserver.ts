/** What a location's code server runs. */
export interface CodeServer {
  readonly image: string;
  /** Why Dagster cannot load it. */
  readonly error?: string;
  /** Versions of defs state by key. */
  readonly states?: Readonly<Record<string, string>>;
}

interface Entry {
  readonly name: string;
  readonly locationOrLoadError: unknown;
}

/** Dagster's GraphQL, as far as a rollout asks: one webserver process with its own workspace. */
export class FakeWebserver {
  /** Names of the mutations that came, with their location. */
  public readonly told: string[] = [];
  /** Answered to `reloadWorkspace` instead. */
  public reloadError: string | undefined;
  /** Reloads that find the workspace file still as it was. */
  public lateReloads = 0;
  public lastHeartbeat = Date.now() / 1000;
  private entries: ReadonlyMap<string, Entry>;

  public constructor(
    private readonly codeServers: ReadonlyMap<string, CodeServer>,
    listed: readonly string[],
    private readonly mounted: readonly string[],
  ) {
    this.entries = new Map(listed.map((name) => [name, this.load(name)]));
  }

  /** Shows a location as something else than what its code server runs. */
  public show(name: string, server: CodeServer): void {
    this.entries = new Map(this.entries).set(name, entry(name, server));
  }

  public answer(body: string): unknown {
    const { query, variables } = JSON.parse(body) as {
      query: string;
      variables: { name?: string };
    };
    if (query.includes("reloadWorkspace")) return { data: { reloadWorkspace: this.reload() } };
    if (query.includes("reloadRepositoryLocation")) {
      const name = variables.name ?? "";
      this.told.push(`reload ${name}`);
      this.entries = new Map(this.entries).set(name, this.load(name));
      return { data: { reloadRepositoryLocation: { __typename: "WorkspaceLocationEntry" } } };
    }
    const daemon = { daemonType: "SENSOR", required: true, healthy: true };
    return {
      data: {
        workspaceOrError: { __typename: "Workspace", locationEntries: [...this.entries.values()] },
        instance: {
          daemonHealth: {
            allDaemonStatuses: [{ ...daemon, lastHeartbeatTime: this.lastHeartbeat }],
          },
        },
      },
    };
  }

  private reload(): unknown {
    this.told.push("reload workspace");
    if (this.reloadError !== undefined)
      return { __typename: "PythonError", message: this.reloadError };
    if (this.lateReloads > 0) this.lateReloads -= 1;
    else this.entries = new Map(this.mounted.map((name) => [name, this.load(name)]));
    return { __typename: "Workspace" };
  }

  private load(name: string): Entry {
    return entry(name, this.codeServers.get(name) ?? { image: "", error: "UNAVAILABLE" });
  }
}

function entry(name: string, server: CodeServer): Entry {
  const { image, error, states = {} } = server;
  return {
    name,
    ...{ versionKey: JSON.stringify(["id", image]), updatedTimestamp: Date.now() / 1000 },
    ...{
      defsStateInfo: {
        keyStateInfo: Object.entries(states).map(([key, version]) => ({
          name: key,
          info: { version },
        })),
      },
    },
    locationOrLoadError:
      error === undefined
        ? { __typename: "RepositoryLocation" }
        : { __typename: "PythonError", message: error },
  };
}
