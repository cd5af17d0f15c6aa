import { WEBSERVER_PORT } from "../dagster/chart";
import { RESTRICTED_CONTAINER, restrictedPod } from "../dagster/podSecurity";
import { resourceRequirements } from "../dagster/resources";
import { SIGN_IN_PORT } from "./networkPolicies";

/** Name of the Deployment, the Service and the Ingress. */
export const SIGN_IN = "sign-in";

/** All that decides the pod of the sign-in proxy. */
export interface SignInPodInput {
  readonly image: string;
  /** Host name that browsers use. */
  readonly host: string;
  readonly issuerUrl: string;
  /** Whoever has an address of this domain is let in. */
  readonly emailDomain: string;
  /** Secret with the keys client-id, client-secret and cookie-secret. */
  readonly secretName: string;
  /** Service of the webserver, in the same namespace. */
  readonly webserverService: string;
}

/**
 * Flags of oauth2-proxy. Its default passes websockets on, which Dagster's page uses.
 * @see https://oauth2-proxy.github.io/oauth2-proxy/configuration/overview
 */
export function signInArguments(input: Omit<SignInPodInput, "image" | "secretName">): string[] {
  return [
    "--provider=oidc",
    `--oidc-issuer-url=${input.issuerUrl}`,
    "--code-challenge-method=S256",
    `--email-domain=${input.emailDomain}`,
    `--upstream=http://${input.webserverService}:${WEBSERVER_PORT}`,
    // Loading a location again takes longer than the 30 s that are its default.
    "--upstream-timeout=300s",
    `--http-address=0.0.0.0:${SIGN_IN_PORT}`,
    `--redirect-url=https://${input.host}/oauth2/callback`,
    "--reverse-proxy=true",
    "--skip-provider-button=true",
    "--cookie-secure=true",
    // Another site cannot launch runs in the name of whoever visits it.
    "--cookie-samesite=lax",
    // Who has left is locked out after a working day; the default is a week.
    "--cookie-expire=12h",
    // Who has signed in, without the issuer's tokens: they do not fit into a controller's buffers.
    "--session-cookie-minimal=true",
    // Dagster takes no credentials.
    "--pass-basic-auth=false",
  ];
}

/** `spec` of the sign-in proxy's pod. */
export function signInPod(input: SignInPodInput) {
  const secretEnv = (name: string, key: string) => {
    return { name, valueFrom: { secretKeyRef: { name: input.secretName, key } } };
  };
  return {
    automountServiceAccountToken: false,
    enableServiceLinks: false,
    securityContext: restrictedPod(),
    containers: [
      {
        name: SIGN_IN,
        image: input.image,
        imagePullPolicy: "IfNotPresent",
        args: signInArguments(input),
        env: [
          secretEnv("OAUTH2_PROXY_CLIENT_ID", "client-id"),
          secretEnv("OAUTH2_PROXY_CLIENT_SECRET", "client-secret"),
          secretEnv("OAUTH2_PROXY_COOKIE_SECRET", "cookie-secret"),
        ],
        ports: [{ name: "http", containerPort: SIGN_IN_PORT }],
        readinessProbe: probe("/ready", 10, 3),
        livenessProbe: probe("/ping", 30, 5),
        resources: resourceRequirements({ cpu: "50m", memoryMiB: 128 }),
        securityContext: { ...RESTRICTED_CONTAINER, readOnlyRootFilesystem: true },
      },
    ],
  };
}

function probe(path: string, periodSeconds: number, failureThreshold: number) {
  const httpGet = { path, port: SIGN_IN_PORT };
  return { httpGet, periodSeconds, timeoutSeconds: 5, failureThreshold };
}
