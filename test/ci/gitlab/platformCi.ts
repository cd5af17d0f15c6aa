import { releaseDigest, writeDeployment } from "../../../stacks/deploy/deployments";
import type { S3Store } from "../../../stacks/s3Store";
import type { ApiAnswer, ApiRequest } from "../../components/ci/apiServer";
import { PLATFORM } from "./renderedFiles";

/** Where the API has a pipeline started. */
export const TRIGGER = `POST /api/v4/projects/${PLATFORM.id}/trigger/pipeline`;

/** The token that may start it. */
export const DEPLOY_TOKEN = "glptt-of-the-platform";

/** A release record, as far as the tests look at it. */
export interface StoredRelease {
  readonly location: string;
  readonly image: string;
  readonly commit: string;
  readonly releasedAt: string;
  readonly defsState: {
    readonly info_mapping: Readonly<Record<string, { readonly version: string }>>;
  } | null;
}

/** The platform's own CI, as locations see it: it deploys what is released, and says so. */
export class PlatformCi {
  /** Why a location does not load; one that is not here does. */
  public readonly errors = new Map<string, string>();

  /** @param locations - all there are */
  public constructor(
    private readonly store: S3Store,
    private readonly locations: readonly string[],
  ) {}

  /** GitLab's API. */
  public async answer({ line, body }: ApiRequest): Promise<ApiAnswer> {
    const isAllowed = new URLSearchParams(body).get("token") === DEPLOY_TOKEN;
    if (line !== TRIGGER || !isAllowed) return { status: 404, json: { message: "404 Not Found" } };
    await this.deploy();
    return { status: 201, json: { id: 1, web_url: `${PLATFORM.url}/-/pipelines/1` } };
  }

  /** Deploys all that is released. */
  public async deploy(): Promise<void> {
    await Promise.all(this.locations.map((location) => this.deployOne(location)));
  }

  private async deployOne(location: string): Promise<void> {
    const found = await this.store.get(`releases/${location}.json`);
    if (found === undefined) return;
    const { image, commit, releasedAt } = JSON.parse(found.body) as StoredRelease;
    const error = this.errors.get(location) ?? null;
    await writeDeployment(this.store, {
      ...{ schemaVersion: 1, location, release: releaseDigest(found.body) },
      ...{ status: error === null ? "loaded" : "failed", error, image, commit, releasedAt },
      dagsterUrl: `https://dagster.example.com/locations/${location}`,
      ...{ at: new Date().toISOString(), runUrl: null },
    });
  }
}
