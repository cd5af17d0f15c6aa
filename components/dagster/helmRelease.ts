/** Old revisions that Helm keeps for `helm history` and `helm rollback`; its provider keeps all by default. */
const MAX_HISTORY = 10;

/** What a Helm release is made of. */
export interface HelmReleaseInput<Namespace> {
  /** Of the release. */
  readonly name: string;
  readonly namespace: Namespace;
  /** Folder of the chart on this machine. */
  readonly chart: string;
  readonly values: object;
}

/** Arguments of a Helm release, as the platform makes all of them. */
export interface HelmReleaseArgs<Namespace> {
  readonly name: string;
  readonly namespace: Namespace;
  readonly chart: string;
  readonly values: Readonly<Record<string, unknown>>;
  readonly skipAwait: true;
  readonly maxHistory: number;
  readonly cleanupOnFail: true;
  readonly createNamespace: false;
}

/**
 * Arguments of a Helm release.
 *
 * It does not wait, and so is not `atomic`: a location that does not come up would hold one of the engine's few places for minutes,
 * and its error ("timed out") would end the update before the others are applied. A Deployment keeps its old pod until
 * the new one is ready, whoever waits; the `Rollout` at the end waits for all, and says why one fails.
 */
export function helmRelease<Namespace>(
  input: HelmReleaseInput<Namespace>,
): HelmReleaseArgs<Namespace> {
  return {
    name: input.name,
    namespace: input.namespace,
    chart: input.chart,
    values: { ...input.values },
    skipAwait: true,
    maxHistory: MAX_HISTORY,
    cleanupOnFail: true,
    createNamespace: false,
  };
}
