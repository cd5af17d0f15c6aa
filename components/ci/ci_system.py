"""Which CI system runs this, what it says about the run, and its API. Reads the environment given.

GitHub Actions: docs.github.com/actions/reference/workflows-and-actions/variables.
GitLab CI: docs.gitlab.com/ci/variables/predefined_variables.
"""

from __future__ import annotations

import json
import urllib.parse
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Literal

from http_api import HttpApi

Environment = Mapping[str, str]

_GITHUB_API = "https://api.github.com"
# docs.github.com/rest/about-the-rest-api/api-versions; GitHub Enterprise Server knows it too.
_GITHUB_API_VERSION = "2022-11-28"


class CiError(Exception):
    """The CI system does not say what is needed; the text is one line for people."""


@dataclass(frozen=True)
class CiRun:
    system: Literal["github", "gitlab"]
    # owner/name
    repository: str
    run_url: str
    # Who started it; empty when the system does not say.
    actor: str
    # The event's payload on GitHub; GitLab has none, its variables say it all.
    event: Mapping[str, Any] = field(default_factory=dict, repr=False)


class GitHub:
    """A job of GitHub Actions."""

    def __init__(self, environ: Environment) -> None:
        self._environ = environ
        repository, run = _needed(environ, "GITHUB_REPOSITORY", "GITHUB_RUN_ID")
        server = environ.get("GITHUB_SERVER_URL") or "https://github.com"
        attempt = environ.get("GITHUB_RUN_ATTEMPT") or "1"
        url = f"{server.rstrip('/')}/{repository}/actions/runs/{run}"
        self.run = CiRun(
            system="github",
            repository=repository,
            run_url=url if attempt == "1" else f"{url}/attempts/{attempt}",
            actor=environ.get("GITHUB_ACTOR", ""),
            event=_payload(environ),
        )

    @property
    def change(self) -> int | None:
        """The number of the pull request, if the run is for one."""
        number = (self.run.event.get("pull_request") or {}).get("number")
        return number if isinstance(number, int) else None

    def api(self, permission: str, **options: Any) -> HttpApi:
        """The API with the job's own token, which needs `permission`. Raises `CiError`."""
        token = self._environ.get("GITHUB_TOKEN", "").strip()
        if not token:
            raise CiError(
                "GITHUB_TOKEN is not set: give it to the step from the expression github.token, "
                f"and the job `permissions: {permission}`"
            )
        return github_api(self._environ.get("GITHUB_API_URL") or _GITHUB_API, token, **options)


class GitLab:
    """A job of GitLab CI. Its own token may write neither notes nor statuses, so none is used."""

    def __init__(self, environ: Environment) -> None:
        self._environ = environ
        (repository,) = _needed(environ, "CI_PROJECT_PATH")
        self.run = CiRun(
            system="gitlab",
            repository=repository,
            run_url=environ.get("CI_PIPELINE_URL") or environ.get("CI_JOB_URL", ""),
            actor=environ.get("GITLAB_USER_LOGIN", ""),
        )

    @property
    def change(self) -> int | None:
        """The number of the merge request, if the run is for one."""
        number = self._environ.get("CI_MERGE_REQUEST_IID", "")
        return int(number) if number.isdigit() else None

    @property
    def change_project(self) -> str:
        """The project that has the merge request: of one from a fork it is another one."""
        names = ("CI_MERGE_REQUEST_PROJECT_ID", "CI_PROJECT_ID")
        found = next(filter(None, (self._environ.get(name) for name in names)), None)
        return found or urllib.parse.quote(self.run.repository, safe="")

    def api(self, token: str, **options: Any) -> HttpApi:
        """The API with an access token. Raises `CiError`."""
        (address,) = _needed(self._environ, "CI_API_V4_URL")
        return gitlab_api(address, token, **options)


def detect(environ: Environment) -> GitHub | GitLab:
    """Raises `CiError` outside of CI."""
    if environ.get("GITHUB_ACTIONS") == "true":
        return GitHub(environ)
    if environ.get("GITLAB_CI") == "true":
        return GitLab(environ)
    raise CiError(
        "not in CI: neither GITHUB_ACTIONS nor GITLAB_CI is true; run it in a job of GitHub "
        "Actions or GitLab CI"
    )


def current(environ: Environment) -> CiRun:
    """Raises `CiError` outside of CI."""
    return detect(environ).run


def github_api(address: str, token: str, **options: Any) -> HttpApi:
    headers = {
        "Accept": "application/vnd.github+json",
        "X-GitHub-Api-Version": _GITHUB_API_VERSION,
        "Authorization": f"Bearer {token}",
    }
    return HttpApi(address, headers, token, **options)


def gitlab_api(address: str, token: str, **options: Any) -> HttpApi:
    return HttpApi(address, {"PRIVATE-TOKEN": token}, token, **options)


def _needed(environ: Environment, *names: str) -> list[str]:
    missing = [name for name in names if not environ.get(name)]
    if missing:
        raise CiError(f"{' and '.join(missing)} must be set, as the CI system does by itself")
    return [environ[name] for name in names]


def _payload(environ: Environment) -> Mapping[str, Any]:
    path = environ.get("GITHUB_EVENT_PATH")
    if not path:
        return {}
    try:
        payload = json.loads(Path(path).read_text(encoding="utf-8"))
    except OSError as error:
        raise CiError(f"GITHUB_EVENT_PATH: {path}: {error.strerror}") from error
    except ValueError as error:
        raise CiError(f"GITHUB_EVENT_PATH: {path} is no JSON: {error}") from error
    return payload if isinstance(payload, dict) else {}
