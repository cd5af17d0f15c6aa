import { ServerError } from "../serverError";

/**
 * What was asked, if it comes soon: somebody waits.
 * @param who - is asked, for the message
 * @throws ServerError when it takes longer
 */
export async function inTime<T>(asked: Promise<T>, who: string, timeoutMs: number): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_resolve, reject) => {
    timer = setTimeout(() => {
      reject(new ServerError(`${who} did not answer in ${timeoutMs / 1000} s`));
    }, timeoutMs);
  });
  try {
    return await Promise.race([asked, late]);
  } finally {
    clearTimeout(timer);
  }
}
