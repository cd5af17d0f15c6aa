"""What started this run of CI, in the same words for GitHub and GitLab. Pure."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timezone
from typing import Any

from ci_system import CiError, CiRun

_COMMIT = re.compile(r"[0-9a-f]{40}|[0-9a-f]{64}")


@dataclass(frozen=True)
class Event:
    """A push (or a start by hand), the schedule, or something about a pull request."""

    # release, refresh, branch or close
    kind: str
    repository: str
    commit: str
    # The branch that was pushed to; of a pull request its source.
    branch: str
    actor: str
    run_url: str
    # When it became wanted, ISO 8601; empty: nobody says.
    wanted_at: str = ""
    number: int = 0
    is_fork: bool = False
    title: str = ""
    author: str = ""
    url: str = ""
    labels: tuple[str, ...] = ()
    merged: bool = False


def event_of(run: CiRun, environ: Mapping[str, str]) -> Event:
    """Raises `CiError` for an event that this workflow is not for."""
    event = _github(run, environ) if run.system == "github" else _gitlab(run, environ)
    if not _COMMIT.fullmatch(event.commit):
        raise CiError(f"the CI system names no commit, got {event.commit!r}")
    return event


def _github(run: CiRun, environ: Mapping[str, str]) -> Event:
    name = environ.get("GITHUB_EVENT_NAME", "")
    if name == "pull_request":
        return _github_pull_request(run)
    kinds = {"push": "release", "workflow_dispatch": "release", "schedule": "refresh"}
    if name not in kinds:
        raise CiError(
            f"not for the event {name!r}: call it on push, workflow_dispatch, schedule and "
            "pull_request; never on pull_request_target, which runs with the rights of the branch"
        )
    # The push itself; the commit's own time is whatever its author's machine said.
    pushed = run.event.get("repository", {}).get("pushed_at") if name == "push" else None
    ref = environ.get("GITHUB_REF", "")
    return Event(
        kind=kinds[name],
        repository=run.repository,
        commit=environ.get("GITHUB_SHA", ""),
        branch=ref.removeprefix("refs/heads/") if ref.startswith("refs/heads/") else "",
        actor=run.actor,
        run_url=run.run_url,
        wanted_at=_time(pushed),
    )


def _github_pull_request(run: CiRun) -> Event:
    request: dict[str, Any] = run.event["pull_request"]
    head = request["head"]
    # A fork that is gone has no repository.
    source = (head.get("repo") or {}).get("full_name", "")
    return Event(
        kind="close" if run.event.get("action") == "closed" else "branch",
        repository=run.repository,
        commit=head["sha"],
        branch=head["ref"],
        actor=run.actor,
        run_url=run.run_url,
        wanted_at=_time(request.get("updated_at")),
        number=int(request["number"]),
        is_fork=source.lower() != run.repository.lower(),
        title=request.get("title", ""),
        author=(request.get("user") or {}).get("login", ""),
        url=request.get("html_url", ""),
        labels=tuple(label["name"] for label in request.get("labels", [])),
        merged=request.get("merged") is True,
    )


# https://docs.gitlab.com/ci/variables/predefined_variables/
def _gitlab(run: CiRun, environ: Mapping[str, str]) -> Event:
    source = environ.get("CI_PIPELINE_SOURCE", "")
    common = {
        "repository": run.repository,
        "actor": run.actor,
        "run_url": run.run_url,
        "wanted_at": _time(environ.get("CI_PIPELINE_CREATED_AT")),
    }
    if source == "merge_request_event":
        number = environ.get("CI_MERGE_REQUEST_IID", "")
        return Event(
            kind="branch",
            # A merged-results pipeline runs on a commit that is on no branch.
            commit=environ.get("CI_MERGE_REQUEST_SOURCE_BRANCH_SHA") or environ["CI_COMMIT_SHA"],
            branch=environ.get("CI_MERGE_REQUEST_SOURCE_BRANCH_NAME", ""),
            number=int(number),
            is_fork=environ.get("CI_MERGE_REQUEST_SOURCE_PROJECT_ID")
            != environ.get("CI_PROJECT_ID"),
            title=environ.get("CI_MERGE_REQUEST_TITLE", ""),
            author=run.actor,
            url=f"{environ.get('CI_PROJECT_URL', '')}/-/merge_requests/{number}",
            labels=tuple(filter(None, environ.get("CI_MERGE_REQUEST_LABELS", "").split(","))),
            **common,
        )
    kinds = {"push": "release", "web": "release", "schedule": "refresh"}
    if source not in kinds:
        known = "push, web, schedule and merge_request_event"
        raise CiError(f"not for pipelines of {source!r}: they have to come from {known}")
    return Event(
        kind=kinds[source],
        commit=environ.get("CI_COMMIT_SHA", ""),
        branch=environ.get("CI_COMMIT_BRANCH", ""),
        **common,
    )


def _time(given: Any) -> str:
    """ISO 8601 in UTC, of seconds since 1970 or of ISO 8601; empty for anything else."""
    try:
        if isinstance(given, (int, float)):
            time = datetime.fromtimestamp(given, timezone.utc)
        else:
            time = datetime.fromisoformat(re.sub(r"[zZ]$", "+00:00", given))
    except (TypeError, ValueError, OverflowError):
        return ""
    if time.tzinfo is None:
        return ""
    return time.astimezone(timezone.utc).isoformat(timespec="milliseconds").replace("+00:00", "Z")
