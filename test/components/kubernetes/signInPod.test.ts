import { signInPod } from "../../../components/kubernetes/signInPod";

describe("the pod of the sign-in", () => {
  const pod = signInPod({
    image: "quay.io/oauth2-proxy/oauth2-proxy:v7.15.3",
    host: "dagster.example.com",
    issuerUrl: "https://login.example.com",
    emailDomain: "example.com",
    secretName: "dagster-oidc",
    webserverService: "dagster-dagster-webserver",
  });
  const [container] = pod.containers;

  it("has these flags, and no other", () => {
    expect(container?.args).toEqual([
      "--provider=oidc",
      "--oidc-issuer-url=https://login.example.com",
      "--code-challenge-method=S256",
      "--email-domain=example.com",
      "--upstream=http://dagster-dagster-webserver:3000",
      "--upstream-timeout=300s",
      "--http-address=0.0.0.0:4180",
      "--redirect-url=https://dagster.example.com/oauth2/callback",
      "--reverse-proxy=true",
      "--skip-provider-button=true",
      "--cookie-secure=true",
      "--cookie-samesite=lax",
      "--cookie-expire=12h",
      "--session-cookie-minimal=true",
      "--pass-basic-auth=false",
    ]);
  });

  it("has its secrets by name, as environment", () => {
    const secretKeyRef = (key: string) => ({ secretKeyRef: { name: "dagster-oidc", key } });
    expect(container?.env).toEqual([
      { name: "OAUTH2_PROXY_CLIENT_ID", valueFrom: secretKeyRef("client-id") },
      { name: "OAUTH2_PROXY_CLIENT_SECRET", valueFrom: secretKeyRef("client-secret") },
      { name: "OAUTH2_PROXY_COOKIE_SECRET", valueFrom: secretKeyRef("cookie-secret") },
    ]);
  });

  it("runs restricted, writes nowhere, and has no token", () => {
    expect(pod).toMatchObject({
      automountServiceAccountToken: false,
      enableServiceLinks: false,
      securityContext: { runAsNonRoot: true, runAsUser: 1000 },
    });
    expect(container?.securityContext).toEqual({
      allowPrivilegeEscalation: false,
      capabilities: { drop: ["ALL"] },
      readOnlyRootFilesystem: true,
    });
  });

  it("is probed where it asks for no sign-in", () => {
    expect(container?.readinessProbe.httpGet).toEqual({ path: "/ready", port: 4180 });
    expect(container?.livenessProbe.httpGet).toEqual({ path: "/ping", port: 4180 });
  });
});
