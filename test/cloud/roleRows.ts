/** Requests to roles, and the full set of all registered roles that may make them. */
import { ACCOUNT_ID, type Context, request } from "./accountRows";
import type { AccessRequest } from "./policyEvaluator";
import { DEPLOY, NOBODY, PLATFORM, type RightsRow } from "./rightsRows";
import { BOUNDARY, CRM_POLICY, MANY_POLICIES } from "./world";

const roleNamed = (name: string, path = "/dagster-platform/prod/") =>
  `arn:aws:iam::${ACCOUNT_ID}:role${path}${name}`;

const OWN = roleNamed("dagster-prod--deploy");
const LOCATIONS_ROLE = roleNamed("dagster-prod-crm-runtime");

const BOUNDED: Context = { "iam:PermissionsBoundary": BOUNDARY };

const LISTED: Context = { ...BOUNDED, "iam:PolicyARN": CRM_POLICY };

const iam = (action: string, resource = LOCATIONS_ROLE, context: Context = {}): AccessRequest =>
  request(`iam:${action}`, resource, context);

/** What makes a role another one. */
const ROLE_CHANGES = [
  ...["AttachRolePolicy", "CreateRole", "DeleteRole", "DeleteRolePermissionsBoundary"],
  ...["DeleteRolePolicy", "DetachRolePolicy", "PutRolePermissionsBoundary", "PutRolePolicy"],
  ...["TagRole", "UntagRole", "UpdateAssumeRolePolicy", "UpdateRole", "UpdateRoleDescription"],
];

/** Of these roles nobody changes anything, whatever the request brings along. */
const KEPT = [
  ["the role that deploys", OWN],
  ["the role that previews", roleNamed("dagster-prod--preview")],
  ["a role outside the path", roleNamed("admin", "/")],
  ["a role of a similar path", roleNamed("x", "/dagster-platform/prod2/")],
  ["a role above the path", roleNamed("x", "/dagster-platform/")],
] as const;

export const KEPT_ROWS: readonly RightsRow[] = KEPT.flatMap(([what, arn]) =>
  ROLE_CHANGES.map((action): RightsRow => [
    `${action} of ${what}`,
    iam(action, arn, LISTED),
    NOBODY,
  ]),
);

/** Of a list that is in several policies: the first, and the last. */
export const MANY_ROWS: readonly RightsRow[] = [MANY_POLICIES[0], MANY_POLICIES.at(-1)].flatMap(
  (policy = ""): readonly RightsRow[] => {
    const context = { ...BOUNDED, "iam:PolicyARN": policy };
    const lab = (name: string) => roleNamed(name, "/dagster-platform/lab/");
    return [
      [`attach ${policy}`, iam("AttachRolePolicy", lab("x"), context), ["dagster-lab--deploy"]],
      [
        `attach ${policy} to a role of prod`,
        iam("AttachRolePolicy", LOCATIONS_ROLE, context),
        NOBODY,
      ],
      [
        `attach ${policy} to itself`,
        iam("AttachRolePolicy", lab("dagster-lab--deploy"), context),
        NOBODY,
      ],
    ];
  },
);

export const ROLE_ROWS: readonly RightsRow[] = [
  ["make a role with the boundary", iam("CreateRole", LOCATIONS_ROLE, BOUNDED), [DEPLOY]],
  ["make a role without it", iam("CreateRole"), NOBODY],
  [
    "make a role with another",
    iam("CreateRole", LOCATIONS_ROLE, { "iam:PermissionsBoundary": CRM_POLICY }),
    NOBODY,
  ],
  [
    "give rights to a role with the boundary",
    iam("PutRolePolicy", LOCATIONS_ROLE, BOUNDED),
    [DEPLOY],
  ],
  ["give rights to a role without it", iam("PutRolePolicy"), NOBODY],
  ["take the boundary away", iam("DeleteRolePermissionsBoundary", LOCATIONS_ROLE, BOUNDED), NOBODY],
  [
    "put another boundary",
    iam("PutRolePermissionsBoundary", LOCATIONS_ROLE, { "iam:PermissionsBoundary": CRM_POLICY }),
    NOBODY,
  ],
  ["attach a listed policy", iam("AttachRolePolicy", LOCATIONS_ROLE, LISTED), [DEPLOY]],
  [
    "attach it to a role without the boundary",
    iam("AttachRolePolicy", LOCATIONS_ROLE, { "iam:PolicyARN": CRM_POLICY }),
    NOBODY,
  ],
  [
    "attach another policy",
    iam("AttachRolePolicy", LOCATIONS_ROLE, {
      ...BOUNDED,
      "iam:PolicyARN": "arn:aws:iam::aws:policy/AdministratorAccess",
    }),
    NOBODY,
  ],
  [
    "attach one of a longer name",
    iam("AttachRolePolicy", LOCATIONS_ROLE, { ...BOUNDED, "iam:PolicyARN": `${CRM_POLICY}2` }),
    NOBODY,
  ],
  ["change who may take a role", iam("UpdateAssumeRolePolicy"), [DEPLOY]],
  ["delete a role", iam("DeleteRole"), [DEPLOY]],
  ["read a role", iam("GetRole"), PLATFORM],
  ["read the role that deploys", iam("GetRole", OWN), PLATFORM],
  [
    "pass a role to pods",
    iam("PassRole", LOCATIONS_ROLE, { "iam:PassedToService": "pods.eks.amazonaws.com" }),
    [DEPLOY],
  ],
  [
    // Its trust has no place for pods, and it cannot change that.
    "pass the role that deploys to pods",
    iam("PassRole", OWN, { "iam:PassedToService": "pods.eks.amazonaws.com" }),
    [DEPLOY],
  ],
  [
    "pass a role to a machine",
    iam("PassRole", LOCATIONS_ROLE, { "iam:PassedToService": "ec2.amazonaws.com" }),
    NOBODY,
  ],
  ["pass a role to anything", iam("PassRole"), NOBODY],
  [
    "pass a role from elsewhere",
    iam("PassRole", roleNamed("admin", "/"), { "iam:PassedToService": "pods.eks.amazonaws.com" }),
    NOBODY,
  ],
  ["take a location's role", request("sts:AssumeRole", LOCATIONS_ROLE), NOBODY],
  ["take the role that deploys", request("sts:AssumeRole", OWN), NOBODY],
  ["change a managed policy", iam("CreatePolicyVersion", CRM_POLICY), NOBODY],
  ["change the boundary", iam("CreatePolicyVersion", BOUNDARY), NOBODY],
  ["make a user", iam("CreateUser", `arn:aws:iam::${ACCOUNT_ID}:user/x`), NOBODY],
  ["make an access key", iam("CreateAccessKey", `arn:aws:iam::${ACCOUNT_ID}:user/x`), NOBODY],
  ["list roles", iam("ListRoles", "*"), NOBODY],
  [
    "trust another issuer",
    iam("CreateOpenIDConnectProvider", `arn:aws:iam::${ACCOUNT_ID}:oidc-provider/evil.example`),
    NOBODY,
  ],
  [
    "take another audience",
    iam(
      "AddClientIDToOpenIDConnectProvider",
      `arn:aws:iam::${ACCOUNT_ID}:oidc-provider/token.actions.githubusercontent.com`,
    ),
    NOBODY,
  ],
];
