import * as pulumi from "@pulumi/pulumi";

import { loadConfig } from "./stacks/config";
import { requireLocations } from "./stacks/locations";
import { platform } from "./stacks/platform";

const config = loadConfig();
const outputs = platform(config, requireLocations(config.locationsFile, pulumi.getStack()));

export const namespace = outputs.namespace;
export const dagsterVersion = outputs.dagsterVersion;
export const locations = outputs.locations;
