import { githubCondition, githubMapping } from "../../../components/gcp/githubTrust";
import { GITHUB } from "./program";

describe("trust in GitHub's jobs", () => {
  it("makes one attribute, of ids", () => {
    expect(githubMapping(GITHUB)).toEqual({
      "google.subject":
        "'github:' + (assertion.job_workflow_ref == 'acme/platform/.github/workflows/location.yml@refs/heads/main' ? 'location' : 'platform')" +
        " + ':' + assertion.repository_id + ':' + (assertion.event_name == 'pull_request' ? 'pull_request' : assertion.ref)",
    });
  });

  it("lets in known owners, workflows and events", () => {
    expect(githubCondition(GITHUB)).toBe(
      "assertion.repository_owner_id in ['1', '30'] && !has(assertion.environment)" +
        " && (assertion.job_workflow_ref == 'acme/platform/.github/workflows/location.yml@refs/heads/main'" +
        " || (assertion.repository_id == '7' && assertion.job_workflow_ref == 'acme/platform/.github/workflows/platform.yml@' + assertion.ref))" +
        " && (assertion.event_name == 'pull_request'" +
        " || (assertion.event_name in ['push', 'schedule', 'workflow_dispatch'] && assertion.ref_type == 'branch' && assertion.ref.startsWith('refs/heads/')))",
    );
  });

  it("is the same whatever the order of owners", () => {
    const sorted = githubCondition({ ...GITHUB, ownerIds: [1, 30] });
    expect(githubCondition({ ...GITHUB, ownerIds: [30, 1] })).toBe(sorted);
  });

  it("has room for 200 owners, and refuses what Google would not take", () => {
    const owners = (count: number) =>
      Array.from({ length: count }, (_, each) => 200_000_000 + each);
    expect(githubCondition({ ...GITHUB, ownerIds: owners(200) }).length).toBeLessThan(4096);
    expect(() => githubCondition({ ...GITHUB, ownerIds: owners(400) })).toThrow(
      /has [0-9]+ characters, Google Cloud takes 4096/,
    );
  });
});
