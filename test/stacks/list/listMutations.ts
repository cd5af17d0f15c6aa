import fc from "fast-check";
import { anyList } from "./locationArbitraries";

interface Mutation {
  readonly steps: readonly number[];
  readonly value: unknown;
  readonly key: string | null;
}

/** Replaces, removes, renames or adds a value somewhere in a list. */
const mutation: fc.Arbitrary<Mutation> = fc.record({
  steps: fc.array(fc.nat(20), { minLength: 1, maxLength: 5 }),
  value: fc.oneof(
    fc.jsonValue(),
    fc.constantFrom(undefined, null, "", -1, {}, [[]], "../x", "a", "crm", 1, true),
  ),
  key: fc.option(fc.oneof(fc.string(), fc.constantFrom("modul", "name", "dev", "__proto__"))),
});

function mutate(data: unknown, { steps, value, key }: Mutation): unknown {
  const [step, ...rest] = steps;
  if (step === undefined || typeof data !== "object" || data === null) return value;
  const keys = Object.keys(data);
  const at = keys[step % Math.max(1, keys.length)] ?? "x";
  const inner = mutate((data as Record<string, unknown>)[at], { steps: rest, value, key });
  if (Array.isArray(data)) {
    return data.map((item: unknown, index) => (String(index) === at ? inner : item));
  }
  return { ...data, [rest.length === 0 && key !== null ? key : at]: inner };
}

/** A right list with one to three changes; some of them leave it right. */
export const changedList: fc.Arbitrary<unknown> = fc
  .tuple(anyList, fc.array(mutation, { minLength: 1, maxLength: 3 }))
  .map(([list, changes]) => changes.reduce<unknown>(mutate, list));
