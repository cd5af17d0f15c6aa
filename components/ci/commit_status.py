"""The status of a commit on GitHub: docs.github.com/rest/commits/statuses.

On GitLab the job itself is the commit's status, so there is nothing to write.
"""

from __future__ import annotations

import sys
from typing import Literal

from ci_system import CiError, Environment, GitHub, detect
from http_answer import one_line
from http_api import ApiError

State = Literal["pending", "success", "failure"]

# The API refuses more: "description is too long (maximum is 140 characters)".
_DESCRIPTION = 140
_PERMISSION = "statuses: write"


class CommitStatus:
    """A location's status of a commit in the run's own repository. That it cannot be set is a
    warning, no more. Without an environment none is wanted."""

    def __init__(self, environ: Environment | None, location: str, commit: str | None) -> None:
        self._context = f"dagster / {location}"
        self._system: GitHub | None = None
        if environ is None:
            return
        try:
            system = detect(environ)
        except CiError as error:
            _warn(str(error))
            return
        if isinstance(system, GitHub):
            self._system = system
            self._path = f"/repos/{system.run.repository}/statuses/"
            self._path += commit or environ.get("GITHUB_SHA", "")

    def set(
        self, state: State, description: str, url: str | None = None, hurry: bool = False
    ) -> None:
        """`url`: where there is more, the run by default. `hurry`: for a job that is cancelled."""
        if self._system is None:
            return
        body = {
            "state": state,
            "context": self._context,
            "description": one_line(description, _DESCRIPTION),
            "target_url": url or self._system.run.run_url,
        }
        pace = {"attempts": 1, "timeout": 4.0} if hurry else {"attempts": 3}
        try:
            self._system.api(_PERMISSION, **pace).request("POST", self._path, body)
        except CiError as error:
            _warn(str(error))
        except ApiError as error:
            needs = f": the job needs `permissions: {_PERMISSION}`" if error.status == 403 else ""
            _warn(f"{error}{needs}")


def _warn(text: str) -> None:
    print(f"deploy: warning: the commit's status is not set: {text}", file=sys.stderr)
