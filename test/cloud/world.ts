/** What the registered stacks and those who ask them have in common, written by hand. */

export const ACCOUNT = { accountId: "123456789012", region: "eu-central-1" } as const;

export const LOCATION_WORKFLOW_REF =
  "acme/dagster-platform/.github/workflows/location.yml@refs/heads/main";

export const PLATFORM_WORKFLOW_REF =
  "acme/dagster-platform/.github/workflows/platform.yml@refs/heads/main";

export const BUCKET = "acme-dagster-prod";

export const KEY_ARN =
  "arn:aws:kms:eu-central-1:123456789012:key/11111111-2222-3333-4444-555555555555";

/** Issuer of the cluster of `lab`, whose pods come by IRSA. */
export const CLUSTER_ISSUER = "https://oidc.eks.eu-central-1.amazonaws.com/id/AB12";

/** What code of location `crm` may do besides. */
export const CRM_POLICY = "arn:aws:iam::123456789012:policy/crm-read";

export const BOUNDARY = "arn:aws:iam::123456789012:policy/boundary";

/** More than fit into a role's own policy, for `lab`. */
export const MANY_POLICIES = Array.from({ length: 120 }, (_, n) => `${CRM_POLICY}-${n}`);
