"""Local state (LOCAL_FILESYSTEM) must be in the project, and reach the image.

Git ignores it, and nobody sees that it is missing until the location has no assets. So it is
looked for in the project's folder, and `.dockerignore` is read as Docker reads it
(moby/patternmatcher): one pattern a line, relative to the build context, which is the project; `#`
starts a comment, `!` takes files back in; `*` and `?` stay within a folder, `**` does not; a
pattern that matches a folder matches all in it; the last line that matches decides.
"""

from __future__ import annotations

import os
import posixpath
import re
from dataclasses import dataclass
from pathlib import Path

from layout import LOCAL_STATE_FOLDER, state_folder

_NOT_THE_PROJECTS = {".git", ".venv", "node_modules"}

# BuildKit prefers the file that is named after the Dockerfile.
_IGNORE_FILES = ("Dockerfile.dockerignore", ".dockerignore")


def findings(
    project: Path, keys: list[str], ignore_files: tuple[str, ...] = _IGNORE_FILES
) -> list[str]:
    """What is wrong with the local state of these defs keys, in lines.

    Of `ignore_files` the builder reads the first that is there."""
    paths = _paths(project) if keys else {}
    absent = [
        f"{key}: {project} has no {LOCAL_STATE_FOLDER}/{state_folder(key)}/state for the image"
        for key in sorted(keys)
        if not paths.get(state_folder(key))
    ]
    wanted = [path for key in sorted(keys) for path in paths.get(state_folder(key), [])]
    found = first_excluded(project, wanted, ignore_files)
    if found is None:
        return absent
    return [
        *absent,
        f"{found.file} line {found.line}, {found.pattern}, keeps {found.path} out of the image",
        f"  remove that line, or add !**/{LOCAL_STATE_FOLDER} below it",
    ]


def _paths(project: Path) -> dict[str, list[str]]:
    """The files of all local state by its folder's name, relative to the project."""
    paths: dict[str, list[str]] = {}
    for folder, folders, _ in os.walk(project):
        if LOCAL_STATE_FOLDER in folders:
            for state in sorted(Path(folder, LOCAL_STATE_FOLDER).glob("*/state")):
                files = [state] if state.is_file() else sorted(state.rglob("*"))
                paths.setdefault(state.parent.name, []).extend(
                    file.relative_to(project).as_posix() for file in files if file.is_file()
                )
        folders[:] = [name for name in folders if name not in _NOT_THE_PROJECTS]
    return paths


@dataclass(frozen=True)
class Exclusion:
    """A file that does not reach the image, and the line that leaves it out."""

    path: str
    file: str
    line: int
    pattern: str


def first_excluded(
    project: Path, paths: list[str], ignore_files: tuple[str, ...] = _IGNORE_FILES
) -> Exclusion | None:
    """`paths` are relative to the project, which is the build context."""
    file = next((name for name in ignore_files if (project / name).is_file()), None)
    if file is None:
        return None
    rules = _parse((project / file).read_text(encoding="utf-8-sig"))
    for path in paths:
        decided: tuple[int, str, bool] | None = None
        for line, pattern, excludes in rules:
            if _matches_or_parent(pattern, path):
                decided = (line, pattern, excludes)
        if decided is not None and decided[2]:
            return Exclusion(path, file, decided[0], decided[1])
    return None


def _parse(text: str) -> list[tuple[int, str, bool]]:
    """Line number, pattern, and whether it excludes."""
    rules: list[tuple[int, str, bool]] = []
    for number, line in enumerate(text.splitlines(), 1):
        if line.startswith("#") or not line.strip():
            continue
        pattern = line.strip()
        excludes = not pattern.startswith("!")
        pattern = posixpath.normpath(pattern.removeprefix("!").strip()).lstrip("/")
        if pattern not in ("", "."):
            rules.append((number, pattern, excludes))
    return rules


def _matches_or_parent(pattern: str, path: str) -> bool:
    regex = _to_regex(pattern)
    parts = path.split("/")
    return any(regex.fullmatch("/".join(parts[:count])) for count in range(1, len(parts) + 1))


def _to_regex(pattern: str) -> re.Pattern[str]:
    result = ""
    for token in re.findall(r"\*\*/?|\*|\?|\\.|\[[^]]+\]|.", pattern):
        if token == "**/":
            result += "(?:.*/)?"
        elif token == "**":
            result += ".*"
        elif token == "*":
            result += "[^/]*"
        elif token == "?":
            result += "[^/]"
        elif len(token) > 2:
            result += token
        else:
            result += re.escape(token[-1])
    return re.compile(result)
