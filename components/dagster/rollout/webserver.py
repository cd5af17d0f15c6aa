"""One webserver pod: makes it see the wanted workspace, and says what it shows.

Each replica has its own view of the workspace, so each is asked and told by its own thread, at
the pod's address. `reloadWorkspace` reads the file anew and loads every location, one after the
other: it is called only while the names differ. A location that was in the workspace before its
code server answered is an error entry that Dagster tries again every 10 s only, so it is reloaded
as soon as its Deployment is rolled out.
"""

from __future__ import annotations

import http.client
import json
import math
import threading
import time
from dataclasses import dataclass, replace
from typing import Any, Callable, Dict, Mapping

from deployment import Wanted
from entry import is_error, mismatch
from log_text import log_reason

Json = Dict[str, Any]

_QUERY = """{
  workspaceOrError { __typename ... on PythonError { message } ... on Workspace {
    locationEntries { name versionKey updatedTimestamp
      defsStateInfo { keyStateInfo { name info { version } } }
      locationOrLoadError { __typename ... on PythonError { message } } } } }
  instance { daemonHealth { allDaemonStatuses {
    daemonType required healthy lastHeartbeatTime } } } }"""
_RELOAD_ALL = """mutation { reloadWorkspace {
  __typename ... on PythonError { message } ... on UnauthorizedError { message } } }"""
_RELOAD = """mutation ($name: String!) { reloadRepositoryLocation(repositoryLocationName: $name) {
  __typename ... on PythonError { message } } }"""

_ASK_SECONDS = 15.0
# Loading is one location after the other, and one that hangs takes Dagster 60 s.
_RELOAD_SECONDS = 180.0
_FIRST_POLL, _SLOWEST_POLL = 0.3, 2.0
# The kubelet takes 0.2 s from the annotation to the file.
_MOUNT_SECONDS = 0.3
# Dagster itself sees within 1 to 2 s that a code server was replaced, and shows the one before
# until it reaches the new one. A reload at once may meet a Service that has neither: an error.
_OWN_REFRESH_SECONDS = 2.5
_RELOAD_AGAIN_SECONDS = 3.0
_ERROR_AGAIN_SECONDS = 1.0


class WebserverError(Exception):
    """It does not answer, or answers with an error of its own."""


@dataclass(frozen=True)
class View:
    """What one webserver pod shows."""

    entries: Mapping[str, Json] | None  # by location; None: it has not answered
    daemons: tuple[Json, ...] = ()
    error: str | None = None


class Webserver(threading.Thread):
    """Ends with the process, or when it is told by `stop`."""

    def __init__(
        self,
        pod: str,
        address: tuple[str, int, str],
        wanted: Mapping[str, Wanted],
        changed: Callable[[], None],
    ) -> None:
        super().__init__(daemon=True)
        self.pod = pod
        self.view = View(None)
        # Set by the rollout: start of the code server of each location that is rolled out.
        self.started: Mapping[str, float] = {}
        self.wake = threading.Event()
        # How often each location was reloaded after its rollout.
        self.tries: dict[str, int] = {}
        self._host, self._port, self._prefix = address
        self._wanted = wanted
        self._changed = changed
        self._stopped = False
        self._reload_at = time.monotonic() + _MOUNT_SECONDS
        self._reload_wait = _FIRST_POLL
        self._reload_error: str | None = None
        self._stale_since: dict[str, float] = {}
        self._reloaded_at: dict[str, float] = {}

    def stop(self) -> None:
        self._stopped = True
        self.wake.set()

    def run(self) -> None:
        wait = _FIRST_POLL
        while not self._stopped:
            before = self.view
            try:
                self._turn()
            except WebserverError as error:
                self.view = replace(self.view, error=str(error))
            except Exception as error:  # a thread must not end silently
                self.view = View(None, (), f"unexpected {type(error).__name__}: {error}")
            if self.view != before:
                wait = _FIRST_POLL
                self._changed()
            if self.wake.wait(wait):
                wait = _FIRST_POLL
            self.wake.clear()
            wait = min(wait * 1.3, _SLOWEST_POLL)

    def _turn(self) -> None:
        self._look()
        if self.view.entries is None:
            return
        now = time.monotonic()
        if set(self.view.entries) != set(self._wanted):
            if now >= self._reload_at:
                return self._reload_workspace()
        for name in self._stale(now):
            self.tries[name] = self.tries.get(name, 0) + 1
            self._reloaded_at[name] = time.monotonic()
            self._ask(_RELOAD, {"name": name}, _RELOAD_SECONDS)
            if time.monotonic() - now > 2:
                break
        if self._reloaded_at and max(self._reloaded_at.values()) >= now:
            self._look()

    def _look(self) -> None:
        data = self._ask(_QUERY, {}, _ASK_SECONDS)
        workspace = data["workspaceOrError"]
        if workspace["__typename"] == "PythonError":
            raise WebserverError("; ".join(log_reason(workspace["message"])))
        entries = {entry["name"]: entry for entry in workspace["locationEntries"]}
        statuses = data["instance"]["daemonHealth"]["allDaemonStatuses"]
        required = tuple(each for each in statuses if each["required"])
        self.view = View(entries, required, self._reload_error)

    def _reload_workspace(self) -> None:
        begun = time.monotonic()
        try:
            answer = self._ask(_RELOAD_ALL, {}, _RELOAD_SECONDS)["reloadWorkspace"]
        finally:
            took = time.monotonic() - begun
            self._reload_wait = min(self._reload_wait * 2, 5.0)
            self._reload_at = time.monotonic() + max(self._reload_wait / 2, 2 * took)
        refused = answer["__typename"] != "Workspace"
        message = answer.get("message") or answer["__typename"]
        self._reload_error = "; ".join(log_reason(message)) if refused else None
        self._look()

    def _stale(self, now: float) -> list[str]:
        """Locations to reload now: rolled out, not shown as wanted, and not about to be."""
        stale = [name for name, started in self.started.items() if self._is_stale(name, started)]
        self._stale_since = {name: self._stale_since.get(name, now) for name in stale}
        due = []
        for name in stale:
            failed = is_error((self.view.entries or {})[name])
            patience = 0.0 if failed else _OWN_REFRESH_SECONDS
            pause = _ERROR_AGAIN_SECONDS if failed else _RELOAD_AGAIN_SECONDS
            again = self._reloaded_at.get(name, -math.inf) + pause
            if now >= max(self._stale_since[name] + patience, again):
                due.append(name)
        return sorted(due, key=lambda name: self._reloaded_at.get(name, 0.0))

    def _is_stale(self, name: str, started: float) -> bool:
        entry = (self.view.entries or {}).get(name)
        return entry is not None and self.unlike(name, started) is not None

    def unlike(self, name: str, started: float) -> list[str] | None:
        """Why it does not show the location as wanted; None when it does."""
        if self.view.entries is None:
            return [self.view.error or "it has not answered yet"]
        # Two nodes, two clocks: what was loaded anew twice is new, whatever its time says.
        started = 0.0 if self.tries.get(name, 0) > 1 else started
        return mismatch(self._wanted[name], self.view.entries.get(name), started)

    def _ask(self, query: str, variables: Json, timeout: float) -> Json:
        connection = http.client.HTTPConnection(self._host, self._port, timeout=timeout)
        try:
            body = json.dumps({"query": query, "variables": variables})
            headers = {"Content-Type": "application/json"}
            connection.request("POST", f"{self._prefix}/graphql", body, headers)
            response = connection.getresponse()
            text = response.read()
        except (OSError, http.client.HTTPException) as error:
            raise WebserverError(f"does not answer: {error or type(error).__name__}") from error
        finally:
            connection.close()
        try:
            answer = json.loads(text)
            errors = [each["message"] for each in answer.get("errors") or []]
            if errors or answer.get("data") is None:
                raise WebserverError("; ".join(errors) or f"answered with HTTP {response.status}")
            return answer["data"]
        except (ValueError, AttributeError, KeyError, TypeError) as error:
            raise WebserverError(f"answered with HTTP {response.status} and no JSON") from error
