import { CiIssuer } from "../../../components/aws/CiIssuer";
import { made } from "./fixtures";

const make = (issuer: string) => made(() => new CiIssuer("github-oidc", { issuer }));

describe("a CI system's issuer", () => {
  it("is a provider for tokens that are meant for AWS, without thumbprints", async () => {
    const { names, find } = await make("https://token.actions.githubusercontent.com");
    expect(names).toEqual([
      "aws:iam/openIdConnectProvider:OpenIdConnectProvider github-oidc-provider",
      "dagster-platform:aws:CiIssuer github-oidc",
    ]);
    expect(find("github-oidc-provider").inputs).toEqual({
      url: "https://token.actions.githubusercontent.com",
      clientIdLists: ["sts.amazonaws.com"],
    });
    expect(find("github-oidc").registeredOutputs).toEqual({ providerArn: "arn:of-the-provider" });
  });

  it("is called as its tokens call it: with no slash at the end", async () => {
    const { find } = await make("https://gitlab.example.com/");
    expect(find("github-oidc-provider").inputs["url"]).toBe("https://gitlab.example.com");
  });
});
