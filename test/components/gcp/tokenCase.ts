import type { Identity } from "./program";
import type { Claims } from "./tokenExchange";

/** `refused`: no token of Google. `nobody`: a principal that has no grant. */
export type Answer = Identity | "nobody" | "refused";
/** What the job is, its token, and what it becomes. */
export type Case = readonly [string, Claims, Answer];
