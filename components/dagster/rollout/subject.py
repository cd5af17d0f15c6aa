"""Webserver, daemon or a location while it is waited for, and for how long something was wrong."""

from __future__ import annotations

from dataclasses import replace
from typing import Callable, Mapping, Optional, Sequence

from deployment import Observation, Wanted
from report import Failed

# The reason's lines, of something that has lasted so many seconds.
Explain = Callable[[float], Optional[Sequence[str]]]

_NOTHING = Observation(False, "the Kubernetes API")


class Subject:
    def __init__(self, wanted: Wanted, grace: Mapping[str, float]) -> None:
        self.wanted = wanted
        self.name = wanted.name
        self.observed: Observation = _NOTHING
        self.previous_ran = False
        self.served = False
        self.reason: Sequence[str] | None = None
        self.state = f"waits for {_NOTHING.waits_for}"
        # Says more of what is wrong now; None when nothing is.
        self.explain: Explain | None = None
        self._grace = grace
        self._previous_end = 0.0
        self._since: dict[str, float] = {}

    def without_previous(self, runs: bool, now: float) -> None:
        """An older pod that still runs may still be asked; only what is younger than its end counts."""
        if runs:
            self.previous_ran = True
            if self.observed.rolled_out:
                waits_for = "its previous pod to end"
                self.observed = replace(self.observed, rolled_out=False, waits_for=waits_for)
        elif self.previous_ran and self._previous_end == 0.0:
            self._previous_end = now
        started = max(self.observed.started, self._previous_end)
        self.observed = replace(self.observed, started=started)

    @property
    def settled(self) -> bool:
        return self.served or self.reason is not None

    def serve(self) -> None:
        self.served, self.reason, self.state = True, None, "served"
        self._since.clear()

    def wait(self, waits_for: str) -> None:
        """Nothing is wrong; a failure that was found before stays one until it is served."""
        self.served, self.state, self.explain = False, f"waits for {waits_for}", None
        self._since.clear()

    def suspect(self, kind: str, now: float, text: str, explain: Explain) -> None:
        """Something is wrong. When it has lasted for too long, it is a failure."""
        self.served, self.state, self.explain = False, text, explain
        self._since = {kind: self._since.get(kind, now)}
        if self.reason is None and self.lasted(kind, now) >= self._grace[kind]:
            # None: it is on its way after all.
            self.reason = explain(self.lasted(kind, now))

    def lasted(self, kind: str, now: float) -> float:
        return now - self._since.get(kind, now)

    def failed(self) -> Failed:
        return Failed(self.name, self.reason or [], self.observed.previous_serves)
