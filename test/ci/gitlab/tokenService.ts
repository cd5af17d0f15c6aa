import { ApiServer } from "../../components/ci/apiServer";

/** Who a job has asked to be. */
export interface AssumedRole {
  readonly role: string;
  readonly token: string;
}

/** AWS STS: moto's, which takes any token, behind a record of what was asked for. */
export class TokenService {
  private constructor(private readonly api: ApiServer) {}

  /** @param motoUrl - moto itself */
  public static async start(motoUrl: string): Promise<TokenService> {
    const api = await ApiServer.start();
    api.answer = async ({ body, headers }) => {
      const type = headers["content-type"] ?? "";
      const options = { method: "POST", body, headers: { "content-type": type } };
      const answer = await fetch(motoUrl, options);
      return { status: answer.status, text: await answer.text() };
    };
    return new TokenService(api);
  }

  public stop(): void {
    this.api.stop();
  }

  /** For the jobs: how to reach it. */
  public get environment(): NodeJS.ProcessEnv {
    return { AWS_ENDPOINT_URL_STS: this.api.url };
  }

  /** All that was asked for. */
  public get assumed(): readonly AssumedRole[] {
    return this.api.requests.map(({ body }) => {
      const form = new URLSearchParams(body);
      if (form.get("Action") !== "AssumeRoleWithWebIdentity") throw new Error(body);
      return { role: form.get("RoleArn") ?? "", token: form.get("WebIdentityToken") ?? "" };
    });
  }
}
