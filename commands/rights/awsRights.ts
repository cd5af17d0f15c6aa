import type { PolicyDocument, PolicyStatement } from "../../components/aws/policyDocument";
import { awsCloud } from "../../stacks/awsCloud";
import { codeList, markdownTable } from "../markdownTable";
import { type RegisteredResource, registeredResources } from "./registered";
import { LOOKED_UP, sampleStack } from "./sampleStack";

/** By the end of a role's name, in the order of the page. */
const IDENTITIES = {
  "finance-ci": "CI of a location, default branch",
  "finance-pull-request": "CI of a location, pull requests",
  "finance-runtime": "code server and runs of a location",
  "-system": "webserver and daemon",
  "-deploy": "platform's CI, its branch",
  "-preview": "platform's CI, pull requests",
} as const;

/** Who may do what on AWS, made of the roles that the program registers. */
export async function awsRights(root: string): Promise<string> {
  const input = sampleStack("Pulumi.prod.yaml", root);
  const resources = await registeredResources(async () => (await awsCloud(input))(), LOOKED_UP);
  const parts = Object.entries(IDENTITIES).map(([suffix, identity]) => {
    const role = resources.find(
      ({ type, inputs }) =>
        type === "aws:iam/role:Role" && String(inputs["name"]).endsWith(`-${suffix}`),
    );
    if (role === undefined) throw new Error(`no role ends in ${suffix}`);
    return part(identity, role, resources);
  });
  return parts.join("\n\n");
}

function part(
  identity: string,
  role: RegisteredResource,
  resources: readonly RegisteredResource[],
): string {
  const policies = resources.filter(
    ({ type, inputs }) =>
      type === "aws:iam/rolePolicy:RolePolicy" && inputs["role"] === role.inputs["name"],
  );
  const rows = policies
    .flatMap(({ inputs }) => document(inputs["policy"]).Statement)
    .map((statement) => [
      `${statement.Effect === "Deny" ? "**not** " : ""}${codeList(actionsOf(statement))}`,
      codeList((statement.Resource ?? []).map(shortArn)),
      comparisonsOf(statement).join("; "),
    ]);
  return [
    `**${identity}** (\`${String(role.inputs["name"])}\`), taken by:`,
    trustLines(document(role.inputs["assumeRolePolicy"])),
    markdownTable(["may", "on", "if"], rows),
  ].join("\n\n");
}

function document(text: unknown): PolicyDocument {
  return JSON.parse(String(text)) as PolicyDocument;
}

function actionsOf({ Action }: PolicyStatement): readonly string[] {
  return typeof Action === "string" ? [Action] : Action;
}

function trustLines({ Statement }: PolicyDocument): string {
  return Statement.flatMap(comparisonsOf)
    .map((text) => `- ${text}`)
    .join("\n");
}

function comparisonsOf({ Condition = {} }: PolicyStatement): readonly string[] {
  return Object.entries(Condition).flatMap(([operator, keys]) =>
    Object.entries(keys).map(([key, value]) => comparison(operator, key, value)),
  );
}

function comparison(operator: string, key: string, value: string | readonly string[]): string {
  const values = typeof value === "string" ? [value] : value;
  const sign = operator.endsWith("Like") ? "like" : "=";
  return `\`${key}\` ${sign} ${values.map((text) => `\`${shortArn(text)}\``).join(" or ")}`;
}

/** Without account and region, which are the config's. */
function shortArn(text: string): string {
  return text.replace(/^arn:aws:s3:::/, "s3://").replace(/^arn:aws:(\w+):[^:]*:\d*:/, "$1: ");
}
