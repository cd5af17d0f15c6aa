import { gcsLoginProblem, gcsProblem, statusOf } from "../../stacks/gcsProblem";
import { GcsStore } from "../../stacks/gcsStore";
import { NoBucketError, StoreError } from "../../stacks/objectStore";
import { GcsServer } from "./gcsServer";

let server: GcsServer;

beforeAll(async () => {
  server = await GcsServer.start();
  server.objects.createBucket("state");
});

afterAll(() => {
  server.stop();
});

beforeEach(() => {
  server.fate = () => "pass";
  server.requests.length = 0;
});

function storeOf(bucket: string, deadlineMs?: number): GcsStore {
  const args = { url: `gs://${bucket}`, apiEndpoint: server.url };
  return new GcsStore(deadlineMs === undefined ? args : { ...args, deadlineMs });
}

async function refusal(asked: Promise<unknown>): Promise<StoreError> {
  const error: unknown = await asked.catch((reason: unknown) => reason);
  if (error instanceof StoreError) return error;
  throw new Error(`not refused: ${String(error)}`);
}

describe("a store in Google Cloud Storage that cannot be asked", () => {
  const calls: readonly [string, (store: GcsStore) => Promise<unknown>, string][] = [
    [
      "read",
      (store) => store.get("a.json"),
      "to read a.json needs storage.objects.get, and storage.objects.list, without which an absent one is denied",
    ],
    [
      "write",
      (store) => store.put("a.json", "1", undefined),
      "to write a.json needs storage.objects.create, and storage.objects.delete to replace one",
    ],
    [
      "list",
      (store) => store.list(""),
      "to list needs storage.objects.list, on the bucket or the folder",
    ],
    [
      "list",
      (store) => store.history("a.json"),
      "to list needs storage.objects.list, on the bucket or the folder",
    ],
  ];

  it.each(calls)("has no bucket to %s", async (_name, call) => {
    const error = await refusal(call(storeOf("elsewhere")));
    expect(error).toBeInstanceOf(NoBucketError);
    expect(error.message).toBe(
      "state store gs://elsewhere: there is no such bucket: correct its name, or run `pulumi up` for the stack first",
    );
  });

  it.each(calls)("names the right that is missing to %s", async (_name, call, needs) => {
    server.fate = () => 403;
    const { message } = await refusal(call(storeOf("state")));
    expect(message).toBe(`state store gs://state: by the test: ${needs}`);
    expect(server.requests).toHaveLength(1);
  });

  it("says how to log in", async () => {
    server.fate = () => 401;
    const { message } = await refusal(storeOf("state").list(""));
    expect(message).toMatch(/does not accept the credentials \(by the test\): run `gcloud auth/);
  });

  it("gives up when the server fails for good, or is not there", async () => {
    const gone = await GcsServer.start();
    gone.stop();
    const nobody = new GcsStore({ url: "gs://state", apiEndpoint: gone.url });
    server.fate = () => 500;
    const [failing, silent] = await Promise.all([
      refusal(storeOf("state").get("a.json")),
      refusal(nobody.list("")),
    ]);
    expect(failing.message).toBe("state store gs://state: cannot read a.json: by the test");
    expect(server.requests).toHaveLength(4);
    expect(silent.message).toMatch(
      /^state store gs:\/\/state: Google Cloud does not answer \(.*REFUS/,
    );
  });

  it("does not wait for the end of an answer that has none", async () => {
    await storeOf("state").put("slow.json", "1", undefined);
    server.fate = () => "stall";
    const { message } = await refusal(storeOf("state", 300).get("slow.json"));
    expect(message).toContain("does not answer (network timeout at 300 ms)");
  });
});

const LOG_IN =
  "run `gcloud auth application-default login`, or give the job or pod workload identity";

/** An error as the libraries throw it: what they say, and what they put beside it. */
function thrown(message: string, besides: object = {}): Error {
  return Object.assign(new Error(message), besides);
}

describe("what the way to a token ends with", () => {
  // As google-auth-library 9.15.1 says it, seen with each kind of credentials.
  it.each([
    [
      thrown("Could not load the default credentials. Browse to https://cloud.google.com/docs"),
      `no credentials for Google Cloud: ${LOG_IN}`,
    ],
    [
      thrown("The file at /x.json does not exist, or it is not a file.", { code: "ENOENT" }),
      "The file at /x.json does not exist, or it is not a file.: correct GOOGLE_APPLICATION_CREDENTIALS, or unset it",
    ],
    [
      thrown("Error code invalid_grant: the token\nis expired", { config: {} }),
      `Google Cloud does not accept the credentials (Error code invalid_grant: the token is expired): ${LOG_IN}`,
    ],
    [
      thrown("Error code [object Object]", {
        ...{ config: {}, code: "403" },
        response: { data: { error: { message: "no getAccessToken" } } },
      }),
      `Google Cloud does not accept the credentials (no getAccessToken): ${LOG_IN}`,
    ],
    [
      thrown("request to https://oauth2 failed", { config: {}, code: "ENOTFOUND" }),
      "Google Cloud does not answer (request to https://oauth2 failed): check network and proxy",
    ],
  ])("is one line: %s", (error, text) => {
    expect(gcsLoginProblem(error, "gs://b")).toEqual(new StoreError(`state store gs://b: ${text}`));
  });

  it("is no answer of the store, whatever its number", () => {
    const error = thrown("not found", { config: {}, code: 404 });
    expect(statusOf(error)).toBeUndefined();
    const problem = gcsProblem(error, { url: "gs://b", action: "list", needs: "" });
    expect(problem).not.toBeInstanceOf(NoBucketError);
    expect(problem.message).toContain("does not accept the credentials (not found)");
  });
});

it("keeps nothing of an error that has the request with its token", () => {
  const call = { url: "gs://b", action: "list", needs: "x" };
  for (const code of [401, 403, 404, 500])
    expect(gcsProblem(thrown("no", { code }), call).cause).toBeUndefined();
});
