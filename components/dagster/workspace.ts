/** A code server that webserver and daemon load. */
export interface WorkspaceServer {
  /** Name of the location in Dagster. */
  readonly name: string;
  readonly host: string;
  readonly port: number;
}

/** `workspace.yaml`. */
export interface Workspace {
  readonly load_from: readonly {
    readonly grpc_server: {
      readonly host: string;
      readonly port: number;
      readonly location_name: string;
    };
  }[];
}

/**
 * `workspace.yaml`: the code servers by name, so that the order of the list changes nothing.
 * An empty one is valid: webserver and daemon start with it and read it again later.
 */
export function workspace(servers: readonly WorkspaceServer[]): Workspace {
  const byName = [...servers].sort((a, b) => (a.name < b.name ? -1 : 1));
  return {
    load_from: byName.map(({ name, host, port }) => ({
      grpc_server: { host, port, location_name: name },
    })),
  };
}
