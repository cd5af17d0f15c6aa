import { existsSync, mkdirSync, readdirSync, symlinkSync, truncateSync } from "node:fs";
import { join } from "node:path";

import { evaluate } from "./python";
import { files, StateArchives } from "./stateArchives";

let archives: StateArchives;

beforeEach(() => {
  archives = new StateArchives();
});

afterEach(() => {
  archives.remove();
});

/** Makes an archive with one more member: name, type as tarfile has it, and where it leads. */
const FORGE = [
  "import io, os, tarfile",
  "file, name, kind, link = given[:4]",
  "os.makedirs(os.path.dirname(file), exist_ok=True)",
  "with tarfile.open(file, 'w') as tar:",
  "    good = tarfile.TarInfo('src/.local_defs_state/Good/state')",
  "    tar.addfile(good, io.BytesIO(b''))",
  "    link_up = tarfile.TarInfo('src/.local_defs_state/Link')",
  "    link_up.type, link_up.linkname = tarfile.SYMTYPE, '..'",
  "    tar.addfile(link_up)",
  "    member = tarfile.TarInfo(name)",
  "    member.type, member.linkname = getattr(tarfile, kind), link",
  "    tar.addfile(member, io.BytesIO(b''))",
].join("\n");

const INSIDE = "src/.local_defs_state/x";

const FORGED: readonly (readonly [string, string, string, string])[] = [
  ["/tmp/.local_defs_state/x", "REGTYPE", "", "is not inside the project"],
  ["../.local_defs_state/x", "REGTYPE", "", "is not inside the project"],
  [`${INSIDE}/../../../Dockerfile`, "REGTYPE", "", "is not inside the project"],
  ["Dockerfile", "REGTYPE", "", "is no local state"],
  [".git/.local_defs_state/x", "REGTYPE", "", "is no local state"],
  [INSIDE, "SYMTYPE", "/etc", "leads to /etc, out of the project"],
  [INSIDE, "SYMTYPE", "../../..", "leads to ../../.., out of the project"],
  [INSIDE, "SYMTYPE", "a/../../../../b", "leads to a/../../../../b, out of the project"],
  // `Link` leads to the folder above: counted from there, this is outside.
  [INSIDE, "SYMTYPE", "Link/../../..", "leads to Link/../../.., out of the project"],
  ["src/.local_defs_state/Link/x", "SYMTYPE", "a", "lies behind a link"],
  ["src/.local_defs_state/Link/x", "REGTYPE", "", "lies behind a link"],
  [INSIDE, "LNKTYPE", "../../etc/passwd", "is neither file, folder nor symbolic link"],
  [INSIDE, "CHRTYPE", "", "is neither file, folder nor symbolic link"],
  [INSIDE, "FIFOTYPE", "", "is neither file, folder nor symbolic link"],
];

describe("an archive that is not what was packed", () => {
  it.each(FORGED)("is refused, and nothing is changed: %s %s %s", async (name, kind, link, why) => {
    const { project, archive } = archives;
    const before = files(project);
    await evaluate(FORGE, [archive, name, kind, link]);
    const ended = await archives.unpack();
    expect(ended).toMatchObject({ code: 1, stdout: "" });
    expect(ended.stderr).toBe(`state: unpack: ${archive}: '${name}' ${why}: pack it anew\n`);
    expect(files(project)).toEqual(before);
    expect(existsSync(join(archives.root, ".local_defs_state"))).toBe(false);
  });

  it("is refused by the same checks where Python has none of its own", async () => {
    const { project, archive } = archives;
    const code = [
      FORGE,
      "if hasattr(tarfile, 'data_filter'): del tarfile.data_filter",
      "import state_archive, pathlib",
      "try: answer = state_archive.unpack(pathlib.Path(given[4]), pathlib.Path(file))",
      "except state_archive.ArchiveError as error: answer = str(error)",
    ].join("\n");
    const unpack = (...forged: readonly string[]) => evaluate(code, [archive, ...forged, project]);
    expect(await unpack("../.local_defs_state/x", "REGTYPE", "")).toContain("not inside");
    expect(await unpack(INSIDE, "SYMTYPE", "/etc")).toContain("leads to /etc");
    expect(await unpack(`${INSIDE}/y`, "REGTYPE", "")).toContain("1 folders of local state");
    expect(existsSync(join(project, INSIDE, "y"))).toBe(true);
  });

  it("is refused when a folder of the checkout leads out of it", async () => {
    const { checkout } = archives;
    await archives.pack();
    const elsewhere = join(archives.root, "elsewhere");
    mkdirSync(elsewhere);
    symlinkSync(elsewhere, join(checkout, "other"));
    const ended = await archives.unpack(checkout);
    expect(ended.stderr).toMatch(
      /^state: unpack: \S+other leads to \S+elsewhere, out of the project\n$/,
    );
    expect([readdirSync(elsewhere), readdirSync(checkout)]).toEqual([[], ["other"]]);
  });

  it.each([0, 100, 512, 1024, 2048, 10_239])("is refused when cut to %d bytes", async (size) => {
    await archives.pack();
    truncateSync(archives.archive, size);
    const before = files(archives.project);
    const ended = await archives.unpack();
    expect(ended.code).toBe(1);
    expect(ended.stderr).toMatch(/^state: unpack: \S+ is no whole archive: pack it anew\n$/);
    expect(files(archives.project)).toEqual(before);
  });

  it("is refused when it is another kind of file", async () => {
    archives.write("handover/local-state.tar", "a text".padEnd(10_240, "\0"));
    const ended = await archives.unpack();
    expect(ended.code).toBe(1);
    expect(ended.stderr).toMatch(/^state: unpack: \S+: .*: pack it anew\n$/);
  });

  it("is refused when it is not there", async () => {
    expect((await archives.unpack()).stderr).toBe(
      `state: unpack: ${archives.archive}: No such file or directory: run the job before\n`,
    );
  });
});
