"""Decides of each subject whether it is served, failed, or still waited for."""

from __future__ import annotations

from typing import Sequence

from explain import Explainer
from subject import Subject
from webserver import Webserver


class Judge:
    def __init__(self, explainer: Explainer) -> None:
        self._explainer = explainer

    def pods(self, subject: Subject, now: float) -> None:
        """A Deployment that is not rolled out."""
        problem = subject.observed.problem
        if problem is None:
            subject.wait(subject.observed.waits_for)
            return
        subject.suspect(
            problem.kind, now, problem.text, lambda lasted: self._explainer.problem(problem, lasted)
        )

    def webserver(
        self, subject: Subject, servers: Sequence[Webserver], wanted: set[str], now: float
    ) -> None:
        """It is ready when every pod lists the wanted locations, and no other."""
        for server in servers:
            if server.view.entries is None and server.view.error is None:
                subject.wait(f"the answer of pod {server.pod}")
                return
            unlike = _unlike_workspace(server, wanted)
            if unlike is not None:
                kind, lines = unlike
                _suspect(subject, kind, now, lines)
                return
        if servers:
            subject.serve()
        else:
            subject.wait("a pod that is ready")

    def daemon(self, subject: Subject, servers: Sequence[Webserver], can_ask: bool) -> None:
        """It has no probe: it is ready when each of its daemons has said so since its start."""
        if not can_ask:
            subject.serve()
            return
        daemons = next((server.view.daemons for server in servers if server.view.daemons), ())
        started = subject.observed.started
        silent = [
            each["daemonType"]
            for each in daemons
            if not each["healthy"] or (each["lastHeartbeatTime"] or 0.0) < started
        ]
        if daemons and not silent:
            subject.serve()
        else:
            subject.wait(f"the first heartbeat of {', '.join(silent) or 'its daemons'}")

    def location(self, subject: Subject, servers: Sequence[Webserver], now: float) -> None:
        """Its Deployment is rolled out; every webserver has to show what that runs."""
        if not any(server.view.entries is not None for server in servers):
            subject.wait("the webserver")
            return
        unlike = [
            (server, server.unlike(subject.name, subject.observed.started)) for server in servers
        ]
        bad = [(server, lines) for server, lines in unlike if lines is not None]
        if not bad:
            subject.serve()
            return
        server, lines = bad[0]
        if any(not _was_tried(server, subject.name) for server, _ in bad):
            subject.wait(f"the webserver: {lines[0]}")
            return
        where = (
            [] if len(bad) == len(servers) else [f"on {len(bad)} of {len(servers)} webserver pods"]
        )
        _suspect(subject, "load", now, [*lines, *where])


def _suspect(subject: Subject, kind: str, now: float, lines: list[str]) -> None:
    subject.suspect(kind, now, lines[0], lambda _: lines)


def _unlike_workspace(server: Webserver, wanted: set[str]) -> tuple[str, list[str]] | None:
    view = server.view
    if view.entries is None:
        return "answer", [f"pod {server.pod} {view.error}"]
    if set(view.entries) == wanted:
        return None
    text = _names_text(server.pod, set(view.entries), wanted)
    return "workspace", [text, *([view.error] if view.error else [])]


def _was_tried(server: Webserver, name: str) -> bool:
    """Before it was told to load the location again, what it shows proves nothing."""
    return name in server.tries and name in (server.view.entries or {})


def _names_text(pod: str, listed: set[str], wanted: set[str]) -> str:
    parts = [
        f"{verb} {', '.join(sorted(names))}"
        for verb, names in (("still lists", listed - wanted), ("does not list", wanted - listed))
        if names
    ]
    return f"pod {pod} {' and '.join(parts)}"
