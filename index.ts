import { endWithEngine } from "./stacks/endWithEngine";
import { platform, type PlatformOutputs } from "./stacks/platform";
import { readPlatformInput } from "./stacks/platformInput";

endWithEngine();

/** The engine calls it; what it returns are the stack's outputs. */
export = async (): Promise<PlatformOutputs> => platform(await readPlatformInput());
