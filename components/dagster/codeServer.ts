import { CODE_SERVER_PORT } from "./chart";

/** Where a location's code is: exactly one of the four. */
export interface CodeSource {
  /** Module with definitions at its top level. */
  readonly module?: string;
  /** File, relative to the image's working directory. */
  readonly file?: string;
  readonly package?: string;
  /** Module that is searched for definitions: the `defs` of a dg project. */
  readonly autoload?: string;
}

/**
 * The options of `dagster api grpc` that say where the code is.
 *
 * Why `dagster api grpc` and not `dagster code-server start`: with code that does not load the
 * first one exits, so the new pod never becomes ready and the old one goes on serving; the second
 * one answers its health check all the same and takes over with an error (both tried on 1.13.27).
 * What the second one is for, a reload in place, is of no use here: image and state are pinned,
 * and a new release is a new pod.
 * @throws Error when not exactly one source is given, or when it cannot stand in the chart's
 *   template, which quotes nothing (the list refuses both before)
 */
export function codeServerArguments(source: CodeSource): readonly string[] {
  const given = [
    ["--module-name", source.module],
    ["--python-file", source.file],
    ["--package-name", source.package],
    ["--autoload-defs-module-name", source.autoload],
  ].filter((option): option is [string, string] => option[1] !== undefined);
  const [option, another] = given;
  if (option === undefined || another !== undefined) {
    throw new Error(`a location has exactly one code source, got ${given.length}`);
  }
  if (!/^[\w./@+ -]+$/.test(option[1])) {
    throw new Error(
      `code source ${JSON.stringify(option[1])}: has a character that YAML would read`,
    );
  }
  return option;
}

/** An exec probe of the chart's user-code pods. */
export interface ExecProbe {
  /** The chart renders readiness and startup probes by it. */
  readonly enabled: true;
  readonly exec: { readonly command: readonly string[] };
  readonly periodSeconds: number;
  readonly timeoutSeconds: number;
  readonly failureThreshold: number;
}

/**
 * Succeeds when the code is loaded and the instance is there.
 *
 * It asks gRPC's health service (https://github.com/grpc/grpc/blob/master/doc/health-checking.md) with the few bytes of HTTP/2 that this
 * takes: 0.025 s of CPU each time, against 0.13 s with the package grpc and 2.0 s for the chart's own `dagster api grpc-health-check` (measured
 * on 1.13.27). Many locations that start together on a small node otherwise spend its CPU on probes that then run out of time. The chart has no
 * key for a gRPC probe.
 *
 * The file: a code server whose `DAGSTER_HOME` lacks `dagster.yaml` takes an empty SQLite instance
 * and loads state-backed components green, with zero assets.
 */
const HEALTH_CHECK = [
  "import os, socket, sys",
  'if not os.path.isfile(os.path.join(os.environ["DAGSTER_HOME"], "dagster.yaml")):',
  '    sys.exit("DAGSTER_HOME has no dagster.yaml")',
  "def text(value): return bytes([len(value)]) + value",
  "def frame(kind, flags, stream, body):",
  '    return len(body).to_bytes(3, "big") + bytes([kind, flags]) + stream.to_bytes(4, "big") + body',
  // HPACK: POST and http by index, the others as literals.
  'headers = b"\\x83\\x86\\x04" + text(b"/grpc.health.v1.Health/Check") + b"\\x01" + text(b"localhost")',
  'headers += b"\\x0f\\x10" + text(b"application/grpc") + b"\\x00" + text(b"te") + text(b"trailers")',
  'request = b"\\x0a" + text(b"DagsterApi")',
  'request = b"\\x00" + len(request).to_bytes(4, "big") + request',
  'sent = b"PRI * HTTP/2.0\\r\\n\\r\\nSM\\r\\n\\r\\n" + frame(4, 0, 0, b"")',
  "sent += frame(1, 4, 1, headers) + frame(0, 1, 1, request)",
  `with socket.create_connection(("127.0.0.1", ${CODE_SERVER_PORT}), 5) as server:`,
  "    server.sendall(sent)",
  '    answer = b""',
  // The message with status SERVING.
  '    while b"\\x00\\x00\\x00\\x00\\x02\\x08\\x01" not in answer:',
  "        more = server.recv(4096)",
  "        if not more:",
  '            sys.exit("the code server is not serving")',
  "        answer += more",
].join("\n");

const STARTUP_PERIOD_SECONDS = 3;

/** The probes of a code server. */
export interface CodeServerProbes {
  readonly startupProbe: ExecProbe;
  readonly readinessProbe: ExecProbe;
  readonly livenessProbe: ExecProbe;
}

/**
 * The probes of a code server: ready within 3 s of being loaded; out of the Service when it does
 * not answer for a minute (a process that ends is out at once); restarted when it does not for ten
 * minutes. Seldom, because each is a start of Python.
 * @param startupTimeoutSeconds - how long the code may take to load before the container is
 *   restarted, 3 or more
 */
export function codeServerProbes(startupTimeoutSeconds: number): CodeServerProbes {
  const startupFailures = Math.ceil(startupTimeoutSeconds / STARTUP_PERIOD_SECONDS);
  return {
    startupProbe: probe(STARTUP_PERIOD_SECONDS, startupFailures),
    readinessProbe: probe(30, 2),
    livenessProbe: probe(60, 10),
  };
}

function probe(periodSeconds: number, failureThreshold: number): ExecProbe {
  return {
    enabled: true,
    // Isolated: neither site-packages nor variables of the image are read, which takes half of the time.
    exec: { command: ["python3", "-I", "-S", "-c", HEALTH_CHECK] },
    periodSeconds,
    timeoutSeconds: 10,
    failureThreshold,
  };
}
