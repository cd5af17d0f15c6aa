"""What one Deployment and its pods say: rolled out, or what is in the way. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Dict, Mapping

from problems import Problem, condition, pod_problem, timestamp, waiting_text

Json = Dict[str, Any]


@dataclass(frozen=True)
class Wanted:
    """What webserver, daemon or a location is to be."""

    name: str
    deployment: str
    image: str | None  # None: not known, any will do
    annotations: Mapping[str, str]  # of the pod template
    states: Mapping[str, str]  # version by key


@dataclass(frozen=True)
class Observation:
    rolled_out: bool
    waits_for: str
    problem: Problem | None = None
    started: float = 0.0  # when the newest pod was ready: what is older is not of it
    previous_serves: bool = False
    pod: Json | None = None  # the newest of the wanted ones


def observe(wanted: Wanted, deployment: Json | None, pods: list[Json]) -> Observation:
    """`pods`: of the whole platform; those that are not the Deployment's are left out."""
    if deployment is None:
        return _missing(f"there is no Deployment {wanted.deployment}")
    different = _difference(wanted, deployment)
    if different is not None:
        return _missing(different)
    own = sorted(pods_of(deployment, pods), key=lambda pod: pod["metadata"]["creationTimestamp"])
    new = [pod for pod in own if _has_template(pod, deployment)]
    old = [pod for pod in own if pod not in new]
    if _is_rolled_out(deployment):
        started = max((_started(pod) for pod in new if is_ready(pod)), default=0.0)
        return Observation(True, "", None, started, False, new[-1] if new else None)
    serves = any(is_ready(pod) for pod in old)
    refused = condition(deployment, "ReplicaFailure")
    if refused.get("status") == "True" and not new:
        text = str(refused.get("message", "")).partition(" is forbidden: ")
        problem = Problem("quota", f"its pod is refused: {text[2] or text[0]}")
        return Observation(False, "a pod", problem, previous_serves=serves)
    if not new:
        return Observation(False, "a pod", previous_serves=serves)
    problem = None if is_ready(new[-1]) else pod_problem(new[-1])
    waits = "its previous pod to end" if is_ready(new[-1]) else waiting_text(new[-1])
    return Observation(False, waits, problem, 0.0, serves, new[-1])


def _missing(text: str) -> Observation:
    return Observation(False, "its Deployment", Problem("deployment", text))


def pods_of(deployment: Json, pods: list[Json]) -> list[Json]:
    """The pods of a Deployment that are not about to go."""
    labels = deployment["spec"]["selector"].get("matchLabels") or {}
    return [
        pod
        for pod in pods
        if "deletionTimestamp" not in pod["metadata"]
        and pod["status"].get("phase") in ("Pending", "Running")
        and _contains(pod["metadata"].get("labels"), labels)
    ]


def is_ready(pod: Json) -> bool:
    return condition(pod, "Ready").get("status") == "True"


def rendered_image(reference: str) -> str:
    """As the chart writes it: a digest stands without the tag."""
    name, at, digest = reference.partition("@")
    if not at:
        return reference
    head, slash, last = name.rpartition("/")
    return f"{head}{slash}{last.partition(':')[0]}@{digest}"


def _difference(wanted: Wanted, deployment: Json) -> str | None:
    """Somebody else may have changed it since, or Helm may have changed it back."""
    template = deployment["spec"]["template"]
    image = template["spec"]["containers"][0].get("image")
    if wanted.image is not None and image != wanted.image:
        return f"its Deployment {wanted.deployment} has image {image}, not {wanted.image}"
    annotations = template["metadata"].get("annotations")
    if not _contains(annotations, wanted.annotations):
        return f"its Deployment {wanted.deployment} is not the one that was applied"
    if deployment["spec"].get("replicas") == 0:
        return f"its Deployment {wanted.deployment} is scaled to 0"
    return None


def _is_rolled_out(deployment: Json) -> bool:
    """As `kubectl rollout status` has it; pods that are ending are in no count."""
    status = deployment.get("status") or {}
    replicas = deployment["spec"].get("replicas", 1)
    return (
        status.get("observedGeneration", 0) >= deployment["metadata"]["generation"]
        and status.get("updatedReplicas", 0) == replicas
        and status.get("replicas", 0) == replicas
        and status.get("availableReplicas", 0) == replicas
    )


def _has_template(pod: Json, deployment: Json) -> bool:
    """The charts' checksum annotations differ whenever the values of the pod do."""
    template = deployment["spec"]["template"]
    return (
        _contains(pod["metadata"].get("annotations"), template["metadata"].get("annotations") or {})
        and _images(template["spec"]).items() <= _images(pod["spec"]).items()
    )


def _images(spec: Json) -> dict[str, str]:
    """By the container's name: a service mesh adds containers of its own to a pod."""
    kinds = ("initContainers", "containers")
    return {each["name"]: each.get("image", "") for kind in kinds for each in spec.get(kind) or []}


def previous_runs(deployment: Json, pods: list[Json], now: float) -> bool:
    """Whether an older pod still runs, also one that is ending: its connections last until then."""
    labels = deployment["spec"]["selector"].get("matchLabels") or {}
    return any(
        pod["status"].get("phase") == "Running"
        and _contains(pod["metadata"].get("labels"), labels)
        and not _has_template(pod, deployment)
        # On a node that is gone it ends for nobody to see.
        and (timestamp(pod["metadata"].get("deletionTimestamp")) or now) >= now
        for pod in pods
    )


def _started(pod: Json) -> float:
    """When it was ready: until then the Service leads to the pod before."""
    states = [each.get("state") or {} for each in pod["status"].get("containerStatuses") or []]
    times = [timestamp((state.get("running") or {}).get("startedAt")) for state in states]
    times.append(timestamp(condition(pod, "Ready").get("lastTransitionTime")))
    return max((each for each in times if each is not None), default=0.0)


def _contains(mapping: Mapping[str, str] | None, part: Mapping[str, str]) -> bool:
    return all((mapping or {}).get(key) == value for key, value in part.items())
