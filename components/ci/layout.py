"""Where things are in a state store: the prefixes of DESIGN.md, as the CI scripts use them.

The folder and file of one version of state are Dagster's own (`UPathDefsStateStorage`: the key with
everything but `[A-Za-z0-9._-]` replaced, then the version). Dagster calls that layout frozen.
"""

from __future__ import annotations

import re

LOCAL_STATE_FOLDER = ".local_defs_state"

# A Kubernetes DNS label (RFC 1123): it becomes part of names of Deployments and Services.
_DNS_LABEL = re.compile(r"[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?")


def is_location_name(name: str) -> bool:
    return _DNS_LABEL.fullmatch(name) is not None


def release_key(location: str) -> str:
    return f"releases/{location}.json"


def branch_prefix(location: str, number: int) -> str:
    return f"branches/{location}/{number}"


def branch_key(location: str, number: int) -> str:
    return f"{branch_prefix(location, number)}.json"


def defs_state_prefix(location: str) -> str:
    return f"defs-state/{location}"


def state_folder(defs_key: str) -> str:
    """The folder of one defs key, in the store and in `.local_defs_state`."""
    return re.sub(r"[^A-Za-z0-9._-]", "__", defs_key)


def state_key(location: str, defs_key: str, version: str) -> str:
    return f"{defs_state_prefix(location)}/{state_folder(defs_key)}/{version}"


def is_local(version: str) -> bool:
    """The state is in the image: `LOCAL_FILESYSTEM`."""
    return version == "__local__"


def is_stored(version: str) -> bool:
    """The state is in the store: `VERSIONED_STATE_STORAGE`; the other kinds have a `__word__`."""
    return re.fullmatch(r"__\w+__", version) is None
