"""Compares what a webserver shows of a location with what is wanted. Pure."""

from __future__ import annotations

import json
from typing import Any, Dict

from deployment import Wanted
from log_text import log_reason

Json = Dict[str, Any]

NOT_LISTED = "the webserver does not list it"


def is_error(entry: Json | None) -> bool:
    loaded = entry and entry["locationOrLoadError"]
    return bool(loaded) and loaded["__typename"] == "PythonError"


def mismatch(wanted: Wanted, entry: Json | None, started: float) -> list[str] | None:
    """Why an entry is not the location as wanted; None when it is."""
    if entry is None:
        return [NOT_LISTED]
    loaded = entry["locationOrLoadError"]
    if loaded is None:
        return ["the webserver has not loaded it"]
    if loaded["__typename"] == "PythonError":
        return log_reason(loaded.get("message") or "") or ["Dagster gave no reason"]
    image = _image(entry.get("versionKey"))
    if wanted.image is not None and image != wanted.image:
        return [f"the webserver shows image {image}, not {wanted.image}"]
    if entry.get("updatedTimestamp", started) < started:
        return ["the webserver shows the code server of before"]
    infos = (entry.get("defsStateInfo") or {}).get("keyStateInfo") or []
    versions = {each["name"]: (each.get("info") or {}).get("version") for each in infos}
    missing = sorted(key for key, version in wanted.states.items() if versions.get(key) != version)
    return [f"loaded without its pinned defs state: {', '.join(missing)}"] if missing else None


def _image(version_key: str | None) -> str | None:
    """Dagster's version key is JSON: `[server id, container image]`."""
    try:
        return json.loads(version_key or "")[1]
    except (ValueError, IndexError, TypeError, KeyError):
        return None
