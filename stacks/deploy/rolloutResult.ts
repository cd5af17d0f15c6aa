import { z } from "zod";

const reasons = z.record(z.string(), z.string());

const result = z.strictObject({
  /** Names of the locations that are served as wanted. */
  served: z.array(z.string()),
  /** Those that are not, with the first line of the reason. Who is in neither: nothing is known. */
  failed: reasons,
  /** Webserver and daemon, if one is not ready. */
  system: reasons,
});

/** What the Job at the end of an update has found out, `components/dagster/rollout/main.py`. */
export type RolloutResult = Readonly<z.infer<typeof result>>;

/**
 * The result in a Job's log.
 * @returns undefined when it ended before it had one: it was stopped, or could not ask the cluster
 */
export function rolloutResult(log: string): RolloutResult | undefined {
  const line = /^result: (\{.*\})$/m.exec(log)?.[1];
  return line === undefined ? undefined : result.parse(JSON.parse(line));
}
