import { locationRoleName, roleArn, rolePath } from "../../components/aws/awsNames";
import { githubCallerPath } from "../../components/ci/githubCaller";
import { ciPoolId, ciProviderName } from "../../components/gcp/gcpNames";
import type { PlatformConfig } from "../config";
import { given } from "../given";
import type { Location } from "../list/locationSchema";
import type { Check } from "./checks";
import { type Finding, findingOf } from "./finding";
import type { AskedRepository, Inquiry } from "./inquiry";
import { ciCheck } from "./repositoryChecks";
import { ciRunFinding, identityFinding, type IdentityNames } from "./runFindings";

/** What CI has done, and as whom. */
export function runChecks(inquiry: Inquiry): readonly Check[] {
  return [
    ciCheck(inquiry, "last run of CI", async (location, own) =>
      findingOf(await lastRun(location, own), (run) => ciRunFinding(run, location.defaultBranch)),
    ),
    ciCheck(inquiry, "identity of CI", (location, own) => identityCheck(inquiry, location, own)),
  ];
}

function lastRun(location: Location, { lastRun: ask }: AskedRepository) {
  const file = githubCallerPath(location).split("/").at(-1) ?? "";
  return ask(location.defaultBranch, file);
}

async function identityCheck(
  { place, release }: Inquiry,
  location: Location,
  own: AskedRepository,
): Promise<Finding> {
  const { config, stack } = place;
  if (config === undefined) throw new Error("a sandbox has no identities");
  const [found, run] = await Promise.all([
    // Without the record the run alone is the evidence.
    release().catch(() => undefined),
    lastRun(location, own),
  ]);
  const record = found !== undefined && "record" in found ? found.record : undefined;
  return identityFinding(
    identityNames(config, stack, location),
    record,
    "value" in run ? run.value : undefined,
  );
}

function identityNames(config: PlatformConfig, stack: string, location: Location): IdentityNames {
  if (config.cloud === "aws") {
    const account = { accountId: given(config, "awsAccountId"), region: given(config, "region") };
    const role = locationRoleName(stack, location.name, "ci");
    const command = `aws iam get-role --role-name ${role}`;
    return { cloud: "aws", name: roleArn(account, rolePath(stack), role), command };
  }
  const number = given(config, "gcpProjectNumber");
  const provider = ciProviderName(number, ciPoolId(stack), location.provider);
  const command = `gcloud iam workload-identity-pools providers describe ${provider}`;
  return { cloud: "gcp", name: `the subject of ${location.name} in ${provider}`, command };
}
