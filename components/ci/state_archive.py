"""Carries a project's local state (every `.local_defs_state` folder) from one job to another.

    python state_archive.py pack --project DIR --archive local-state.tar
    python state_archive.py unpack --project DIR --archive local-state.tar

Git ignores local state, so the job that builds the image has none in its checkout.
`pack`: equal state gives equal bytes; without local state the archive is empty. A link that leads
out of the project is refused, because the image would not have what it leads to.
`unpack`: the project then has the local state of the archive and no other. An archive that would
write anything else, or anywhere else, is refused, and nothing is changed; nor is it when the
archive is cut short.
Output: the archive, or the folders, and one line on stdout.
Exit codes: 0; 1 with one line on stderr; 2 usage.
"""

from __future__ import annotations

import argparse
import os
import posixpath
import shutil
import sys
import tarfile
import tempfile
from collections.abc import Iterator
from pathlib import Path, PurePosixPath

from layout import LOCAL_STATE_FOLDER

_NOT_THE_PROJECTS = {".git", ".venv", "node_modules"}


class ArchiveError(Exception):
    """Nothing was carried; the text is one line for people."""


def pack(project: Path, archive: Path) -> str:
    folders = list(_state_folders(project))
    archive.parent.mkdir(parents=True, exist_ok=True)
    handle, temporary = tempfile.mkstemp(dir=archive.parent, prefix=f".{archive.name}.")
    try:
        with os.fdopen(handle, "wb") as file:
            with tarfile.open(fileobj=file, mode="w", format=tarfile.PAX_FORMAT) as tar:
                for path in (path for folder in folders for path in _contents(folder)):
                    _add(tar, path, project)
        os.chmod(temporary, 0o644)
        os.replace(temporary, archive)
    except BaseException:
        os.unlink(temporary)
        raise
    return f"{len(folders)} folders of local state -> {archive}"


def unpack(project: Path, archive: Path) -> str:
    # Beside what it replaces, so that a rename is enough.
    with tempfile.TemporaryDirectory(dir=project, prefix=".local-state-") as temporary:
        _extract(archive, Path(temporary))
        folders = list(_state_folders(Path(temporary)))
        targets = [project / folder.relative_to(temporary) for folder in folders]
        for target in targets:
            _expect_inside(project, target)
        for old in list(_state_folders(project)):
            if Path(temporary) not in old.parents:
                shutil.rmtree(old)
        for folder, target in zip(folders, targets, strict=True):
            target.parent.mkdir(parents=True, exist_ok=True)
            folder.rename(target)
    return f"{archive} -> {len(folders)} folders of local state"


def _state_folders(project: Path) -> Iterator[Path]:
    for folder, folders, _ in os.walk(project):
        if LOCAL_STATE_FOLDER in folders and not Path(folder, LOCAL_STATE_FOLDER).is_symlink():
            yield Path(folder, LOCAL_STATE_FOLDER)
        left_out = {*_NOT_THE_PROJECTS, LOCAL_STATE_FOLDER}
        folders[:] = sorted(name for name in folders if name not in left_out)


def _contents(folder: Path) -> Iterator[Path]:
    """The folder and all that is in it, sorted; links are not followed."""
    yield folder
    for path in sorted(folder.iterdir()):
        if path.is_dir() and not path.is_symlink():
            yield from _contents(path)
        else:
            yield path


def _add(tar: tarfile.TarFile, path: Path, project: Path) -> None:
    member = tarfile.TarInfo(path.relative_to(project).as_posix())
    if path.is_symlink():
        member.type = tarfile.SYMTYPE
        member.linkname = _relative_target(path, project)
        tar.addfile(member)
    elif path.is_dir():
        member.type = tarfile.DIRTYPE
        member.mode = 0o755
        tar.addfile(member)
    elif path.is_file():
        status = path.stat()
        member.size = status.st_size
        member.mode = 0o755 if status.st_mode & 0o100 else 0o644
        with path.open("rb") as file:
            tar.addfile(member, file)
    else:
        raise ArchiveError(f"{path} is neither file nor folder: remove it")


def _relative_target(link: Path, project: Path) -> str:
    """dbt links its local packages by absolute paths, which are no others' machine's."""
    inside = project.resolve()
    # Not through the last link: what a link leads to may be one itself.
    written = os.path.join(link.parent.resolve(), os.readlink(link))
    target = Path(os.path.normpath(written))
    for found in (target, Path(os.path.realpath(target))):
        if inside != found and inside not in found.parents:
            raise ArchiveError(f"{link} leads to {found}, out of the project: the image lacks it")
    return Path(os.path.relpath(target, link.parent.resolve())).as_posix()


def _extract(archive: Path, folder: Path) -> None:
    _expect_whole(archive)
    with tarfile.open(archive) as tar:
        members = tar.getmembers()
        links = {PurePosixPath(member.name) for member in members if member.issym()}
        for member in members:
            problem = _problem(member, links)
            if problem is not None:
                raise ArchiveError(f"{archive}: {member.name!r} {problem}: pack it anew")
        # Links last: nothing is written through one.
        for member in sorted(members, key=lambda member: member.issym()):
            if hasattr(tarfile, "data_filter"):
                tar.extract(member, folder, filter="data")
            else:  # Python before 3.10.12 and 3.11.4: the checks above stand alone.
                tar.extract(member, folder)


def _expect_whole(archive: Path) -> None:
    """What was cut off between two files would not be missed."""
    with archive.open("rb") as file:
        size = file.seek(0, os.SEEK_END)
        file.seek(max(0, size - 2 * tarfile.BLOCKSIZE))
        end = file.read()
    if size % tarfile.RECORDSIZE != 0 or end.strip(b"\0") or not end:
        raise ArchiveError(f"{archive} is no whole archive: pack it anew")


def _problem(member: tarfile.TarInfo, links: set[PurePosixPath]) -> str | None:
    """Why it is not taken; what is allowed is what `pack` makes."""
    if not (member.isreg() or member.isdir() or member.issym()):
        return "is neither file, folder nor symbolic link"
    path = PurePosixPath(member.name)
    if path.is_absolute() or ".." in path.parts:
        return "is not inside the project"
    if LOCAL_STATE_FOLDER not in path.parts or _NOT_THE_PROJECTS & set(path.parts):
        return "is no local state"
    if links & set(path.parents):
        return "lies behind a link"
    if member.issym():
        target = posixpath.normpath(posixpath.join(path.parent.as_posix(), member.linkname))
        # A `..` after a name would be counted from where that leads, if it is a link.
        plain = posixpath.normpath(member.linkname) == member.linkname
        if not plain or target.startswith(("/", "../")) or target == "..":
            return f"leads to {member.linkname}, out of the project"
    return None


def _expect_inside(project: Path, target: Path) -> None:
    """A folder of the checkout may itself be a link."""
    inside, parent = project.resolve(), target.parent.resolve()
    if parent != inside and inside not in parent.parents:
        raise ArchiveError(f"{target.parent} leads to {parent}, out of the project")


def main(arguments: list[str]) -> int:
    parser = argparse.ArgumentParser(prog="state_archive.py", description=__doc__.splitlines()[0])
    parser.add_argument("action", choices=["pack", "unpack"])
    parser.add_argument("--project", required=True, type=Path, help="the location's folder")
    parser.add_argument("--archive", required=True, type=Path)
    options = parser.parse_args(arguments)
    try:
        if not options.project.is_dir():
            raise ArchiveError(f"--project {options.project} is no folder")
        action = pack if options.action == "pack" else unpack
        print(f"state: {action(options.project.resolve(), options.archive)}", flush=True)
        return 0
    except FileNotFoundError as error:
        problem = f"{error.filename}: {error.strerror}: run the job before"
    except tarfile.TarError as error:
        problem = f"{options.archive}: {error}: pack it anew"
    except OSError as error:
        problem = f"{error.filename or options.archive}: {error.strerror or error}"
    except ArchiveError as error:
        problem = str(error)
    print(f"state: {options.action}: {' '.join(problem.split())}", file=sys.stderr)
    return 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
