import { CODE_SERVER_PORT, WEBSERVER_PORT } from "../dagster/chart";
import {
  CODE_SERVER_COMPONENT,
  COMPONENT_LABEL,
  DAEMON_COMPONENT,
  LOCATION_LABEL,
  NAMESPACE_LABEL,
  ROLE_LABEL,
  ROLLOUT_ROLE,
  SIGN_IN_ROLE,
  WEBSERVER_COMPONENT,
} from "./podLabels";

/** Port of the sign-in proxy. */
export const SIGN_IN_PORT = 4180;

/** Where a cloud's node answers with its own identity; link-local, the second one AWS' for IPv6. */
const METADATA_IPV4 = "169.254.169.254/32";
const METADATA_IPV6 = "fd00:ec2::254/128";

interface LabelSelector {
  matchLabels?: Record<string, string>;
  matchExpressions?: { key: string; operator: string }[];
}

interface Peer {
  podSelector?: LabelSelector;
  namespaceSelector?: LabelSelector;
  ipBlock?: { cidr: string; except: string[] };
}

interface Port {
  port: number;
  protocol: "TCP";
}

/** `spec` of a NetworkPolicy, as far as it is used here. */
export interface NetworkPolicySpec {
  podSelector: LabelSelector;
  policyTypes: ("Ingress" | "Egress")[];
  ingress?: { from?: Peer[]; ports: Port[] }[];
  egress?: { to: Peer[] }[];
}

/**
 * No pod of the namespace is reached, but by policies that allow it. The kubelet's probes and
 * `kubectl port-forward` come from the pod's own node, and that is always allowed.
 * @see https://kubernetes.io/docs/concepts/services-networking/network-policies/
 */
export const DENY_INGRESS: NetworkPolicySpec = { podSelector: {}, policyTypes: ["Ingress"] };

/**
 * Who may reach whom in the platform's namespace, by role. A code server runs whatever its
 * caller asks, and the webserver has no login: so neither is open to the pods of locations.
 * @param allowMetadata - whether the pods of locations may ask the node's metadata server
 */
export function platformNetworkPolicies(allowMetadata: boolean): Record<string, NetworkPolicySpec> {
  return {
    "deny-ingress": DENY_INGRESS,
    "code-servers": allowIngress(component(CODE_SERVER_COMPONENT), CODE_SERVER_PORT, [
      { podSelector: component(WEBSERVER_COMPONENT) },
      { podSelector: component(DAEMON_COMPONENT) },
    ]),
    webserver: allowIngress(component(WEBSERVER_COMPONENT), WEBSERVER_PORT, [
      { podSelector: role(ROLLOUT_ROLE) },
      { podSelector: role(SIGN_IN_ROLE) },
    ]),
    "sign-in": allowIngress(role(SIGN_IN_ROLE), SIGN_IN_PORT),
    ...(allowMetadata ? {} : { "no-metadata": DENY_METADATA }),
  };
}

/** Pods with `labels` are reached on one port by all pods of one namespace, and by nobody else. */
export function allowFromNamespace(
  labels: Record<string, string>,
  port: number,
  namespace: string,
): NetworkPolicySpec {
  const namespaceSelector = { matchLabels: { [NAMESPACE_LABEL]: namespace } };
  return allowIngress({ matchLabels: labels }, port, [{ namespaceSelector }]);
}

/**
 * A location's pods have an identity of their own; the node's, which the metadata server hands
 * out, is not for them. Everything else stays open, so there is no other egress rule.
 *
 * The namespaces are named besides the addresses, because some networks (Cilium) do not count
 * pods as addresses. Exactly the one address: a node's DNS cache (169.254.20.10) and EKS' identity
 * agent (169.254.170.23) are link-local, too.
 * @see https://github.com/aws/aws-network-policy-agent/pull/321 why both families may stand here
 */
const DENY_METADATA: NetworkPolicySpec = {
  podSelector: { matchExpressions: [{ key: LOCATION_LABEL, operator: "Exists" }] },
  policyTypes: ["Egress"],
  egress: [
    {
      to: [
        { ipBlock: { cidr: "0.0.0.0/0", except: [METADATA_IPV4] } },
        { ipBlock: { cidr: "::/0", except: [METADATA_IPV6] } },
        { namespaceSelector: {} },
      ],
    },
  ],
};

/** Without `from`: everybody, also from outside of the cluster. */
function allowIngress(podSelector: LabelSelector, port: number, from?: Peer[]): NetworkPolicySpec {
  const ports: Port[] = [{ port, protocol: "TCP" }];
  const rule = from === undefined ? { ports } : { from, ports };
  return { podSelector, policyTypes: ["Ingress"], ingress: [rule] };
}

function component(name: string): LabelSelector {
  return { matchLabels: { [COMPONENT_LABEL]: name } };
}

function role(name: string): LabelSelector {
  return { matchLabels: { [ROLE_LABEL]: name } };
}
