/** What `pulumi preview --diff` prints (3.270), shortened. */
const P = "urn:pulumi:prod::dagster-platform::dagster-platform:dagster";

export const CHANGES = `Previewing update (prod):
warning: the chart is of 1.12.19, Dagster of 1.13.27: take the chart of the same version
  pulumi:pulumi:Stack: (same)
    [urn=urn:pulumi:prod::dagster-platform::pulumi:pulumi:Stack::dagster-platform-prod]
warning: shop: not deployed, it has no release yet: npm run release -- shop --stack prod
    + dagster-platform:dagster:CodeLocation: (create)
        [urn=${P}:CodeLocation::gamma]
        + kubernetes:helm.sh/v3:Release: (create)
            [urn=${P}:CodeLocation$kubernetes:helm.sh/v3:Release::gamma-release]
            [provider=urn:pulumi:prod::dagster-platform::pulumi:providers:kubernetes::cluster::1]
            name: "gamma"
    ~ kubernetes:helm.sh/v3:Release: (update)
        [id=dagster/alpha]
        [urn=${P}:CodeLocation$kubernetes:helm.sh/v3:Release::alpha-release]
        [provider=urn:pulumi:prod::dagster-platform::pulumi:providers:kubernetes::cluster::1]
      ~ values: {
          ~ env: (json) {
              + X: "\`\`\`</details>"
            }
        }
    ~ kubernetes:core/v1:Secret: (update) 🔒
        [id=dagster/dagster-postgresql]
        [urn=urn:pulumi:prod::dagster-platform::dagster-platform:kubernetes:Postgres$kubernetes:core/v1:Secret::postgres-client-secret]
      - data      : [secret]
      + stringData: [secret]
    +-kubernetes:batch/v1:Job: (replace)
        [id=dagster/rollout-job-8dfb5b48]
        [urn=${P}:Rollout$kubernetes:batch/v1:Job::rollout-job]
      ~ name: "a" => "b"
- kubernetes:helm.sh/v3:Release: (delete)
    [id=dagster/beta]
    [urn=${P}:CodeLocation$kubernetes:helm.sh/v3:Release::beta-release]
    name: "beta"
    - dagster-platform:dagster:CodeLocation: (delete)
        [urn=${P}:CodeLocation::beta]
    --outputs:--
  ~ locations     : [
      ~ [1]: "beta" => "gamma"
    ]
Resources:
    + 2 to create
    ~ 2 to update
    - 2 to delete
    +-1 to replace
    7 changes. 43 unchanged
`;

export const NOTHING = `Previewing update (prod):
  pulumi:pulumi:Stack: (same)
    [urn=urn:pulumi:prod::dagster-platform::pulumi:pulumi:Stack::dagster-platform-prod]
Resources:
    49 unchanged
`;

export const FAILED = `Previewing update (prod):
  pulumi:pulumi:Stack: (same)
    [urn=urn:pulumi:prod::dagster-platform::pulumi:pulumi:Stack::dagster-platform-prod]
error: locations.yaml:1: locations[0].name: has to be a DNS label, got "X y", write "x-y"
locations.yaml:1: locations[0].repository: is required, got nothing
warning: late
error: preview failed
Resources:
    1 unchanged
`;
