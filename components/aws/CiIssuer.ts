import * as iam from "@pulumi/aws/iam";
import * as pulumi from "@pulumi/pulumi";

import { issuerHost } from "./awsNames";
import { AWS_AUDIENCE } from "./trustPolicy";

/** Arguments of {@link CiIssuer}. */
export interface CiIssuerArgs {
  /** Address of the issuer, with `https://`; AWS reads its keys from there. Plain value: identity. */
  readonly issuer: string;
}

/**
 * Trust of the account in a CI system's tokens: roles say whose jobs may take them.
 *
 * Creates an OpenIdConnectProvider. An account has one for each issuer: where another stack or team
 * made it, adopt it; whoever made it takes it away from all. Holds no state and no secret.
 * @example
 * new CiIssuer("github-oidc", { issuer: "https://token.actions.githubusercontent.com" })
 */
export class CiIssuer extends pulumi.ComponentResource {
  readonly providerArn: pulumi.Output<string>;

  constructor(name: string, args: CiIssuerArgs, opts?: pulumi.ComponentResourceOptions) {
    super("dagster-platform:aws:CiIssuer", name, {}, opts);
    this.providerArn = new iam.OpenIdConnectProvider(
      `${name}-provider`,
      // No thumbprints: AWS trusts public authorities, and fetches that of a private one itself.
      { url: `https://${issuerHost(args.issuer)}`, clientIdLists: [AWS_AUDIENCE] },
      { parent: this },
    ).arn;
    this.registerOutputs({ providerArn: this.providerArn });
  }
}
