import { DeployRuns, RECORD } from "./deployRuns";
import { StateServer } from "./stateServer";
import { evaluate } from "./python";

let server: StateServer;
let runs: DeployRuns;

beforeAll(async () => {
  server = await StateServer.start();
  await server.createBucket("state");
});

afterAll(async () => {
  await server.stop();
});

beforeEach(async () => {
  runs = await DeployRuns.start();
  server.fate = () => "pass";
});

afterEach(() => {
  runs.stop();
});

const S3 = { "state-store": "s3://state" };

/** Puts an object into the bucket, whatever was there. */
async function put(key: string, content: unknown): Promise<void> {
  const code = `
from object_store import open_store
store = open_store("s3://state")
found = store.get(given[0])
store.put(given[0], given[1].encode(), found and found[1])
`;
  await evaluate(code, [key, JSON.stringify(content, undefined, 2)], server.environment);
}

const deployment = () => ({ release: runs.digest, status: "loaded", dagsterUrl: null });

test("waits on a store that fails for a while, and says so once", async () => {
  await put("releases/finance.json", RECORD);
  await put("deployments/finance.json", deployment());
  let reads = 0;
  server.fate = (line) => (line.includes("deployments/") && reads++ < 9 ? 503 : "pass");
  const { code, stdout, stderr } = await runs.run({ ...S3, timeout: "60" }, server.environment);
  expect({ code, stderr }).toEqual({ code: 0, stderr: "" });
  expect(stdout.match(/waiting on: state store s3:\/\/state: GetObject deployments/g)).toHaveLength(
    1,
  );
  expect(stdout).toContain("deploy: finance: loaded: the platform names no URL\n");
});

test("takes a denied read for an object that is not there yet, as S3 means it", async () => {
  await put("releases/finance.json", RECORD);
  server.fate = (line) => (line.includes("deployments/") ? 403 : "pass");
  const { code, stderr } = await runs.run({ ...S3, timeout: "1" }, server.environment);
  expect(code).toBe(1);
  expect(stderr).toContain(
    "the platform has never deployed finance, as far as s3://state says; state store s3://state: GetObject deployments/finance.json: AccessDenied by the test (or it is not there yet)",
  );
});

test("refuses at once a store that will not be there later either", async () => {
  const options = { "state-store": "s3://nobody-has-this" };
  const { code, stderr } = await runs.run(options, server.environment);
  expect(code).toBe(1);
  expect(stderr).toMatch(
    /^deploy: finance: state store s3:\/\/nobody-has-this: GetObject \S+: NoSuchBucket .*\n$/,
  );
});
