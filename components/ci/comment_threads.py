"""The comments of a pull request (GitHub) or merge request (GitLab), as ci_comment.py needs them.

GitHub: docs.github.com/rest/issues/comments (a pull request's comments are those of its issue).
GitLab: docs.gitlab.com/api/notes#merge-requests.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Protocol

from http_api import ApiError, HttpApi

# The user behind GITHUB_TOKEN. An installation's token cannot ask for its user (GET /user answers
# 403), and nobody else can have a name with brackets.
GITHUB_BOT = "github-actions[bot]"


@dataclass(frozen=True)
class Comment:
    number: int
    body: str


class Thread(Protocol):
    # Characters of one comment.
    limit: int

    def own(self) -> Iterator[Comment]:
        """Those that the token's own user wrote, in any order."""

    def create(self, body: str) -> None: ...

    def edit(self, comment: Comment, body: str) -> None: ...

    def delete(self, comment: Comment) -> None: ...

    def text(self, body: str) -> str:
        """The body as it may be written there."""


class GitHubThread:
    # The API refuses more: "body is too long (maximum is 65536 characters)",
    # github.com/orgs/community/discussions/41331.
    limit = 65_536

    def __init__(self, api: HttpApi, repository: str, number: int) -> None:
        self._api = api
        self._comments = f"/repos/{repository}/issues/comments"
        self._thread = f"/repos/{repository}/issues/{number}/comments"

    def own(self) -> Iterator[Comment]:
        for found in self._api.pages(self._thread):
            # Who deleted the account has no user here.
            if (found.get("user") or {}).get("login") == GITHUB_BOT:
                yield _comment(found)

    def create(self, body: str) -> None:
        self._api.request("POST", self._thread, {"body": body})

    def edit(self, comment: Comment, body: str) -> None:
        self._api.request("PATCH", f"{self._comments}/{comment.number}", {"body": body})

    def delete(self, comment: Comment) -> None:
        _delete(self._api, f"{self._comments}/{comment.number}")

    def text(self, body: str) -> str:
        return body


class GitLabThread:
    # "Limited to 1,000,000 characters", docs.gitlab.com/api/notes.
    limit = 1_000_000

    def __init__(self, api: HttpApi, project: str, number: int) -> None:
        self._api = api
        self._notes = f"/projects/{project}/merge_requests/{number}/notes"
        self._user: int | None = None

    def own(self) -> Iterator[Comment]:
        if self._user is None:
            self._user = self._api.json("GET", "/user")["id"]
        for found in self._api.pages(self._notes):
            is_ours = (found.get("author") or {}).get("id") == self._user
            if is_ours and not found.get("system"):
                yield _comment(found)

    def create(self, body: str) -> None:
        self._api.request("POST", self._notes, {"body": body})

    def edit(self, comment: Comment, body: str) -> None:
        self._api.request("PUT", f"{self._notes}/{comment.number}", {"body": body})

    def delete(self, comment: Comment) -> None:
        _delete(self._api, f"{self._notes}/{comment.number}")

    def text(self, body: str) -> str:
        """GitLab takes a line that begins with /close, /merge, … for an order of the token's user
        (lib/gitlab/quick_actions/extractor.rb: `^\\/`, after it has removed every \\r). A body has
        other people's text in it: a space makes such a line text."""
        return re.sub(r"^/", " /", body.replace("\r", ""), flags=re.MULTILINE)


def _comment(found: Any) -> Comment:
    return Comment(int(found["id"]), str(found.get("body") or ""))


def _delete(api: HttpApi, path: str) -> None:
    try:
        api.request("DELETE", path)
    except ApiError as error:
        # Another job was faster.
        if error.status != 404:
            raise
