import { evaluate } from "./python";

/** Exceptions as real libraries print them, and whether another try may help; null: nobody knows. */
const VERDICTS: readonly (readonly [string, boolean | null])[] = [
  ["urllib.error.HTTPError: HTTP Error 503: Service Unavailable", true],
  ["urllib.error.HTTPError: HTTP Error 429: Too Many Requests", true],
  ["urllib.error.HTTPError: HTTP Error 408: Request Timeout", true],
  ["urllib.error.HTTPError: HTTP Error 401: Unauthorized", false],
  ["urllib.error.HTTPError: HTTP Error 403: Forbidden", false],
  ["urllib.error.HTTPError: HTTP Error 404: Not Found", false],
  ["urllib.error.URLError: <urlopen error [Errno 111] Connection refused>", true],
  ["urllib.error.URLError: <urlopen error [Errno -2] Name or service not known>", true],
  ["urllib.error.URLError: <urlopen error [SSL: CERTIFICATE_VERIFY_FAILED] expired>", false],
  ["requests.exceptions.HTTPError: 502 Server Error: Bad Gateway for url: https://a/b", true],
  ["requests.exceptions.HTTPError: 400 Client Error: Bad Request for url: https://a/503", false],
  [
    "requests.exceptions.ReadTimeout: HTTPSConnectionPool(host='a', port=443): Read timed out.",
    true,
  ],
  [
    "requests.exceptions.RetryError: (Caused by ResponseError('too many 500 error responses'))",
    true,
  ],
  [
    "requests.exceptions.ConnectionError: HTTPSConnectionPool(host='a', port=443): Max retries exceeded with url: /401 (Caused by NameResolutionError(\"Failed to resolve 'a'\"))",
    true,
  ],
  [
    "requests.exceptions.SSLError: Max retries exceeded (Caused by SSLError(SSLCertVerificationError(1, '[SSL: CERTIFICATE_VERIFY_FAILED]')))",
    false,
  ],
  ["httpx.HTTPStatusError: Server error '503 Service Unavailable' for url 'https://a'", true],
  ["httpx.HTTPStatusError: Client error '401 Unauthorized' for url 'https://a'", false],
  ["httpx.ConnectTimeout", true],
  ["httpx.RemoteProtocolError: Server disconnected without sending a response.", true],
  ["aiohttp.client_exceptions.ClientResponseError: 504, message='Gateway Timeout', url='x'", true],
  ["aiohttp.client_exceptions.ServerDisconnectedError: Server disconnected", true],
  ["botocore.exceptions.ClientError: An error occurred (SlowDown) when calling PutObject", true],
  ["botocore.exceptions.ClientError: An error occurred (ThrottlingException) when calling X", true],
  ["botocore.exceptions.ClientError: An error occurred (503) when calling HeadObject", true],
  ["botocore.exceptions.ClientError: An error occurred (AccessDenied) when calling X", false],
  ["botocore.exceptions.ClientError: An error occurred (ExpiredToken) when calling X", false],
  ["botocore.exceptions.NoCredentialsError: Unable to locate credentials", false],
  ["google.api_core.exceptions.ServiceUnavailable: 503 GET https://a: try later", true],
  ["google.api_core.exceptions.NotFound: 404 GET https://a: no", false],
  ["google.auth.exceptions.DefaultCredentialsError: not found", false],
  ["grpc.RpcError: StatusCode.UNAVAILABLE", true],
  ["grpc.RpcError: StatusCode.PERMISSION_DENIED", false],
  ["ConnectionResetError: [Errno 104] Connection reset by peer", true],
  ["http.client.RemoteDisconnected: Remote end closed connection without response", true],
  ["http.client.IncompleteRead: IncompleteRead(12 bytes read)", true],
  ["TimeoutError", true],
  ["psycopg2.OperationalError: FATAL: password authentication failed for user", false],
  ["ModuleNotFoundError: No module named 'timeout'", false],
  ["ImportError: cannot import name 'x' from 'y'", false],
  ["SyntaxError: invalid syntax", false],
  ["pydantic_core._pydantic_core.ValidationError: 1 validation error for Api\ntimeout", false],
  ["PermissionError: [Errno 13] Permission denied: '/x'", false],
  ["AttributeError: 'NoneType' object has no attribute 'timeout'", false],
  ["ValueError: 503 rows, 401 expected", null],
  ["dagster.components.core.component_tree.ComponentTreeException: Error while loading", null],
  ["'NoneType' object has no attribute 'timeout'", null],
];

const WAITS: readonly (readonly [string, number | null])[] = [
  ["HTTP 429, Retry-After: 7", 7],
  ["headers={'Retry-After': '2', 'Date': 'x'}", 2],
  ["rate limited, retry after 30 seconds", 30],
  ["retry_after=1.5", 1.5],
  ["Retry-After: 86400", 300],
  ["Retry-After: Wed, 21 Oct 2026 07:28:00 GMT", null],
  ["nothing", null],
];

describe("the judgement of a failure", () => {
  test("tells what may pass from what somebody has to mend", async () => {
    const verdicts = await evaluate(
      "from transient import is_transient; answer = [is_transient(text) for text in given]",
      VERDICTS.map(([text]) => text),
    );
    const texts = VERDICTS.map(([text]) => text);
    expect(Object.fromEntries(texts.map((text, i) => [text, (verdicts as unknown[])[i]]))).toEqual(
      Object.fromEntries(VERDICTS),
    );
  });

  test("finds a Retry-After, up to five minutes", async () => {
    const waits = await evaluate(
      "from transient import retry_after; answer = [retry_after(text) for text in given]",
      WAITS.map(([text]) => text),
    );
    expect(waits).toEqual(WAITS.map(([, wait]) => wait));
  });
});
