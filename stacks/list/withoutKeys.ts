/** The same map without some of its keys. */
export function withoutKeys<T extends object, K extends keyof T>(
  map: T,
  ...keys: readonly K[]
): Omit<T, K> {
  const kept = Object.entries(map).filter(([key]) => !keys.includes(key as K));
  return Object.fromEntries(kept) as Omit<T, K>;
}
