import { Platform } from "./platform";
import { findTool } from "./tools";

/** One platform for all tests of a file; where act is not, none is started, and no test runs. */
export function platformOnAct(): () => Platform {
  // A run is some seconds of work, and there may be several at once.
  jest.setTimeout(180_000);
  let platform: Platform | undefined;
  beforeAll(async () => {
    if (findTool("act") !== undefined) platform = await Platform.start();
  });
  afterAll(async () => {
    await platform?.stop();
  });
  return () => {
    if (platform === undefined) throw new Error("the platform is not started");
    return platform;
  };
}
