import type { z } from "zod";

import type { Answer } from "./answer";

/** Somebody waits: an answer that takes longer is done without. */
export const ANSWER_MS = 5_000;

/** How a server is reached. */
export interface RestServerArgs {
  /** Without a slash at the end. */
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  /** The variable that the token came from; undefined: there is none, and this one would have it. */
  readonly tokenFrom: string | undefined;
  readonly tokenIn: string;
  /** @defaultValue 5 s */
  readonly timeoutMs?: number;
}

/** What a server said; `undefined` as the body: there is no such thing, or nobody may know of it. */
export interface Reply {
  readonly body: string | undefined;
}

/** An API over HTTP that is only read. It never throws: what it does not tell has a reason. */
export class RestServer {
  public readonly host: string;

  public constructor(private readonly args: RestServerArgs) {
    this.host = new URL(args.url).host;
  }

  /** With whose rights it answers, in words. */
  public get access(): string {
    const { tokenFrom, tokenIn } = this.args;
    return tokenFrom === undefined ? `without ${tokenIn}` : `with ${tokenFrom}`;
  }

  /** The text at a path. */
  public async text(
    path: string,
    headers: Readonly<Record<string, string>> = {},
  ): Promise<Answer<Reply>> {
    const { url, timeoutMs = ANSWER_MS } = this.args;
    try {
      const response = await fetch(`${url}${path}`, {
        headers: { ...this.args.headers, ...headers },
        signal: AbortSignal.timeout(timeoutMs),
      });
      const body = await response.text();
      if (response.status === 404) return { value: { body: undefined } };
      return response.ok ? { value: { body } } : { unknown: this.refusal(response) };
    } catch (error) {
      return { unknown: this.silence(error, timeoutMs) };
    }
  }

  /** The data at a path; undefined when there is no such thing, or nobody may know of it. */
  public async json<T>(path: string, schema: z.ZodType<T>): Promise<Answer<T | undefined>> {
    const reply = await this.text(path);
    if ("unknown" in reply) return reply;
    const { body } = reply.value;
    if (body === undefined) return { value: undefined };
    const parsed = schema.safeParse(jsonOf(body));
    return parsed.success
      ? { value: parsed.data }
      : { unknown: `${this.host} answered with something else than its API does` };
  }

  private refusal({ status, headers }: Response): string {
    const { tokenFrom, tokenIn } = this.args;
    const isLimited = status === 429 || headers.get("x-ratelimit-remaining") === "0";
    if (isLimited) return `${this.host} takes no more requests ${this.access} for now`;
    if (status === 401 && tokenFrom !== undefined)
      return `${this.host} does not take the token in ${tokenFrom}`;
    if (status === 401 || status === 403)
      return tokenFrom === undefined
        ? `${this.host} does not tell this without a token in ${tokenIn}`
        : `${this.host} does not tell this to the token in ${tokenFrom}`;
    return `${this.host} answered with HTTP ${status}`;
  }

  private silence(error: unknown, timeoutMs: number): string {
    const { name, cause } = error as { name?: string; cause?: { code?: string } };
    if (name === "TimeoutError") return `${this.host} did not answer in ${timeoutMs / 1000} s`;
    return `${this.host} cannot be reached (${cause?.code ?? "no connection"})`;
  }
}

function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
