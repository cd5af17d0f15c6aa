import { createServer, connect } from "node:net";

/** All servers of the sandbox listen here, and nowhere else. */
export const LOOPBACK = "127.0.0.1";

/** A port that is free now: the wanted one if it can be had, else any. */
export async function freePort(wanted = 0): Promise<number> {
  const port = await tryPort(wanted);
  if (port !== undefined) return port;
  const other = await tryPort(0);
  if (other === undefined) throw new Error(`no free port on ${LOOPBACK}`);
  return other;
}

function tryPort(port: number): Promise<number | undefined> {
  return new Promise((resolve) => {
    const server = createServer();
    server.once("error", () => {
      resolve(undefined);
    });
    server.listen(port, LOOPBACK, () => {
      const address = server.address();
      server.close(() => {
        resolve(address !== null && typeof address === "object" ? address.port : undefined);
      });
    });
  });
}

/** True when something accepts connections there. */
export function answers(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect({ host: LOOPBACK, port });
    const end = (result: boolean) => () => {
      socket.destroy();
      resolve(result);
    };
    socket.once("connect", end(true));
    socket.once("error", end(false));
  });
}

/** Asks `check` again and again, until it is true or `stop` is. @returns whether it became true */
export async function poll(
  check: () => boolean | Promise<boolean>,
  stop: () => boolean,
  everyMs = 100,
): Promise<boolean> {
  for (;;) {
    if (await check()) return true;
    if (stop()) return false;
    await new Promise((resolve) => setTimeout(resolve, everyMs));
  }
}
