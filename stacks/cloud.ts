import type * as pulumi from "@pulumi/pulumi";

import type { PlatformConfig } from "./config";
import type { Location } from "./list/locationSchema";

/** What the things of a cloud are made of. */
export interface CloudInput {
  readonly config: PlatformConfig;
  readonly stack: string;
  /** For this stack. */
  readonly locations: readonly Location[];
}

/** A database that is made in the cloud. */
export interface CloudDatabase {
  /** Name in the DNS; or {@link ipAddress}. */
  readonly hostName?: pulumi.Output<string>;
  readonly ipAddress?: pulumi.Output<string>;
  readonly port: number;
  /** Secret. */
  readonly password: pulumi.Output<string>;
}

/** What is known of a ServiceAccount's identity in the cloud. */
export interface PodIdentity {
  /** Annotations of the ServiceAccount; plain, they decide Helm's values. */
  readonly annotations: Readonly<Record<string, string>>;
  /** Is there before the first pod: what a pod may do is settled when it is made. */
  readonly resource: pulumi.Resource;
}

/** What a cloud gives to a platform: bucket, identities, image repositories, and a database. */
export interface CloudParts {
  /** Undefined: the database is given by name. */
  readonly database?: CloudDatabase;
  /** Who deploys from CI, as the cluster knows him; undefined: nobody that we know of. */
  readonly deployer?: { readonly kind: "Group" | "User"; readonly name: pulumi.Input<string> };
  /** By name of the ServiceAccount. */
  readonly pods: ReadonlyMap<string, PodIdentity>;
  /** All that is made. */
  readonly parts: readonly pulumi.Resource[];
}

/**
 * Looks up what a stack takes by name, and then knows how to make the rest. Its provider is the first of all resources.
 * @throws InvalidInputError with everything that is not there
 */
export type CloudProgram = (input: CloudInput) => Promise<() => CloudParts>;

/** Both SDKs are large: each is loaded for its own cloud only. */
export async function cloudProgram({ cloud }: PlatformConfig): Promise<CloudProgram | undefined> {
  if (cloud === "aws") return (await import("./awsCloud")).awsCloud;
  if (cloud === "gcp") return (await import("./gcpCloud")).gcpCloud;
  return undefined;
}
