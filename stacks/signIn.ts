import type { ComponentResourceOptions } from "@pulumi/pulumi";

import { systemNames } from "../components/dagster/chart";
import { SignIn } from "../components/kubernetes/SignIn";
import type { PlatformConfig } from "./config";
import { SYSTEM_RELEASE } from "./platformNames";

/** The ingress with its sign-in, when the config has one: the checks of the config see to it that the keys are complete. */
export function signIn(config: PlatformConfig, opts: ComponentResourceOptions): void {
  const { ingressHost: host, oidcIssuerUrl, oidcSecret, oidcEmailDomain } = config;
  if (!host || !oidcIssuerUrl || !oidcSecret || !oidcEmailDomain) return;
  new SignIn(
    "sign-in",
    {
      ...{ namespace: config.namespace, host, issuerUrl: oidcIssuerUrl },
      ...{ emailDomain: oidcEmailDomain, secretName: oidcSecret },
      webserverService: systemNames(SYSTEM_RELEASE).webserver,
      ...(config.ingressClass === undefined ? {} : { ingressClass: config.ingressClass }),
      ...(config.ingressTlsSecret === undefined ? {} : { tlsSecret: config.ingressTlsSecret }),
    },
    opts,
  );
}
