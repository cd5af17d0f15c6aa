const INTERVAL_MS = 1000;

/**
 * Ends this program soon after the engine that started it was killed. The SDK goes on asking an engine that is gone: after a `kill -9` of the
 * engine alone, the program used most of a core and 9 GB an hour later (SDK 3.248).
 */
export function endWithEngine(): void {
  const parent = process.ppid;
  setInterval(() => {
    // Whoever adopts an orphan is not the parent.
    if (process.ppid !== parent) process.exit(1);
  }, INTERVAL_MS).unref();
}
