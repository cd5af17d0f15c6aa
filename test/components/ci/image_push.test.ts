import { evaluate } from "./python";

const PREFIX = 'Error: pushing image "r/x:1" to "docker://r/x:1": ';

/** As docker 20.10 and buildah 1.28 said it when a registry failed so, or as registries document it. */
const PASSING = [
  "received unexpected HTTP status: 503 Service Unavailable",
  "received unexpected HTTP status: 500 Internal Server Error",
  "toomanyrequests: Rate exceeded",
  'Put "https://r.test/v2/x/manifests/1": EOF',
  'Get "https://r.test/v2/": net/http: TLS handshake timeout',
  'Get "https://r.test/v2/": dial tcp 10.0.0.1:443: i/o timeout',
  'Get "https://r.test/v2/": dial tcp 10.0.0.1:443: connect: connection refused',
  'Get "https://r.test/v2/": dial tcp: lookup r.test on 10.0.0.53:53: no such host',
  'Get "https://r.test/v2/": net/http: request canceled (Client.Timeout exceeded while awaiting headers)',
  'Patch "https://r.test/v2/x/blobs/uploads/1": write tcp 10.0.0.2:1->10.0.0.1:443: write: broken pipe',
  'Patch "https://r.test/v2/x": read tcp 10.0.0.2:1->10.0.0.1:443: read: connection reset by peer',
  "http2: server sent GOAWAY and closed the connection",
  "blob upload unknown",
  `${PREFIX}writing manifest: uploading manifest 1 to r/x: received unexpected HTTP status: 502 Bad Gateway`,
  `${PREFIX}writing blob: Patch "https://r/v2/x/blobs/uploads/1": EOF`,
];

const REFUSED = [
  "denied: requested access to the resource is denied",
  "denied: User is not authorized to perform: ecr:InitiateLayerUpload",
  "denied: Your authorization token has expired. Reauthenticate and try again.",
  "unauthorized: authentication required",
  "no basic auth credentials",
  "insufficient_scope: authorization failed",
  "name unknown: The repository with name 'x' does not exist in the registry",
  "tag invalid: The image tag '1' already exists in the 'x' repository and cannot be overwritten because the tag is immutable.",
  'error parsing HTTP 403 response body: invalid character: "<html>"',
  "received unexpected HTTP status: 400 Bad Request",
  "An image does not exist locally with the tag: r/x",
  `${PREFIX}writing blob: initiating layer upload to /v2/x/blobs/uploads/ in r: denied: by the test`,
  // The reason why it may not, not how often it was asked.
  "denied: connection refused by policy",
];

const JUDGE = "from image_push import may_pass; answer = [may_pass(text) for text in given]";

test("pushes again what passes by itself", async () => {
  const verdicts = (await evaluate(JUDGE, PASSING)) as readonly boolean[];
  expect(PASSING.filter((_, index) => verdicts[index] !== true)).toEqual([]);
});

test("refuses to push again what stays as it is", async () => {
  const verdicts = (await evaluate(JUDGE, REFUSED)) as readonly boolean[];
  expect(REFUSED.filter((_, index) => verdicts[index] !== false)).toEqual([]);
});

test("says what somebody can do", async () => {
  const code = "from image_push import push_advice; answer = [push_advice(*c) for c in given]";
  const said = await evaluate(code, [
    [PASSING[0], 3],
    [REFUSED[0], 1],
    [REFUSED[7], 1],
  ]);
  expect(said).toEqual([
    "3 attempts; the registry or the network fails: run the job again later",
    "not retried: check the credentials that this job has, and what they may do",
    "not retried, it would fail again: mend it and run the job again",
  ]);
});
