"""The release record: its input checked, its text, and which of two is newer (see release.py)."""

from __future__ import annotations

import argparse
import json
import re
from collections.abc import Iterator
from datetime import datetime, timezone
from pathlib import Path
from typing import Any

from layout import is_location_name

Record = dict[str, Any]

SCHEMA_VERSION = 1

_REPOSITORY = re.compile(r"[\w.-]+(/[\w.-]+)+")
_COMMIT = re.compile(r"[0-9a-f]{40}|[0-9a-f]{64}")
# distribution/reference: name, then a tag, a digest or both.
_IMAGE = re.compile(
    r"[A-Za-z0-9.-]+(:\d+)?(/[a-z0-9._-]+)*"
    r"(?P<tag>:[\w][\w.-]{0,127})?(?P<digest>@sha256:[0-9a-f]{64})?"
)
_URL = re.compile(r"https?://\S+")


class InvalidInput(Exception):
    """What the caller can mend, all of it at once."""

    def __init__(self, findings: list[str]) -> None:
        super().__init__("; ".join(findings))
        self.findings = findings


def make(arguments: argparse.Namespace, now: datetime) -> Record:
    """The record of these arguments. Raises `InvalidInput` with every finding."""
    findings = list(_findings(arguments))
    files: Record = {"defs-state": None, "dbt": None}
    for name, path in (("defs-state", arguments.defs_state), ("dbt", arguments.dbt)):
        try:
            files[name] = None if path is None else _read_json(name, path)
        except InvalidInput as error:
            findings += error.findings
    findings += _defs_state_findings(files["defs-state"], arguments.defs_state)
    wanted = _parse_time(arguments.committed_at) if arguments.committed_at else now
    if wanted is None:
        findings.append(
            "--committed-at must be ISO 8601 with time zone (2026-11-21T12:00:00Z), "
            f"got {arguments.committed_at!r}"
        )
    if findings or wanted is None:
        raise InvalidInput(findings)
    return {
        "schemaVersion": SCHEMA_VERSION,
        "location": arguments.location,
        "repository": arguments.repository,
        "image": arguments.image,
        "commit": arguments.commit or None,
        "defsState": files["defs-state"],
        "dbt": files["dbt"],
        "releasedAt": _format_time(now if arguments.force else min(wanted, now)),
        "releasedBy": arguments.released_by or None,
        "runUrl": arguments.run_url or None,
    }


def serialize(record: Record) -> bytes:
    return (json.dumps(record, indent=2, ensure_ascii=False) + "\n").encode()


def newer(current: Any, record: Record) -> str | None:
    """Why the stored record is newer than this one; None if this one may replace it."""
    if not isinstance(current, dict):
        return None
    version = current.get("schemaVersion")
    if isinstance(version, int) and version > SCHEMA_VERSION:
        return f"its schemaVersion is {version}, this script writes {SCHEMA_VERSION}"
    if record["commit"] is not None and current.get("commit") == record["commit"]:
        theirs, ours = _refreshed_at(current.get("defsState")), _refreshed_at(record["defsState"])
        if theirs is None or ours is None or theirs <= ours:
            return None
        return "the same commit with a defs state that was refreshed later"
    then, now = _parse_time(current.get("releasedAt")), _parse_time(record["releasedAt"])
    if then is None or now is None or then <= now:
        return None
    commit = str(current.get("commit") or "no commit")[:10]
    return f"{commit} of {current['releasedAt']}, this one is of {record['releasedAt']}"


def _findings(arguments: argparse.Namespace) -> Iterator[str]:
    if not is_location_name(arguments.location):
        rule = "a DNS label (a-z, 0-9 and -, at most 63 characters)"
        yield f"--location must be {rule}, got {arguments.location!r}"
    if not _REPOSITORY.fullmatch(arguments.repository):
        yield f"--repository must be owner/name, got {arguments.repository!r}"
    image = _IMAGE.fullmatch(arguments.image)
    if image is None or not (image["tag"] or image["digest"]):
        yield f"--image must be an image with a digest or a tag, got {arguments.image!r}"
    elif image["tag"] == ":latest":
        yield f"--image must not be latest, give the pushed digest, got {arguments.image!r}"
    if arguments.commit and not _COMMIT.fullmatch(arguments.commit):
        yield f"--commit must be a full git commit (40 hex digits), got {arguments.commit!r}"
    if arguments.run_url and not _URL.fullmatch(arguments.run_url):
        yield f"--run-url must be an http(s) address, got {arguments.run_url!r}"


def _read_json(name: str, path: str) -> Any:
    try:
        return json.loads(Path(path).read_text(encoding="utf-8"))
    except OSError as error:
        raise InvalidInput([f"--{name}: {path}: {error.strerror}: run the job before"]) from error
    except ValueError as error:
        raise InvalidInput([f"--{name}: {path} is not JSON: {error}"]) from error


def _defs_state_findings(state: Any, path: str | None) -> list[str]:
    """The serialized `DefsStateInfo` that Dagster reads, or null."""
    if state is None:
        return []
    mapping = state.get("info_mapping") if isinstance(state, dict) else None
    if not isinstance(mapping, dict) or state.get("__class__") != "DefsStateInfo":
        return [f"--defs-state: {path} is not what refresh.py writes (a DefsStateInfo, or null)"]
    return [
        f"--defs-state: {path}: {key!r} has no version"
        for key, info in mapping.items()
        if info is not None and not _has_version(info)
    ]


def _has_version(info: Any) -> bool:
    return isinstance(info, dict) and isinstance(info.get("version"), str)


def _refreshed_at(state: Any) -> float | None:
    """When the newest of the pinned keys was refreshed."""
    mapping = state.get("info_mapping") if isinstance(state, dict) else None
    infos = mapping.values() if isinstance(mapping, dict) else []
    times = [info.get("create_timestamp") for info in infos if isinstance(info, dict)]
    return max((time for time in times if isinstance(time, (int, float))), default=None)


def _parse_time(text: Any) -> datetime | None:
    try:
        # Python 3.10 does not know the Z.
        time = datetime.fromisoformat(re.sub(r"[zZ]$", "+00:00", text))
    except (TypeError, ValueError):
        return None
    return time if time.tzinfo is not None else None


def _format_time(time: datetime) -> str:
    text = time.astimezone(timezone.utc).isoformat(timespec="milliseconds")
    return text.replace("+00:00", "Z")
