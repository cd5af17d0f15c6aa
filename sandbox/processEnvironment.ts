import type { Location } from "../stacks/list/locationSchema";
import { stateEnvironment } from "./stateServer";

/** Variables of the user's shell that would lead Python and Dagster astray. */
const ASTRAY = ["PYTHONPATH", "PYTHONHOME", "VIRTUAL_ENV", "DAGSTER_IS_DEV_CLI"];

/** Those that would lead to another store than the sandbox's. */
const OTHER_STORE = ["AWS_PROFILE", "AWS_SESSION_TOKEN", "AWS_ENDPOINT_URL_S3"];

/**
 * The user's shell without what would lead Python and Dagster astray.
 * @param besides - further variables to leave out
 */
export function shellEnvironment(besides: readonly string[]): NodeJS.ProcessEnv {
  const foreign = new Set([...ASTRAY, ...besides]);
  return Object.fromEntries(Object.entries(process.env).filter(([name]) => !foreign.has(name)));
}

/** Where the sandbox's servers are, for its processes. */
export interface Addresses {
  readonly endpointUrl: string;
  readonly filesUrl: string;
  readonly dagsterHome: string;
}

/** What every process of the sandbox gets: the user's shell without what would lead it astray. */
export function processEnvironment(addresses: Addresses): NodeJS.ProcessEnv {
  return {
    ...shellEnvironment(OTHER_STORE),
    ...stateEnvironment(addresses.endpointUrl),
    DAGSTER_HOME: addresses.dagsterHome,
    PYTHONUNBUFFERED: "1",
  };
}

/**
 * What the processes of one location get besides: the variables of the list, with `${SANDBOX_FILES_URL}` filled in,
 * the address at which the sandbox serves that location's checkout.
 */
export function locationEnvironment(location: Location, addresses: Addresses): NodeJS.ProcessEnv {
  const url = `${addresses.filesUrl}/${location.name}`;
  const env = processEnvironment(addresses);
  for (const [name, value] of Object.entries(location.env))
    env[name] = value.replaceAll("${SANDBOX_FILES_URL}", url);
  return env;
}
