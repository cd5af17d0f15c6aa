import { SignIn, type SignInArgs } from "../../../components/kubernetes/SignIn";
import { signInPod } from "../../../components/kubernetes/signInPod";
import { mocked, valueOf } from "../mocked";

const ARGS: SignInArgs = {
  namespace: "dagster",
  host: "dagster.example.com",
  issuerUrl: "https://login.example.com",
  emailDomain: "example.com",
  secretName: "dagster-oidc",
  webserverService: "dagster-dagster-webserver",
};

const IMAGE = "quay.io/oauth2-proxy/oauth2-proxy:v7.15.3";
const LABELS = { "dagster-platform/role": "sign-in" };

const make = (args: Partial<SignInArgs> = {}) =>
  mocked(() => new SignIn("sign-in", { ...ARGS, ...args }));

describe("the sign-in", () => {
  it("is made of exactly these", async () => {
    const { names, result, find } = await make();
    expect(names).toEqual([
      "dagster-platform:kubernetes:SignIn sign-in",
      "kubernetes:apps/v1:Deployment sign-in-proxy",
      "kubernetes:core/v1:Service sign-in-service",
      "kubernetes:networking.k8s.io/v1:Ingress sign-in-ingress",
    ]);
    expect(await valueOf(result.url)).toBe("https://dagster.example.com");
    expect(find("sign-in").registeredOutputs).toEqual({ url: "https://dagster.example.com" });
  });

  it("runs twice, on two nodes if there are, with the label that may reach the webserver", async () => {
    const { find } = await make();
    expect(find("sign-in-proxy").inputs).toEqual({
      apiVersion: "apps/v1",
      kind: "Deployment",
      metadata: { name: "sign-in", namespace: "dagster" },
      spec: {
        replicas: 2,
        selector: { matchLabels: LABELS },
        template: {
          metadata: { labels: LABELS },
          spec: {
            ...signInPod({ ...ARGS, image: IMAGE }),
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
    });
  });

  it("is served by https alone, with the controller's class and certificate", async () => {
    const { find } = await make();
    expect(find("sign-in-service").inputs["spec"]).toEqual({
      selector: LABELS,
      ports: [{ name: "http", port: 80, targetPort: 4180 }],
    });
    const backend = { service: { name: "sign-in", port: { name: "http" } } };
    expect(find("sign-in-ingress").inputs).toEqual({
      apiVersion: "networking.k8s.io/v1",
      kind: "Ingress",
      metadata: {
        name: "sign-in",
        namespace: "dagster",
        annotations: { "pulumi.com/skipAwait": "true" },
      },
      spec: {
        rules: [
          {
            host: "dagster.example.com",
            http: { paths: [{ path: "/", pathType: "Prefix", backend }] },
          },
        ],
        tls: [{ hosts: ["dagster.example.com"] }],
      },
    });
  });

  it("takes a class, a certificate, replicas and an image", async () => {
    const { find } = await make({
      ...{ ingressClass: "nginx", tlsSecret: "dagster-tls", replicas: 3, image: "example/proxy:1" },
    });
    expect(find("sign-in-ingress").inputs["spec"]).toMatchObject({
      ingressClassName: "nginx",
      tls: [{ hosts: ["dagster.example.com"], secretName: "dagster-tls" }],
    });
    expect(find("sign-in-proxy").inputs["spec"]).toMatchObject({
      replicas: 3,
      template: { spec: { containers: [{ image: "example/proxy:1" }] } },
    });
  });
});
