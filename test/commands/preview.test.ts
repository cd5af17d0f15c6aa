import { CHANGES, FAILED } from "../stacks/previewOutput";
import { ClusterPlace } from "./clusterPlace";

const saying = (text: string, code: number) => `cat <<'END'\n${text}END\nexit ${code}`;

describe("npm run preview", () => {
  let place: ClusterPlace;

  beforeEach(() => {
    place = new ClusterPlace([]);
  });

  afterEach(() => {
    place.remove();
  });

  it("shows what Pulumi says, and writes a text for a comment", async () => {
    place.write("fake/preview.sh", saying(CHANGES, 0));
    const ended = await place.run("preview", "--stack", "dev", "--output", "preview.md");
    expect(ended).toEqual({ code: 0, stdout: CHANGES, stderr: "" });
    expect(place.read("preview.md")).toMatch(
      /^### Preview of stack `dev`: 2 to create, 2 to update/,
    );
    expect(place.calls()).toEqual(["pulumi preview --diff --non-interactive --stack dev"]);
  });

  it("has Pulumi's exit code, and the errors in the text", async () => {
    place.write("fake/preview.sh", saying(FAILED, 255));
    const ended = await place.run("preview", "--stack", "dev", "--output", "preview.md");
    expect(ended.code).toBe(255);
    expect(place.read("preview.md")).toMatch(
      /^### Preview of stack `dev`: failed\n\n```\nlocations/,
    );
  });

  it("writes nothing where nobody asked for it", async () => {
    place.write("fake/preview.sh", saying(CHANGES, 0));
    expect((await place.run("preview", "--stack", "dev")).code).toBe(0);
    expect(place.read("preview.md")).toBe("");
  });

  it("refuses a stack that is not there, in one line", async () => {
    const { code, stderr } = await place.run("preview", "--stack", "nope");
    expect(code).toBe(1);
    expect(stderr).toMatch(/^--stack: no Pulumi\.nope\.yaml in .*\n$/);
  });
});
