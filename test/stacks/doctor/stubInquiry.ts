import type { PlatformConfig } from "../../../stacks/config";
import type { Inquiry } from "../../../stacks/doctor/inquiry";
import type { DoctorPlace } from "../../../stacks/doctor/place";
import type { Location } from "../../../stacks/list/locationSchema";
import { parseLocations } from "../../../stacks/locations";
import type { RepositoryApi, RepositoryFacts } from "../../../stacks/repositories/repositoryApi";
import { ServerError } from "../../../stacks/serverError";
import { NOW } from "./records";

const FACTS: RepositoryFacts = {
  ...{ repository: "acme/crm", repositoryId: 700, ownerId: 10, defaultBranch: "main" },
  ...{ isPrivate: true, isArchived: false },
};

const nobody = () => Promise.reject(new ServerError("nobody is there"));

const LIST =
  "locations: [{ name: crm, repository: acme/crm, module: crm, provider: gitlab, refresh: { schedule: 0 6 * * * } }]";

/** An inquiry of `crm`, which is on GitLab, into a platform of which nothing answers but what is given. */
export function stubInquiry(
  place: Partial<DoctorPlace> = {},
  api: Partial<RepositoryApi> = {},
  facts: Awaited<ReturnType<RepositoryApi["facts"]>> = { value: FACTS },
): Inquiry {
  const { locations } = parseLocations(LIST, { file: "locations.yaml", stack: "prod" });
  const [location] = locations as readonly [Location];
  const unknown = { unknown: "not asked" };
  const known = "value" in facts && facts.value !== undefined ? { value: facts.value } : unknown;
  return {
    ...{ name: "crm", now: NOW, location, platform: undefined, files: undefined },
    timeoutMs: 60_000,
    place: {
      ...{ stack: "prod", listFile: "locations.yaml", protocol: "s3", callers: "callers" },
      config: { cloud: "aws", awsAccountId: "123456789012", region: "eu-west-1" } as PlatformConfig,
      list: { locations, mistakes: [] },
      ciFiles: () => [],
      read: () => undefined,
      ...{ state: nobody, records: nobody, deployments: nobody, dagster: nobody },
      problemOf: () => undefined,
      ...{ deploy: "run up", logs: () => "see logs", close: () => Promise.resolve(), ...place },
    },
    own: {
      repository: "acme/crm",
      facts: () => Promise.resolve(known),
      lastRun: () => Promise.resolve(unknown),
      api: {
        source: "gitlab.test",
        facts: () => Promise.resolve(facts),
        file: () => Promise.resolve(unknown),
        lastRun: () => Promise.resolve(unknown),
        hasSecret: () => Promise.resolve(unknown),
        schedules: () => Promise.resolve(unknown),
        workflowAccess: () => Promise.resolve(unknown),
        ...api,
      },
    },
    release: place.records === undefined ? nobody : () => Promise.resolve(undefined),
  };
}
