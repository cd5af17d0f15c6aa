import { keyOf } from "./configKey";

/** What opens connections to Postgres. */
export interface ConnectionBudgetInput {
  /** Runs at one time, from 1. */
  readonly maxConcurrentRuns: number;
  /** Number of locations. */
  readonly locations: number;
  readonly webserverReplicas: number;
  /** Connections that Postgres allows in all. */
  readonly maxConnections: number;
}

/** Connections of a platform, and what there is for them. */
export interface ConnectionBudget {
  readonly needed: number;
  readonly allowed: number;
}

/**
 * Connections that each may hold at once, for planning; the quarter that is left takes the peaks.
 *
 * - Run: `dagster-postgres` keeps no pool (`NullPool` in all three storages, 1.13.27), so every
 *   thread and every step's process has a connection of its own while it writes. 22 is what MIT
 *   Open Learning plans with for theirs (ol-infrastructure, applications/dagster, 2026).
 * - Location: its code server reads the instance for a sensor's or a schedule's tick; no pool.
 * - Webserver: a pool for each of the three storages, of 1 and up to 20 more (`--db-pool-max-overflow`,
 *   1.13.27): 3 at rest, 63 at worst; 12 is a page with some queries at once.
 * - Daemon: one thread for each of its kinds, and 4 workers each for schedules, sensors, backfills
 *   and the queue.
 */
const CONNECTIONS = { run: 22, location: 3, webserver: 12, daemon: 20 } as const;

/** Of all connections; the rest is for peaks, for people and for Postgres' own reserve. */
const ALLOWED_SHARE = 0.75;

/** Connections of a platform, and what there is for them. */
export function connectionBudget(input: ConnectionBudgetInput): ConnectionBudget {
  const runs = CONNECTIONS.run * input.maxConcurrentRuns;
  return {
    needed: runs + withoutRuns(input),
    allowed: Math.floor(ALLOWED_SHARE * input.maxConnections),
  };
}

/**
 * What to say when the platform needs more than it is allowed: Postgres would refuse connections,
 * and runs would fail in their middle.
 * @param stack - for the message
 * @returns nothing when it fits
 */
export function connectionBudgetMistake(
  stack: string,
  input: ConnectionBudgetInput,
): string | undefined {
  const { needed, allowed } = connectionBudget(input);
  if (needed <= allowed) return undefined;
  const fitting = Math.floor((allowed - withoutRuns(input)) / CONNECTIONS.run);
  const connections = Math.ceil(needed / ALLOWED_SHARE);
  const lower = fitting < 1 ? "" : `set it to ${fitting}, or `;
  return (
    `${keyOf(stack, "maxConcurrentRuns")}: ` +
    `${input.maxConcurrentRuns} runs with ${CONNECTIONS.run} connections each and ` +
    `${withoutRuns(input)} for the rest are ${needed}, more than ${allowed}, ` +
    `three quarters of postgresMaxConnections ${input.maxConnections}, ` +
    `${lower}raise postgresMaxConnections to ${connections}`
  );
}

function withoutRuns({ locations, webserverReplicas }: ConnectionBudgetInput): number {
  const { location, webserver, daemon } = CONNECTIONS;
  return location * locations + webserver * webserverReplicas + daemon;
}
