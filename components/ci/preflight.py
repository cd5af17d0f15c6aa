"""What must be true before a refresh: all findings at once, each with what to do.

`dg utils refresh-defs-state` itself succeeds without a word when there is no usable instance, and
s3fs reports a missing right as a failed CreateBucket; so the questions are asked here.
"""

from __future__ import annotations

import importlib.util
import re
import sys
from enum import Enum
from pathlib import Path
from typing import Any

from layout import is_location_name
from object_store import FSSPEC_PACKAGES, StoreError, open_store, protocol_of

_PROJECT_FILES = ("pyproject.toml", "dg.toml", "setup.py", "setup.cfg", "requirements.txt")


class Kind(Enum):
    DG_PROJECT = "dg project"
    PLAIN = "no dg project: it has no state-backed components"


def project_kind(project: Path) -> tuple[Kind, list[str]]:
    """What the folder holds, and what is wrong with it. dg.toml comes before pyproject.toml."""
    if not project.is_dir():
        return Kind.PLAIN, [f"--project {project} is no folder"]
    if not any((project / name).is_file() for name in _PROJECT_FILES):
        names = ", ".join(_PROJECT_FILES)
        return Kind.PLAIN, [f"--project {project} is no Python project: it has none of {names}"]
    for name in ("dg.toml", "pyproject.toml"):
        if not (project / name).is_file():
            continue
        try:
            table = _read_toml(project / name)
        except (OSError, ValueError) as error:
            return Kind.PLAIN, [f"{project / name} cannot be read: {error}"]
        if name == "pyproject.toml":
            table = table.get("tool", {}).get("dg", {})
        kind = table.get("directory_type")
        if kind == "workspace":
            finding = f"{project / name} is a workspace: give the folder of one of its projects"
            return Kind.PLAIN, [finding]
        return (Kind.DG_PROJECT if kind == "project" else Kind.PLAIN), []
    return Kind.PLAIN, []


def location_findings(location: str) -> list[str]:
    if is_location_name(location):
        return []
    rule = "a DNS label (a-z, 0-9 and -, at most 63 characters)"
    return [f"--location must be {rule}, got {location!r}"]


def refresh_findings(project: Path, state_store: str) -> list[str]:
    """What would make the refresh of a dg project fail, or succeed at the wrong place."""
    return [
        *_module_findings(protocol_of(state_store)),
        *_store_findings(state_store),
        *_dotenv_findings(project),
    ]


def _module_findings(protocol: str) -> list[str]:
    wanted = {"dagster": "dagster", "dagster_dg_cli": "dagster-dg-cli"}
    if protocol in FSSPEC_PACKAGES:
        package = FSSPEC_PACKAGES[protocol]
        wanted[package] = package
    return [
        f"{module} is not installed in {sys.executable}: add {package} to the dependencies of the "
        "location; its image needs it, too"
        for module, package in wanted.items()
        if importlib.util.find_spec(module) is None
    ]


def _store_findings(url: str) -> list[str]:
    package = FSSPEC_PACKAGES.get(protocol_of(url))
    if package is not None and importlib.util.find_spec(package) is None:
        return []  # The library that asks comes with it, and the missing package is a finding.
    try:
        open_store(url).reach()
        return []
    except StoreError as error:
        return [str(error)]


def _dotenv_findings(project: Path) -> list[str]:
    """dg reads the .env of the working directory, and what stands there wins."""
    try:
        lines = (project / ".env").read_text(encoding="utf-8").splitlines()
    except OSError:
        return []
    return [
        f".env line {number} sets {found[1]}, which would send the state elsewhere: remove it"
        for number, line in enumerate(lines, 1)
        if (found := re.match(r"\s*(?:export\s+)?(DAGSTER_HOME)\s*=", line))
    ]


def _read_toml(path: Path) -> dict[str, Any]:
    try:
        import tomllib
    except ModuleNotFoundError:
        import tomli as tomllib  # Python 3.10; dagster depends on it
    table: dict[str, Any] = tomllib.loads(path.read_text(encoding="utf-8"))
    return table
