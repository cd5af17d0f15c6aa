import { gcpCloud } from "../../stacks/gcpCloud";
import { codeList, markdownTable } from "../markdownTable";
import { type RegisteredResource, registeredResources } from "./registered";
import { LOOKED_UP, sampleStack } from "./sampleStack";

/** By the end of a member's name, in the order of the page. */
const IDENTITIES = {
  "/github:location:700000003:refs/heads/main": "CI of a location, default branch",
  "/github:location:700000003:pull_request": "CI of a location, pull requests",
  "dagster-prod-finance@acme-data.iam.gserviceaccount.com": "code server and runs of a location",
  "dagster-prod--system@acme-data.iam.gserviceaccount.com": "webserver and daemon",
  "/github:platform:700000001:refs/heads/main": "platform's CI, its branch",
  "/github:platform:700000001:pull_request": "platform's CI, pull requests",
} as const;

/** Who may do what on Google Cloud, made of the grants that the program registers. */
export async function gcpRights(root: string): Promise<string> {
  const input = sampleStack("docs/gcp/Pulumi.prod.yaml", root);
  const resources = await registeredResources(async () => (await gcpCloud(input))(), LOOKED_UP);
  const grants = resources.filter(({ inputs }) => typeof inputs["member"] === "string");
  const unknown = new Set(grants.map(({ inputs }) => String(inputs["member"])));
  const parts = Object.entries(IDENTITIES).map(([suffix, identity]) => {
    const own = grants.filter(({ inputs }) => String(inputs["member"]).endsWith(suffix));
    const member = String(own[0]?.inputs["member"]);
    unknown.delete(member);
    const rows = own.map((grant) => [permissionsOf(grant, resources), placeOf(grant), ifOf(grant)]);
    return [
      `**${identity}** (\`${shortMember(member)}\`)`,
      markdownTable(["may", "on", "if"], rows),
    ].join("\n\n");
  });
  // Pods take their service account's place.
  for (const member of unknown)
    if (!/\.svc\.id\.goog\[/.test(member)) throw new Error(`${member} is on no list`);
  return parts.join("\n\n");
}

/** Of a custom role, what is in it; of Google's, its name. */
function permissionsOf(
  { inputs }: RegisteredResource,
  resources: readonly RegisteredResource[],
): string {
  const role = String(inputs["role"]);
  const custom = resources.find(
    ({ type, inputs: made }) =>
      type.endsWith(":IAMCustomRole") && role.endsWith(`/roles/${String(made["roleId"])}`),
  );
  return codeList(custom === undefined ? [role] : (custom.inputs["permissions"] as string[]));
}

function placeOf({ type, inputs }: RegisteredResource): string {
  const { bucket, managedFolder, repository } = inputs as Readonly<Record<string, string>>;
  if (managedFolder !== undefined) return `\`gs://${bucket ?? ""}/${managedFolder}\``;
  if (bucket !== undefined) return `\`gs://${bucket}\``;
  if (type.includes("artifactregistry")) return `repository \`${repository ?? ""}\``;
  return "project";
}

function ifOf({ inputs }: RegisteredResource): string {
  const { expression } = (inputs["condition"] ?? {}) as { readonly expression?: string };
  return expression === undefined ? "" : `\`${expression}\``;
}

function shortMember(member: string): string {
  return member.replace(/^principal:.*\/subject\//, "subject ");
}
