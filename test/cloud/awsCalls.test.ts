import { join } from "node:path";

import { startPython } from "../components/ci/python";
import { ADMIN, type CallRow, FORBIDDEN_ROWS, KEYS, OBJECT_CALL_ROWS, ROLES } from "./awsCalls";
import { EnforcingServer } from "./enforcingServer";
import { registered } from "./registered";
import { disagreements } from "./verdicts";
import { BUCKET } from "./world";

// About 10 s on two cores of which nobody else wants anything.
jest.setTimeout(180_000);

const ROWS: readonly CallRow[] = [...OBJECT_CALL_ROWS, ...FORBIDDEN_ROWS];

describe("a server that enforces the registered policies", () => {
  const codes = new Map<CallRow, string>();
  let disagreed: readonly string[];

  beforeAll(async () => {
    const { roles } = await registered();
    const used = ROLES.map((name) => {
      const role = roles.get(name);
      if (role === undefined) throw new Error(`no role ${name}`);
      return role;
    });
    const server = await EnforcingServer.start(BUCKET, [...used, ADMIN], KEYS);
    try {
      const calls = ROWS.map(([role, , call]) => ({
        ...call,
        environment: server.environment(role),
      }));
      const script = join(__dirname, "awsCalls.py");
      const ended = await startPython([script], server.address, JSON.stringify({ calls })).ended;
      if (ended.code !== 0) throw new Error(ended.stderr);
      const answers = JSON.parse(ended.stdout) as readonly string[];
      ROWS.forEach((row, n) => codes.set(row, answers[n] ?? "no answer"));
      disagreed = disagreements(server.requests, roles);
    } finally {
      await server.stop();
    }
  });

  describe.each(ROLES)("%s", (role) => {
    const rows = ROWS.filter(([asking]) => asking === role);

    it.each(rows.map((row) => ({ row, title: row[1], code: row[3] })))(
      "$title: $code",
      ({ row, code }) => {
        expect(codes.get(row)).toBe(code);
      },
    );

    it("is denied much, and allowed something", () => {
      const denied = rows.filter(([, , , code]) => code === "AccessDenied");
      expect(denied.length).toBeGreaterThan(60);
      expect(rows.some(([, , , code]) => code === "ok")).toBe(true);
    });
  });

  it("decides as the evaluator does", () => {
    expect(disagreed).toEqual([]);
  });
});
