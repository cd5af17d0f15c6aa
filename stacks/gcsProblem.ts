import { NoBucketError, StoreError } from "./objectStore";

/** What a call to Google Cloud Storage was about, for the messages. */
export interface GcsCall {
  /** Of the store, `gs://bucket`. */
  readonly url: string;
  /** `read releases/finance.json` */
  readonly action: string;
  /** The rights that it needs, for people. */
  readonly needs: string;
}

interface Known {
  readonly fits: (reason: string, code: string) => boolean;
  readonly text: (reason: string, call: GcsCall) => string;
}

const LOG_IN =
  "run `gcloud auth application-default login`, or give the job or pod workload identity";

const OFFLINE = new Set(["ENOTFOUND", "EAI_AGAIN", "ECONNREFUSED", "ECONNRESET", "ETIMEDOUT"]);

/** What the library says, and what that means here. The first that fits counts. */
const KNOWN: readonly Known[] = [
  {
    fits: (reason) => /could not load the default credentials/i.test(reason),
    text: () => `no credentials for Google Cloud: ${LOG_IN}`,
  },
  {
    fits: (reason) => /^the file at .* does not exist/i.test(reason),
    text: (reason) => `${reason}: correct GOOGLE_APPLICATION_CREDENTIALS, or unset it`,
  },
  {
    // invalid_rapt: the organisation wants a login every few hours.
    fits: (reason, code) => code === "401" || /invalid_(grant|rapt)/.test(reason),
    text: (reason) => `Google Cloud does not accept the credentials (${reason}): ${LOG_IN}`,
  },
  {
    fits: (_reason, code) => code === "403",
    text: (reason, { action, needs }) => `${reason}: to ${action} needs ${needs}`,
  },
  {
    fits: (reason, code) => OFFLINE.has(code) || /network timeout at|socket hang up/.test(reason),
    text: (reason) => `Google Cloud does not answer (${reason}): check network and proxy`,
  },
];

/** What an error of the library means, in one line. What is one of ours already stays. */
export function gcsProblem(error: unknown, call: GcsCall): StoreError {
  const where = `state store ${call.url}: `;
  const reason = reasonOf(error);
  // An error on the way to a token is no answer of the store, whatever its number.
  if (isOfLogin(error) && !/invalid_(grant|rapt)/.test(reason))
    return new StoreError(`${where}no token for Google Cloud (${reason}): ${LOG_IN}`, {
      cause: error,
    });
  const code = codeOf(error);
  if (code === "404") return new NoBucketError(call.url, { cause: error });
  const known = KNOWN.find(({ fits }) => fits(reason, code));
  const text = known?.text(reason, call) ?? `cannot ${call.action}: ${reason}`;
  return new StoreError(where + text, { cause: error });
}

/** HTTP status or name of the system's error; "" when there is neither. */
export function codeOf(error: unknown): string {
  const { code } = (error ?? {}) as { readonly code?: unknown };
  return typeof code === "number" || typeof code === "string" ? String(code) : "";
}

/** gaxios fetches tokens and nothing else; its errors have the request. */
function isOfLogin(error: unknown): boolean {
  return error instanceof Error && "config" in error;
}

const MAX_LENGTH = 300;

/** Downloads answer with a document or with bare text; other calls have it parsed. */
function reasonOf(error: unknown): string {
  const text = error instanceof Error ? error.message || error.name : String(error);
  return (saidIn(text) ?? text).replaceAll(/\s+/g, " ").trim().slice(0, MAX_LENGTH);
}

function saidIn(text: string): string | undefined {
  try {
    const { error } = JSON.parse(text) as { readonly error?: { readonly message?: string } };
    return error?.message;
  } catch {
    return undefined;
  }
}
