"""Waits until the platform has deployed a release, by what stands in the state store.

The platform's CI writes `deployments/<location>.json` when a location is loaded, or is not. The
release record itself says whether another release has taken the place of the one waited for.
"""

from __future__ import annotations

import hashlib
import json
import re
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Literal

import release_record
from http_answer import one_line
from layout import release_key
from object_store import Forbidden, ObjectStore, StoreError
from transient import is_transient

_SCHEMA_VERSION = 1


class UnreadableDeployment(Exception):
    """The platform writes what this script does not know; one line for people."""


@dataclass(frozen=True)
class Release:
    """What release.py wrote: the record, and the SHA-256 of its bytes in the store."""

    location: str
    record: release_record.Record
    digest: str

    @property
    def commit(self) -> str | None:
        commit = self.record.get("commit")
        return commit if isinstance(commit, str) else None


@dataclass(frozen=True)
class Outcome:
    # broken: the state store or its content, not the location.
    state: Literal["loaded", "failed", "superseded", "late", "broken"]
    text: str
    url: str | None = None


class Watch:
    """One release, looked after in one store."""

    def __init__(self, store: ObjectStore, release: Release, say: Callable[[str], None]) -> None:
        self._store = store
        self._release = release
        self._say = say
        self._last: dict[str, Any] | None = None
        self._stale: bytes | None = None
        self._current: bytes | None = None
        self._trouble = ""
        self._said = ""

    def forget_failure(self) -> None:
        """A failure that is there now is of an earlier attempt, and no answer to the next one."""
        self._stale = self._current

    def wait(self, deadline: float, poll: float) -> Outcome:
        """`deadline`: by time.monotonic()."""
        while True:
            outcome = self.look()
            if outcome is not None:
                return outcome
            left = deadline - time.monotonic()
            if left <= 0:
                return Outcome("late", self._late())
            time.sleep(min(poll, left))

    def look(self) -> Outcome | None:
        """None: not yet. Raises `StoreError` for what will not pass, `UnreadableDeployment`."""
        self._trouble = ""
        deployment = self._deployment()
        if deployment is not None and deployment.get("release") == self._release.digest:
            url = _link(deployment.get("dagsterUrl"))
            if deployment.get("status") == "loaded":
                return Outcome("loaded", f"loaded: {url or 'the platform names no URL'}", url)
            if deployment.get("status") == "failed" and self._current != self._stale:
                return Outcome("failed", f"failed: {_failure(deployment)}", url)
        return self._superseded()

    def _deployment(self) -> dict[str, Any] | None:
        key = f"deployments/{self._release.location}.json"
        body = self._get(key)
        if body is None:
            return None
        try:
            deployment = json.loads(body)
        except ValueError:
            deployment = None
        if not isinstance(deployment, dict):
            self._trouble = f"{self._store.url}/{key} is no JSON object"
            return None
        version = deployment.get("schemaVersion")
        if isinstance(version, int) and version > _SCHEMA_VERSION:
            raise UnreadableDeployment(
                f"{self._store.url}/{key} has schemaVersion {version}, this script reads "
                f"{_SCHEMA_VERSION}: take the workflow of the platform's present version"
            )
        self._current, self._last = body, deployment
        return deployment

    def _superseded(self) -> Outcome | None:
        """Ours was written; what stands there instead came later, unless it is older by the order
        of releases: then somebody brought an earlier version of the object back."""
        body = self._get(release_key(self._release.location))
        if body is None or hashlib.sha256(body).hexdigest() == self._release.digest:
            return None
        try:
            record = json.loads(body)
            theirs = {name: record.get(name) for name in ("commit", "defsState", "releasedAt")}
        except (ValueError, AttributeError):
            return None
        if release_record.newer(self._release.record, theirs) is not None:
            return None
        by = f"{_short(theirs['commit'])} of {one_line(str(theirs['releasedAt']))}"
        run = record.get("runUrl")
        where = f", {one_line(str(run))}," if run else ""
        return Outcome("superseded", f"superseded by {by}: that release's run{where} waits for it")

    def _get(self, key: str) -> bytes | None:
        try:
            found = self._store.get(key)
        except Forbidden as error:
            # S3 says so of an absent object, too, to who may not list.
            self._trouble = f"{error} (or it is not there yet)"
            return None
        except StoreError as error:
            # What surely stays as it is ends the wait; anything else may be better next time.
            if is_transient(str(error)) is False:
                raise
            self._trouble = str(error)
            if self._said != self._trouble:
                self._say(f"waiting on: {self._trouble}")
            self._said = self._trouble
            return None
        return None if found is None else found[0]

    def _late(self) -> str:
        name = self._release.location
        last = self._last
        if last is None:
            text = f"the platform has never deployed {name}, as far as {self._store.url} says"
        else:
            state = f"{_short(last.get('commit'))}, {one_line(str(last.get('status')))}"
            text = f"the platform has not deployed {name} since {last.get('at')} ({state})"
            if self._current is not None and self._current == self._stale:
                text += f", when it failed: {_failure(last)}"
        return f"{text}; {self._trouble}" if self._trouble else text


def _link(url: Any) -> str | None:
    return url if isinstance(url, str) and re.fullmatch(r"https?://[^\s<>]+", url) else None


def _failure(deployment: dict[str, Any]) -> str:
    run = deployment.get("runUrl")
    text = one_line(str(deployment.get("error") or "the platform gives no reason"))
    return f"{text} (deployed by {one_line(str(run))})" if run else text


def _short(commit: Any) -> str:
    return commit[:10] if isinstance(commit, str) and commit else "no commit"
