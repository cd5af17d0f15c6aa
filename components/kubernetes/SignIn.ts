import * as k8s from "@pulumi/kubernetes";
import * as pulumi from "@pulumi/pulumi";

import { SIGN_IN_PORT } from "./networkPolicies";
import { ROLE_LABEL, SIGN_IN_ROLE } from "./podLabels";
import { SIGN_IN, signInPod } from "./signInPod";

/** Arguments of {@link SignIn}. */
export interface SignInArgs {
  /** Namespace of the webserver. */
  readonly namespace: pulumi.Input<string>;
  /** Host name that browsers use. Plain value. */
  readonly host: string;
  /** OpenID Connect issuer, https; asked for its configuration when a pod starts. Plain value. */
  readonly issuerUrl: string;
  /** Whoever has a verified address of this domain is let in. Plain value. */
  readonly emailDomain: string;
  /**
   * Existing Secret in the namespace with `client-id`, `client-secret` and `cookie-secret` (16, 24
   * or 32 bytes). Plain value.
   */
  readonly secretName: string;
  /** Service of the webserver. Plain value. */
  readonly webserverService: string;
  /** IngressClass. @defaultValue - the cluster's default */
  readonly ingressClass?: string;
  /**
   * Existing Secret in the namespace, of type kubernetes.io/tls.
   * @defaultValue - the certificate of the ingress controller
   */
  readonly tlsSecret?: string;
  /** From 1. @defaultValue 2 */
  readonly replicas?: number;
  /** @defaultValue "quay.io/oauth2-proxy/oauth2-proxy:v7.15.3" */
  readonly image?: string;
}

const DEFAULTS = {
  replicas: 2,
  // renovate: datasource=docker depName=quay.io/oauth2-proxy/oauth2-proxy
  image: "quay.io/oauth2-proxy/oauth2-proxy:v7.15.3",
} as const;

const LABELS = { [ROLE_LABEL]: SIGN_IN_ROLE };

/**
 * Sign-in with OpenID Connect in front of Dagster's webserver, which has no login: oauth2-proxy,
 * through which everything goes. It works with every ingress controller, as annotations for
 * authentication do not.
 *
 * Creates a Deployment, a Service and an Ingress (https). State: none, a session is a cookie.
 * Secret: by name only; after a change of it, restart the Deployment.
 * @example
 * new SignIn("sign-in", {
 *   namespace: "dagster",
 *   host: "dagster.example.com",
 *   issuerUrl: "https://login.example.com",
 *   emailDomain: "example.com",
 *   secretName: "dagster-oidc",
 *   webserverService: "dagster-dagster-webserver",
 * })
 */
export class SignIn extends pulumi.ComponentResource {
  /** Address for browsers. */
  readonly url: pulumi.Output<string>;

  constructor(name: string, args: SignInArgs, opts?: pulumi.ComponentResourceOptions) {
    super("dagster-platform:kubernetes:SignIn", name, {}, opts);
    const child = { parent: this };
    new k8s.apps.v1.Deployment(`${name}-proxy`, deploymentArgs(args), child);
    const service = new k8s.core.v1.Service(`${name}-service`, serviceArgs(args), child);
    new k8s.networking.v1.Ingress(
      `${name}-ingress`,
      ingressArgs(args, service.metadata.name),
      child,
    );
    this.url = pulumi.output(`https://${args.host}`);
    this.registerOutputs({ url: this.url });
  }
}

function deploymentArgs(args: SignInArgs): k8s.apps.v1.DeploymentArgs {
  return {
    metadata: { name: SIGN_IN, namespace: args.namespace },
    spec: {
      replicas: args.replicas ?? DEFAULTS.replicas,
      selector: { matchLabels: LABELS },
      template: {
        metadata: { labels: LABELS },
        spec: {
          ...signInPod({ ...args, image: args.image ?? DEFAULTS.image }),
          topologySpreadConstraints: [
            {
              maxSkew: 1,
              topologyKey: "kubernetes.io/hostname",
              whenUnsatisfiable: "ScheduleAnyway",
              labelSelector: { matchLabels: LABELS },
            },
          ],
        },
      },
    },
  };
}

function serviceArgs({ namespace }: SignInArgs): k8s.core.v1.ServiceArgs {
  const ports = [{ name: "http", port: 80, targetPort: SIGN_IN_PORT }];
  return { metadata: { name: SIGN_IN, namespace }, spec: { selector: LABELS, ports } };
}

function ingressArgs(
  args: SignInArgs,
  service: pulumi.Output<string>,
): k8s.networking.v1.IngressArgs {
  const { host, tlsSecret } = args;
  const backend = { service: { name: service, port: { name: "http" } } };
  return {
    // Not every controller reports an address, and the provider would wait for one.
    metadata: {
      name: SIGN_IN,
      namespace: args.namespace,
      annotations: { "pulumi.com/skipAwait": "true" },
    },
    spec: {
      ...(args.ingressClass === undefined ? {} : { ingressClassName: args.ingressClass }),
      rules: [{ host, http: { paths: [{ path: "/", pathType: "Prefix", backend }] } }],
      tls: [{ hosts: [host], ...(tlsSecret === undefined ? {} : { secretName: tlsSecret }) }],
    },
  };
}
