"""Reads from a pod why it does not become ready: pure, from the API's objects alone."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Dict

Json = Dict[str, Any]

_IMAGE = {
    "ErrImagePull",
    "ImagePullBackOff",
    "InvalidImageName",
    "ErrImageNeverPull",
    "ImageInspectError",
    "RegistryUnavailable",
    "SignatureValidationFailed",
}
_CONFIG = {
    "CreateContainerConfigError",
    "CreateContainerError",
    "RunContainerError",
    "PreCreateHookError",
    "PostStartHookError",
}
# A container that the runtime could not start has no log; its message says why.
_NOT_STARTED = {"StartError", "ContainerCannotRun"}
# What the scheduler thought of evicting others.
_UNSCHEDULED_REST = re.compile(
    r"[\s,]*(?:no new claims to deallocate,\s*)?preemption: .*", re.DOTALL
)
FAILING_STARTS = 2


@dataclass(frozen=True)
class Problem:
    """Something that keeps a pod from becoming ready."""

    kind: str  # decides how long it may last: a key of the grace times
    text: str
    pod: str | None = None
    container: str | None = None  # whose log says more
    previous: bool = False  # ... the log of its start before


def pod_problem(pod: Json) -> Problem | None:
    """None: nothing is known to be wrong."""
    name = pod["metadata"]["name"]
    unscheduled = condition(pod, "PodScheduled")
    if unscheduled.get("status") == "False" and unscheduled.get("reason") == "Unschedulable":
        message = _UNSCHEDULED_REST.sub("", unscheduled.get("message", ""))
        return Problem("unschedulable", f"no node takes its pod: {message.rstrip('. ')}", name)
    for status, spec, init in _containers(pod):
        problem = _container_problem(name, status, spec, init)
        if problem is not None:
            return problem
        if init and "running" in (status.get("state") or {}) and not _is_sidecar(spec):
            text = f"its init container {status['name']} does not end"
            return Problem("init", text, name, status["name"])
    if _is_creating(pod):
        return Problem("mount", "its container is being created", name)
    return None


def _container_problem(pod: str, status: Json, spec: Json, init: bool) -> Problem | None:
    state, last = status.get("state") or {}, status.get("lastState") or {}
    waiting = state.get("waiting") or {}
    reason, message = waiting.get("reason", ""), waiting.get("message", "")
    if reason in _IMAGE:
        cause = pull_cause(message)
        if reason == "InvalidImageName":
            cause = "its name is not valid"
        text = f"image {spec.get('image')} cannot be pulled"
        return Problem("image", f"{text}: {cause}" if cause else text, pod)
    if reason in _CONFIG:
        return Problem("config", _config_cause(message) or reason, pod)
    ended = state.get("terminated") or ({} if "running" in state else last.get("terminated")) or {}
    if not ended or (init and ended.get("exitCode") == 0):
        return None
    if ended.get("reason") in _NOT_STARTED:
        return Problem("config", _config_cause(ended.get("message", "")) or "does not start", pod)
    starts = int(status.get("restartCount") or 0) + 1
    killed = _killed_by_startup_probe(ended, spec)
    if starts < FAILING_STARTS and killed is None:
        return None
    return Problem("crash", killed or _end_text(ended, spec), pod, status["name"])


def _end_text(ended: Json, spec: Json) -> str:
    if ended.get("reason") == "OOMKilled":
        limit = ((spec.get("resources") or {}).get("limits") or {}).get("memory", "that is set")
        return f"killed: it takes more memory than its limit {limit}"
    return f"its code server ends with exit code {ended.get('exitCode')}"


def _killed_by_startup_probe(ended: Json, spec: Json) -> str | None:
    """The kubelet says so in an event only; the exit code is the code server's own choice."""
    probe = spec.get("startupProbe")
    if not probe or ended.get("reason") == "OOMKilled":
        return None
    period = int(probe.get("periodSeconds") or 10)
    window = period * int(probe.get("failureThreshold") or 3)
    begun, done = timestamp(ended.get("startedAt")), timestamp(ended.get("finishedAt"))
    # The first probe comes within a period, and the times are whole seconds.
    if begun is None or done is None or done - begun < window - period - 1:
        return None
    return f"not loaded {window} s after its start (startupTimeoutSeconds), so it was restarted"


def pull_cause(message: str) -> str:
    """What is new in the kubelet's message, which repeats the image's name up to four times."""
    text = message.rpartition("desc = ")[2] if "desc = " in message else message
    text = re.sub(r'^Back-off pulling image "[^"]*"(?:: \w+: )?', "", text)
    text = re.sub(r'(?:failed to (?:pull and unpack|resolve|copy)[^:"]*(?:"[^"]*")?): ', "", text)
    text = re.sub(r"^(?:[\w.-]+(?::\d+)?/)?[\w./-]+(?::[\w.-]+)?(?:@sha256:[0-9a-f]+)?: ", "", text)
    return re.sub(r"\s+", " ", text).strip()


def _config_cause(message: str) -> str:
    text = message.rpartition("desc = ")[2] if "desc = " in message else message
    text = re.sub(r"^.*OCI runtime create failed: ", "", text, flags=re.DOTALL)
    return re.sub(r"\s+", " ", text).strip()


def mount_cause(events: list[Json]) -> str | None:
    """What the last warning says of a volume or a network that the pod does not get."""
    warnings = [event for event in events if event.get("type") == "Warning"]
    if not warnings:
        return None
    message = re.sub(r"\s+", " ", str(warnings[-1].get("message", ""))).strip()
    return re.sub(r'^MountVolume\.SetUp failed for volume "([^"]+)" ?: ', r"volume \1: ", message)


def waiting_text(pod: Json) -> str:
    """What a pod without a problem waits for."""
    for status, _, init in _containers(pod):
        state = status.get("state") or {}
        if init and "terminated" in state:
            continue
        if init:
            return f"init container {status['name']}"
        if "running" in state and not status.get("ready"):
            tries = int(status.get("restartCount") or 0) + 1
            return "its code to load" if tries == 1 else f"its code to load, try {tries}"
        if (
            "terminated" in state
            or (state.get("waiting") or {}).get("reason") == "CrashLoopBackOff"
        ):
            return "its second start"
    return "its container"


def condition(thing: Json, kind: str) -> Json:
    found = ((thing.get("status") or {}).get("conditions")) or []
    return next((each for each in found if each.get("type") == kind), {})


def timestamp(text: str | None) -> float | None:
    if not text:
        return None
    return datetime.fromisoformat(text.replace("Z", "+00:00")).timestamp()


def _containers(pod: Json) -> list[tuple[Json, Json, bool]]:
    """Each container's status with its specification, and whether it is an init container."""
    found: list[tuple[Json, Json, bool]] = []
    for kind, statuses in (
        ("initContainers", "initContainerStatuses"),
        ("containers", "containerStatuses"),
    ):
        specs = {each["name"]: each for each in pod["spec"].get(kind) or []}
        for status in pod["status"].get(statuses) or []:
            found.append((status, specs.get(status["name"], {}), kind == "initContainers"))
    return found


def _is_creating(pod: Json) -> bool:
    if condition(pod, "PodScheduled").get("status") != "True":
        return False
    reasons = [
        ((status.get("state") or {}).get("waiting") or {}).get("reason")
        for status, _, _ in _containers(pod)
    ]
    return bool(reasons) and all(
        each in ("ContainerCreating", "PodInitializing") for each in reasons
    )


def _is_sidecar(spec: Json) -> bool:
    return spec.get("restartPolicy") == "Always"
