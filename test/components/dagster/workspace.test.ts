import * as fc from "fast-check";

import { workspace } from "../../../components/dagster/workspace";
import { deepFreeze } from "./fixtures";

describe("workspace", () => {
  it("lists the code servers by name", () => {
    const servers = deepFreeze([
      { name: "shop", host: "shop", port: 3030 },
      { name: "finance", host: "127.0.0.1", port: 4001 },
    ]);
    expect(workspace(servers)).toEqual({
      load_from: [
        { grpc_server: { host: "127.0.0.1", port: 4001, location_name: "finance" } },
        { grpc_server: { host: "shop", port: 3030, location_name: "shop" } },
      ],
    });
  });

  it("may be empty: a platform without locations is valid", () => {
    expect(workspace([])).toEqual({ load_from: [] });
  });

  it("does not change with the order of the list", () => {
    const names = fc.uniqueArray(fc.stringMatching(/^[a-z][a-z0-9-]{0,8}$/));
    fc.assert(
      fc.property(names, (list) => {
        const servers = list.map((name) => ({ name, host: name, port: 3030 }));
        expect(JSON.stringify(workspace([...servers].reverse()))).toBe(
          JSON.stringify(workspace(servers)),
        );
      }),
    );
  });
});
