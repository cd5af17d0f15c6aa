"""Asks the platform's CI to deploy a location now, instead of at its next scheduled run.

GitHub: docs.github.com/rest/actions/workflows#create-a-workflow-dispatch-event.
GitLab: docs.gitlab.com/api/pipeline_triggers#trigger-a-pipeline-with-a-token.
"""

from __future__ import annotations

import json
import urllib.parse
from collections.abc import Mapping
from dataclasses import dataclass

from ci_system import github_api
from http_answer import one_line
from http_api import ApiError, HttpApi

WORKFLOW = "platform.yml"

_SCHEDULE = "its schedule will deploy it"


@dataclass(frozen=True)
class Platform:
    """The platform's repository, and where its API is."""

    provider: str
    repository: str
    branch: str
    api: str
    # GitLab's number of the project, if known.
    project: str | None = None

    @property
    def runs_url(self) -> str:
        """Where a person sees its runs: the API's address without what makes it the API's
        (api.github.com, api.<company>.ghe.com, <host>/api/v3, <host>/api/v4)."""
        parts = urllib.parse.urlsplit(self.api)
        host = parts.netloc.removeprefix("api.") if self.provider == "github" else parts.netloc
        path = parts.path.rstrip("/").removesuffix("/api/v3").removesuffix("/api/v4")
        end = f"actions/workflows/{WORKFLOW}" if self.provider == "github" else "-/pipelines"
        return f"{parts.scheme}://{host}{path}/{self.repository}/{end}"


@dataclass(frozen=True)
class Asked:
    """`done`: the platform's CI has been told; `text`: one line for people about it."""

    done: bool
    text: str


def ask(platform: Platform, token: str, location: str, commit: str | None) -> Asked:
    """Never raises: the platform's schedule deploys whatever this could not ask for."""
    if not token:
        text = f"DAGSTER_DEPLOY_TOKEN is not set, so {platform.repository} is not asked"
        return Asked(False, f"{text}: {_SCHEDULE}")
    is_github = platform.provider == "github"
    try:
        post = _dispatch if is_github else _trigger
        url = post(platform, token, location, commit or "")
        return Asked(True, f"asked {platform.repository} to deploy: {url or platform.runs_url}")
    except ApiError as error:
        needs = _github_needs(platform, error) if is_github else _gitlab_needs(platform, error)
        text = f"{platform.repository} could not be asked: {error}{needs}"
        return Asked(False, f"{text}; {_SCHEDULE}")


def _dispatch(platform: Platform, token: str, location: str, commit: str) -> str:
    api = github_api(platform.api, token)
    body: dict[str, object] = {
        "ref": platform.branch,
        "inputs": {"location": location, "commit": commit},
    }
    # Since February 2026 the answer can say which run it made; GitHub Enterprise Server refuses
    # what it does not know (github.com/cli/cli/issues/12672).
    if not api.base.endswith("/api/v3"):
        body["return_run_details"] = True
    path = f"/repos/{platform.repository}/actions/workflows/{WORKFLOW}/dispatches"
    return _member(api.request("POST", path, body).body, "html_url")


def _trigger(platform: Platform, token: str, _location: str, _commit: str) -> str:
    """Without variables: by default nobody may give any (docs.gitlab.com/ci/variables), and the
    platform looks at all releases in any case."""
    project = platform.project or urllib.parse.quote(platform.repository, safe="")
    form: Mapping[str, str] = {"token": token, "ref": platform.branch}
    path = f"/projects/{project}/trigger/pipeline"
    answer = HttpApi(platform.api, {}, token).request("POST", path, form=form)
    return _member(answer.body, "web_url")


def _member(body: bytes, name: str) -> str:
    """A URL of the answer; empty when it has none (GitHub: 204)."""
    try:
        found = json.loads(body)[name]
    except (ValueError, KeyError, TypeError):
        return ""
    return one_line(str(found))


def _github_needs(platform: Platform, error: ApiError) -> str:
    if error.status in (401, 403, 404):
        return (
            f": DAGSTER_DEPLOY_TOKEN needs the permission `actions: write` on "
            f"{platform.repository} and nothing else (a fine-grained token or a GitHub App's), "
            f"and {WORKFLOW} must be there"
        )
    if error.status == 422:
        return f": {WORKFLOW} must be on {platform.branch}, with workflow_dispatch"
    return ""


def _gitlab_needs(platform: Platform, error: ApiError) -> str:
    if error.status in (401, 403, 404):
        return (
            f": DAGSTER_DEPLOY_TOKEN must be a pipeline trigger token of {platform.repository} "
            "(Settings > CI/CD > Pipeline trigger tokens)"
        )
    return ""
