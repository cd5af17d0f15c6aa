"""What the programs that stand for others have in common: a log of calls, and a Python."""

from __future__ import annotations

import json
import os
import sys
from typing import Any


def record(name: str, **details: Any) -> None:
    """One line in the file `$CALLS`, in one write: several jobs append at once."""
    job = os.environ.get("GITHUB_JOB") or os.environ.get("CI_JOB_NAME", "")
    with open(os.environ["CALLS"], "a", encoding="utf-8") as file:
        file.write(json.dumps({"job": job, "name": name, **details}) + "\n")


def python(executable: str) -> list[str]:
    """The command of a Python; with the server of warm_server.py, if there is one."""
    if "WARM" not in os.environ:
        return [executable]
    client = os.path.join(os.path.dirname(__file__), "warm_client.py")
    return [os.path.realpath(sys.executable), "-S", "-E", client, os.environ["WARM"], executable]
