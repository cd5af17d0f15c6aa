import * as pulumi from "@pulumi/pulumi";

import { endWithEngine } from "./stacks/endWithEngine";
import { platform } from "./stacks/platform";
import { readPlatformInput } from "./stacks/platformInput";

endWithEngine();
const outputs = pulumi.output(readPlatformInput().then(platform));

export const namespace = outputs.namespace;
export const dagsterVersion = outputs.dagsterVersion;
export const locations = outputs.locations;
export const unreleased = outputs.unreleased;
export const webserverUrl = outputs.webserverUrl;
export const openWebserver = outputs.openWebserver;
export const stateStore = outputs.stateStore;
