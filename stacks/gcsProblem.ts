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

/** The library's errors, and those of the library that fetches tokens. */
interface GoogleError {
  readonly code?: unknown;
  /** The request of a token; a storage request's is elsewhere. */
  readonly config?: unknown;
  readonly response?: { readonly data?: { readonly error?: { readonly message?: unknown } } };
}

const LOG_IN =
  "run `gcloud auth application-default login`, or give the job or pod workload identity";

const OFFLINE = new Set(["ENOTFOUND", "EAI_AGAIN", "ECONNREFUSED", "ECONNRESET", "ETIMEDOUT"]);

/**
 * What an error of a call means, in one line. It is not kept as a `cause`: it holds the request, and so the token.
 */
export function gcsProblem(error: unknown, { url, action, needs }: GcsCall): StoreError {
  if (isOfLogin(error)) return gcsLoginProblem(error, url);
  const reason = reasonOf(error);
  switch (statusOf(error)) {
    case 401:
      return gcsLoginProblem(error, url);
    case 403:
      return problem(url, `${reason}: to ${action} needs ${needs}`);
    case 404:
      return new NoBucketError(url);
    default:
      return problem(url, noAnswer(error, reason) ?? `cannot ${action}: ${reason}`);
  }
}

/** What an error on the way to a token means, in one line. */
export function gcsLoginProblem(error: unknown, url: string): StoreError {
  const reason = reasonOf(error);
  const offline = noAnswer(error, reason);
  if (offline !== undefined) return problem(url, offline);
  if (reason.includes("Could not load the default credentials"))
    return problem(url, `no credentials for Google Cloud: ${LOG_IN}`);
  if (/^The file at .* does not exist/.test(reason))
    return problem(url, `${reason}: correct GOOGLE_APPLICATION_CREDENTIALS, or unset it`);
  return problem(url, `Google Cloud does not accept the credentials (${reason}): ${LOG_IN}`);
}

/** The HTTP status that the store answers with; none for an error on the way to a token. */
export function statusOf(error: unknown): number | undefined {
  const { code } = parts(error);
  return isOfLogin(error) || !/^\d{3}$/.test(String(code)) ? undefined : Number(code);
}

function isOfLogin(error: unknown): boolean {
  return parts(error).config !== undefined;
}

function noAnswer(error: unknown, reason: string): string | undefined {
  const isSilent =
    OFFLINE.has(String(parts(error).code)) || /network timeout at|socket hang up/.test(reason);
  return isSilent ? `Google Cloud does not answer (${reason}): check network and proxy` : undefined;
}

function problem(url: string, text: string): StoreError {
  return new StoreError(`state store ${url}: ${text}`);
}

const MAX_LENGTH = 300;

function reasonOf(error: unknown): string {
  const text = error instanceof Error ? error.message || error.name : String(error);
  const detail = parts(error).response?.data?.error?.message;
  const said = typeof detail === "string" ? detail : (saidIn(text) ?? text);
  return said.replaceAll(/\s+/g, " ").trim().slice(0, MAX_LENGTH);
}

/** A download's error is the answer as it came: a document, or bare text. */
function saidIn(text: string): string | undefined {
  try {
    const { error } = JSON.parse(text) as { readonly error?: { readonly message?: string } };
    return error?.message;
  } catch {
    return undefined;
  }
}

function parts(error: unknown): GoogleError {
  return typeof error === "object" && error !== null ? error : {};
}
