import { gitlabCondition, gitlabMapping } from "../../../components/gcp/gitlabTrust";
import { GITLAB } from "./program";

describe("trust in GitLab's jobs", () => {
  it("makes one attribute, of ids", () => {
    expect(gitlabMapping(GITLAB)).toEqual({
      "google.subject":
        "'gitlab:' + 'location' + ':' + assertion.project_id + ':'" +
        " + (assertion.pipeline_source == 'merge_request_event' ? 'pull_request' : assertion.ref_path)",
    });
    const own = gitlabMapping({ ...GITLAB, platformProjectId: 7 });
    expect(own["google.subject"]).toContain(
      "(assertion.project_id == '7' ? 'platform' : 'location')",
    );
  });

  it("lets in known groups, protected branches and merge requests", () => {
    expect(gitlabCondition({ ...GITLAB, namespaceIds: [30, 12, 12] })).toBe(
      "assertion.namespace_id in ['12', '30']" +
        " && ((assertion.pipeline_source == 'merge_request_event' && assertion.job_project_id == assertion.project_id)" +
        " || (assertion.pipeline_source in ['push', 'schedule', 'web'] && assertion.ref_type == 'branch'" +
        " && assertion.ref_protected == 'true' && assertion.ref_path.startsWith('refs/heads/')))",
    );
  });

  it("refuses what Google would not take", () => {
    const namespaceIds = Array.from({ length: 500 }, (_, each) => 200_000_000 + each);
    expect(() => gitlabCondition({ ...GITLAB, namespaceIds })).toThrow(RangeError);
  });
});
