import { writeFileSync } from "node:fs";
import { join } from "node:path";

import { ApiServer } from "./apiServer";
import { FakeBuilder } from "./fakeBuilder";
import { evaluate } from "./python";
import { StateServer } from "./stateServer";

const ECR = "123456789012.dkr.ecr.eu-west-1.amazonaws.com";
const GITHUB = { GITHUB_ACTOR: "ann", GITHUB_TOKEN: "ghs_1" };
const OWN = { DAGSTER_REGISTRY_USER: "robot", DAGSTER_REGISTRY_PASSWORD: "pass\n" };

let server: StateServer;
let builder: FakeBuilder;

beforeAll(async () => {
  server = await StateServer.start();
});

afterAll(async () => {
  await server.stop();
});

beforeEach(() => {
  builder = new FakeBuilder("docker");
  server.fate = () => "pass";
});

afterEach(() => {
  builder.remove();
});

describe("the registry of the cloud", () => {
  test("is ECR: a token by the job's AWS credentials, in the registry's region", async () => {
    expect(await builder.logIn(`${ECR}/dagster-prod/finance`, server.environment)).toEqual({
      code: 0,
      stdout: `registry: ${ECR}: logged in as AWS\n`,
      stderr: "",
    });
    expect(builder.calls).toEqual([`login --username AWS --password-stdin ${ECR}`]);
    // What moto makes of the account.
    expect(builder.password).toBe("123456789012-auth-token");
  });

  test("is ECR: also of China, and the region is asked that the host names", async () => {
    const ecr = await ApiServer.start();
    const authorizationToken = Buffer.from("AWS:pw:1").toString("base64");
    ecr.answer = () => ({ json: { authorizationData: [{ authorizationToken }] } });
    const image = "123456789012.dkr.ecr.cn-north-1.amazonaws.com.cn/finance";
    const environment = { ...server.environment, AWS_ENDPOINT_URL: ecr.url };
    expect((await builder.logIn(image, environment)).code).toBe(0);
    ecr.stop();
    expect(ecr.requests[0]?.headers.authorization).toContain("/cn-north-1/ecr/aws4_request");
    expect(builder.password).toBe("pw:1");
  });

  test("is ECR: what the role lacks is said", async () => {
    server.fate = () => 403;
    const { code, stderr } = await builder.logIn(`${ECR}/finance`, server.environment);
    expect(code).toBe(1);
    expect(stderr).toMatch(
      /^registry: \S+: ECR gives no token: .*: the job's role needs ecr:GetAuthorizationToken on \*\n$/,
    );
    expect(builder.calls).toEqual([]);
  });

  test("is ECR: a job without credentials is told to have a role", async () => {
    const environment = { AWS_EC2_METADATA_DISABLED: "true", HOME: builder.folder };
    expect((await builder.logIn(`${ECR}/finance`, environment)).stderr).toBe(
      `registry: ${ECR}: ECR gives no token: Unable to locate credentials: the job needs a role (OIDC), or an access key in its environment\n`,
    );
  });

  test("is Artifact Registry: the token of Google's default credentials", async () => {
    const sts = await ApiServer.start();
    sts.answer = () => ({
      json: { access_token: "ya29.x", issued_token_type: "t", token_type: "Bearer", expires_in: 9 },
    });
    writeFileSync(join(builder.folder, "id.jwt"), "a.b.c");
    const credentials = {
      type: "external_account",
      audience:
        "//iam.googleapis.com/projects/1/locations/global/workloadIdentityPools/p/providers/q",
      subject_token_type: "urn:ietf:params:oauth:token-type:jwt",
      token_url: `${sts.url}/v1/token`,
      credential_source: { file: join(builder.folder, "id.jwt") },
    };
    const file = join(builder.folder, "credentials.json");
    writeFileSync(file, JSON.stringify(credentials));
    const environment = { GOOGLE_APPLICATION_CREDENTIALS: file, GOOGLE_CLOUD_PROJECT: "acme" };
    const ended = await builder.logIn(
      "europe-west1-docker.pkg.dev/acme/dagster/finance",
      environment,
    );
    sts.stop();
    expect(ended).toMatchObject({ code: 0, stderr: "" });
    expect(builder.calls[0]).toContain(
      "--username oauth2accesstoken --password-stdin europe-west1",
    );
    expect(builder.password).toBe("ya29.x");
  });

  test("is Artifact Registry: a job without credentials is told to have an identity", async () => {
    const environment = { HOME: builder.folder, NO_GCE_CHECK: "true" };
    expect((await builder.logIn("gcr.io/acme/finance", environment)).stderr).toMatch(
      /^registry: gcr\.io: Google Cloud gives no token: .*: the job needs workload identity \(GOOGLE_APPLICATION_CREDENTIALS\)\n$/,
    );
  });
});

describe("the registry of the CI system", () => {
  const gitlab = {
    CI_REGISTRY: "registry.gitlab.example:5050",
    CI_REGISTRY_USER: "gitlab-ci-token",
    CI_REGISTRY_PASSWORD: "glcbt",
  };

  test.each<[string, NodeJS.ProcessEnv, string, string, string]>([
    ["ghcr.io/acme/finance", { ...GITHUB, ...OWN }, "ghcr.io", "ann", "ghs_1"],
    ["ghcr.io/acme/finance", OWN, "ghcr.io", "robot", "pass"],
    [
      "registry.gitlab.example:5050/acme/finance",
      { ...gitlab, ...OWN },
      "registry.gitlab.example:5050",
      "gitlab-ci-token",
      "glcbt",
    ],
    [
      "registry.other.example/acme",
      { ...gitlab, ...OWN },
      "registry.other.example",
      "robot",
      "pass",
    ],
    ["localhost/finance", OWN, "localhost", "robot", "pass"],
    ["acme/finance", OWN, "docker.io", "robot", "pass"],
  ])("or any other, by its host: %s", async (image, environment, host, user, password) => {
    const { code, stdout } = await builder.logIn(image, environment);
    expect({ code, stdout }).toEqual({
      code: 0,
      stdout: `registry: ${host}: logged in as ${user}\n`,
    });
    expect(builder.calls).toEqual([`login --username ${user} --password-stdin ${host}`]);
    expect(builder.password).toBe(password);
  });

  test("takes no other host for the cloud's, however it looks", async () => {
    const hosts = [
      `${ECR}.evil.example`,
      `x${ECR}`,
      "gcr.io.evil.example",
      "evil-docker.pkg.dev.x",
    ];
    for (const host of hosts) {
      const { stderr } = await builder.logIn(`${host}/finance`, server.environment);
      expect(stderr).toBe(
        `registry: ${host}: nobody to log in as: set DAGSTER_REGISTRY_USER and DAGSTER_REGISTRY_PASSWORD\n`,
      );
    }
    expect(builder.calls).toEqual([]);
  });

  test("says all that could be set", async () => {
    expect((await builder.logIn("ghcr.io/acme/finance")).stderr).toBe(
      "registry: ghcr.io: nobody to log in as: set GITHUB_ACTOR and GITHUB_TOKEN, or DAGSTER_REGISTRY_USER and DAGSTER_REGISTRY_PASSWORD\n",
    );
  });
});

test("shows no password when somebody prints a login", async () => {
  const code = "from registry_credentials import Login; answer = repr(Login(*given))";
  expect(await evaluate(code, ["ann", "s3cr3t"])).toBe("Login('ann')");
});
