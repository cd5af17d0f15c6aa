"""Finds the reason of a failure: in the pod's log, or in what was said of the pod."""

from __future__ import annotations

from typing import Any, Dict, Mapping, Sequence

from cluster import Cluster
from deployment import Observation
from log_text import log_reason, one_line
from problems import Problem, mount_cause, pull_cause

Json = Dict[str, Any]

# Said of a pod when an autoscaler (the cluster's own, or Karpenter) adds a node for it.
_SCALING = {"TriggeredScaleUp", "Nominated"}
# What Dagster raises in the code that runs when it is told to end.
_STOPPED = "DagsterExecutionInterruptedError"
_RUNNING_LOG_LINES = 3


class Explainer:
    def __init__(self, cluster: Cluster, grace: Mapping[str, float]) -> None:
        self._cluster = cluster
        self._grace = grace

    def problem(self, problem: Problem, lasted: float) -> Sequence[str] | None:
        """The lines of a failure; None when it is none yet."""
        if problem.kind == "unschedulable" and lasted < self._grace["scaling"]:
            if any(event.get("reason") in _SCALING for event in self._events(problem)):
                return None
        if problem.kind == "mount":
            # Without a warning the image is being pulled, and a large one takes its time.
            cause = mount_cause(self._events(problem))
            return [one_line(cause)] if cause else None
        if problem.kind == "image" and problem.text.endswith("cannot be pulled"):
            return [one_line(f"{problem.text}: {self._pull_failure(problem)}")]
        return self.lines(problem)

    def lines(self, problem: Problem) -> list[str]:
        text = one_line(problem.text)
        if problem.container is None or problem.pod is None:
            return [text]
        log = self._log(problem.pod, problem.container)
        lines = log_reason(log)
        if lines and lines[0].startswith(_STOPPED):
            # It was stopped from outside: the place says what took so long.
            return [text, *lines[1:]]
        return lines if _has_traceback(log) else [text, *lines]

    def unfinished(self, observed: Observation) -> list[str]:
        """The last words of a pod that was still on its way when time was over."""
        if observed.pod is None or observed.rolled_out:
            return []
        name = observed.pod["metadata"]["name"]
        container = observed.pod["spec"]["containers"][0]["name"]
        log = self._log(name, container)
        lines = log_reason(log)
        return lines if _has_traceback(log) else lines[-_RUNNING_LOG_LINES:]

    def _log(self, pod: str, container: str) -> str:
        """Of the start that ended: it may have been started again just now."""
        log = self._cluster.log(pod, container, previous=False)
        if _has_traceback(log):
            return log
        before = self._cluster.log(pod, container, previous=True)
        return before if _has_traceback(before) or not log.strip() else log

    def _events(self, problem: Problem) -> list[Json]:
        return [] if problem.pod is None else self._cluster.events(problem.pod)

    def _pull_failure(self, problem: Problem) -> str:
        """Kubelets before 1.32 say no more than that they wait; the reason is in an event."""
        messages = [str(event.get("message", "")) for event in self._events(problem)]
        found = [each for each in messages if each.startswith("Failed to pull image")]
        return pull_cause(found[-1]) if found else "its registry gave no reason"


def _has_traceback(log: str) -> bool:
    return "Traceback (most recent call last):" in log
