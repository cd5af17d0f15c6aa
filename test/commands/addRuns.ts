import { readFileSync } from "node:fs";
import { join } from "node:path";

import { add, type AddWorld } from "../../commands/add";
import { FakeServer } from "../stacks/repositories/fakeServer";
import { folderWith, removeFolders } from "../stacks/list/temporaryFolder";

const CALLER = {
  path: "callers/hr/.github/workflows/dagster-hr.yml",
  text: "# Made by `npm run render`\n",
};

/** Beside a list it makes ids necessary. */
export const AWS = { "Pulumi.prod.yaml": "config:\n  dagster-platform:cloud: aws\n" };

export const LIST =
  "defaults: { ownerId: 10 }\nlocations:\n  # About crm.\n  - name: crm\n    repository: acme/crm\n    repositoryId: 700\n    module: crm\n";

/** Flags of a right entry. */
export const HR = ["hr", "--repository", "acme/hr", "--module", "hr.definitions"];

interface Around extends Partial<AddWorld> {
  /** @defaultValue {@link LIST} */
  readonly list?: string;
  /** Beside the list. */
  readonly files?: Readonly<Record<string, string>>;
}

/** Runs of `npm run add` in this process, each on a list in a folder of its own; a server stands for GitHub and GitLab. */
export class AddRuns {
  private constructor(
    public readonly server: FakeServer,
    private readonly url: string,
  ) {}

  public static async start(): Promise<AddRuns> {
    const { server, url } = await FakeServer.start();
    return new AddRuns(server, url);
  }

  public stop(): void {
    this.server.stop();
    removeFolders();
  }

  /** In flags and in what is said, `FOLDER` is the list's. */
  public async run(flags: readonly string[], { list = LIST, files = {}, ...change }: Around = {}) {
    const folder = folderWith({ "locations.yaml": list, ...files });
    const file = join(folder, "locations.yaml");
    const said = { out: "", err: "" };
    const out = (text: string) => (said.out += text);
    const err = (text: string) => (said.err += text);
    const all = [...flags, "--locations", file].map((flag) => flag.replace("FOLDER", folder));
    const code = await add(all, { out, err, colour: false }, { ...this.world(), ...change });
    const plain = (text: string) => text.replaceAll(folder, "FOLDER");
    const after = readFileSync(file, "utf8");
    return { code, out: plain(said.out), err: plain(said.err), list: after, folder };
  }

  /** A platform whose CI files are one file for `hr`, in which is how long the list is. */
  private world(): AddWorld {
    const value = {
      ...{ repository: "acme/platform", gitlabUrl: this.url, callers: "callers" },
      filesOf: ({ text }: { text: string }) => [
        { ...CALLER, text: `${CALLER.text}${text.length}\n` },
      ],
    };
    const environment = { GITHUB_API_URL: this.url, GITLAB_TOKEN: "t" };
    return { environment, ci: () => Promise.resolve({ value }) };
  }
}
