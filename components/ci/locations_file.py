"""The platform's list as its CI knows it: `locations.json`, an entry for each location."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any


def entry_of(file: Path, location: str) -> dict[str, Any]:
    """Raises `ValueError` in one line."""
    try:
        known: Any = json.loads(file.read_text(encoding="utf-8"))
    except OSError as error:
        raise ValueError(f"--locations: {file}: {error.strerror}") from error
    except ValueError as error:
        raise ValueError(f"--locations: {file} is not JSON: {error}") from error
    entry = known.get(location) if isinstance(known, dict) else None
    if isinstance(entry, dict):
        return entry
    names = ", ".join(sorted(known)) if isinstance(known, dict) and known else "none"
    raise ValueError(
        f"{location} is not on the platform's list ({names}): add it there, and run "
        "`npm run render` in the platform's repository"
    )
