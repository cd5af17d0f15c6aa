import type { LocationList } from "./locationList";
import type { StackEntry } from "./stackEntries";

/** Who keeps the identities of a stack. */
export type Cloud = "none" | "aws" | "gcp";

/** What an entry needs where its CI and its pods have identities, and what excludes each other there. */
export function checkCloud(list: LocationList, entry: StackEntry, cloud: Cloud): void {
  checkAdoptedIdentity(list, entry);
  if (cloud !== "none") checkIds(list, entry, cloud);
}

/** An identity is made with these rights, or it is there with its own. */
function checkAdoptedIdentity({ mistakes }: LocationList, { merged, originOf }: StackEntry): void {
  const { aws = [], gcp = [], awsRole, gcpServiceAccount } = merged.access ?? {};
  const rule = (rights: string) =>
    `cannot stand beside ${rights}: this program gives rights only to identities that it makes`;
  if (awsRole !== undefined && aws.length > 0) {
    const fix = "attach the policies to the role yourself, or remove awsRole";
    mistakes.add(originOf("access", "awsRole"), { rule: rule("aws"), fix }, awsRole);
  }
  if (gcpServiceAccount !== undefined && gcp.length > 0) {
    const fix = "grant the roles to the account yourself, or remove gcpServiceAccount";
    const at = originOf("access", "gcpServiceAccount");
    mistakes.add(at, { rule: rule("gcp"), fix }, gcpServiceAccount);
  }
}

const ID_FIELDS = { repositoryId: ".id", ownerId: ".owner.id" } as const;

/** A name can be given up and taken over by somebody else; an id cannot. */
function checkIds({ mistakes }: LocationList, { merged, listed }: StackEntry, cloud: Cloud): void {
  if (merged.repository === undefined) return;
  for (const key of ["repositoryId", "ownerId"] as const) {
    // A wrong one has its own mistake.
    if (merged[key] !== undefined || listed.keys.includes(key)) continue;
    const rule = `is required with cloud ${cloud}: the trust in the repository's CI is bound to it`;
    const command = `\`gh api repos/${merged.repository} --jq ${ID_FIELDS[key]}\``;
    const fix =
      merged.provider === "gitlab"
        ? `write the id that the page of the ${key === "ownerId" ? "group" : "project"} shows`
        : `write what ${command} says`;
    mistakes.add([...listed.path, key], { rule, fix }, undefined);
  }
}
