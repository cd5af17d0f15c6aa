"""What a location's pods have in their environment, for a job that loads its code."""

from __future__ import annotations

import re
from collections.abc import Mapping, MutableMapping
from pathlib import Path

from locations_file import entry_of

# Secrets of the pods, in lines NAME=value; one variable, as a reusable workflow names each secret.
SECRETS_VARIABLE = "DAGSTER_REFRESH_ENV"

_LINE = re.compile(r"(?:export\s+)?(?P<name>[A-Za-z_][A-Za-z0-9_]*)=(?P<value>.*)", re.DOTALL)


def pod_environment(
    locations: Path | None, location: str, environ: MutableMapping[str, str]
) -> dict[str, str]:
    """The list's `env`, and the secrets, which `environ` then has no more as a whole.

    Raises `ValueError` in one line, which never shows a value."""
    listed: Mapping[str, str] = {} if locations is None else entry_of(locations, location)["env"]
    return {**listed, **_secrets(environ.pop(SECRETS_VARIABLE, ""))}


def _secrets(text: str) -> dict[str, str]:
    secrets: dict[str, str] = {}
    for number, line in enumerate(text.splitlines(), 1):
        if not line.strip() or line.lstrip().startswith("#"):
            continue
        found = _LINE.fullmatch(line.strip())
        if found is None:
            raise ValueError(f"{SECRETS_VARIABLE} line {number}: must be NAME=value, on one line")
        value = found["value"]
        if len(value) > 1 and value[0] == value[-1] and value[0] in "'\"":
            value = value[1:-1]
        secrets[found["name"]] = value
    return secrets
