import { evaluate } from "./python";

const CHAIN = `Traceback (most recent call last):
  File "/usr/lib/python3.11/urllib/request.py", line 1348, in do_open
    raise HTTPError(503)
urllib.error.HTTPError: HTTP Error 503: Service Unavailable

The above exception was the direct cause of the following exception:

Traceback (most recent call last):
  File "/app/src/crm/api.py", line 21, in fetch
    raise CrmError(url) from error
crm.api.CrmError: GET https://crm failed
`;

const UNANSWERED = `Traceback (most recent call last):
  File "/venv/s3fs/core.py", line 113, in _error_wrapper
    return await func(*args, **kwargs)
botocore.errorfactory.AccessDenied: An error occurred (AccessDenied) when calling the CreateBucket operation: Access Denied

The above exception was the direct cause of the following exception:

Traceback (most recent call last):
  File "/venv/s3fs/core.py", line 146, in _error_wrapper
    raise err
PermissionError: Access Denied
`;

const LOGGED = `Traceback (most recent call last):
  File "/app/x.py", line 1, in x
KeyError: 'of a library that logs and goes on'
2026-11-21 12:00:00 some log line
`;

const GROUP = `  + Exception Group Traceback (most recent call last):
  |   File "/app/x.py", line 1, in x
  | ExceptionGroup: unhandled errors in a TaskGroup (1 sub-exception)
  +-+---------------- 1 ----------------
    | Traceback (most recent call last):
    |   File "/app/x.py", line 7, in y
    | ConnectionResetError: [Errno 104] Connection reset by peer
    +------------------------------------
`;

/** Exit code, stdout, stderr of a dg process; what is read from it, as far as it matters. */
const OUTCOMES: Readonly<Record<string, readonly [number, string, string, object]>> = {
  "no failure": [
    0,
    "[ Api[x]   ] ✓ done in 0s\n[ Api[y z] ] ✓ done in 2m 1s",
    "",
    {
      refreshed: ["Api[x]", "Api[y z]"],
      failures: [],
    },
  ],
  "one of two components": [
    1,
    "[ a ] ✓ done in 0s\n[ b ] ✗ failed after 1s\nDetailed error information:\n  b: GET https://crm failed\n",
    LOGGED + CHAIN,
    {
      refreshed: ["a"],
      failed_keys: ["b"],
      worth_a_retry: true,
      failures: [
        {
          component: "b",
          reason: "CrmError: GET https://crm failed",
          cause: "HTTPError: HTTP Error 503: Service Unavailable",
          where: "src/crm/api.py line 21",
          transient: true,
        },
      ],
    },
  ],
  "a transient and a permanent failure": [
    1,
    "[ a ] ✗ failed after 0s\n[ b ] ✗ failed after 1s\nDetailed error information:\n  a: GET https://crm failed\n  b: HTTP 401 Unauthorized\n",
    CHAIN,
    { worth_a_retry: false, failed_keys: ["a", "b"] },
  ],
  "a store that does not answer for its bucket": [
    1,
    "[ a ] ✗ failed after 9s\n[ b ] ✗ failed after 9s\nDetailed error information:\n  a: Access Denied\n  b: Access Denied\n",
    UNANSWERED,
    {
      failures: [
        {
          reason: "the state store does not say whether its bucket is there",
          cause:
            "AccessDenied: An error occurred (AccessDenied) when calling the CreateBucket operation: Access Denied",
          transient: true,
        },
        { component: "b", reason: "Access Denied", transient: true },
      ],
      worth_a_retry: true,
    },
  ],
  "a component that is still refreshing at the end": [
    0,
    "[ a ] ⠋ refreshing 3s",
    "",
    {
      failures: [{ component: "a", reason: "failed without a message" }],
      worth_a_retry: false,
    },
  ],
  "a program of a component": [
    1,
    "Compiling\n\nHTTP Error 503: Service Unavailable\nFinished refreshing 1 components (0 succeeded, 1 failed)\n[ dbt ] ✗ failed after 1s\nDetailed error information:\n  dbt: `dbt deps` failed with exit code `2`\n",
    "",
    {
      failures: [
        {
          reason: "`dbt deps` failed with exit code `2`",
          printed: ["Compiling", "HTTP Error 503: Service Unavailable"],
        },
      ],
      worth_a_retry: true,
    },
  ],
  "an exception group": [1, "", GROUP, { worth_a_retry: true }],
  "no traceback": [
    2,
    "",
    "Usage: dg\n\nError: No such option: --x\n",
    {
      failures: [{ component: null, reason: "Error: No such option: --x" }],
      worth_a_retry: false,
    },
  ],
  "a killed process": [
    -9,
    "",
    "",
    {
      failures: [{ reason: "killed by SIGKILL: was there enough memory?" }],
      worth_a_retry: false,
    },
  ],
};

test("reads dg's output", async () => {
  const code = [
    "from dataclasses import asdict",
    "from outcome import read_outcome",
    "read = [read_outcome(*dg, '/app') for dg in given]",
    "answer = [asdict(each) | {'worth_a_retry': each.worth_a_retry} for each in read]",
  ].join("\n");
  const cases = Object.entries(OUTCOMES);
  const given = cases.map(([, [exitCode, stdout, stderr]]) => [exitCode, stdout, stderr]);
  const read = (await evaluate(code, given)) as unknown[];
  const named = Object.fromEntries(cases.map(([name], index) => [name, read[index]]));
  expect(named).toMatchObject(
    Object.fromEntries(cases.map(([name, [, , , expected]]) => [name, expected])),
  );
});
