"""The input of a rollout, one JSON document (see main.py)."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any, Dict, Mapping

from deployment import Wanted, rendered_image

Json = Dict[str, Any]

# The labels that Dagster's charts give to webserver, daemon and code servers, and to no run.
_SELECTOR = "component in (user-deployments,dagster-webserver,dagster-daemon)"

# Seconds that something may last before it counts as a failure, by kind.
_GRACE = {
    "image": 20.0,  # a registry's hiccup; the kubelet tries again after 10 s
    "config": 10.0,  # a Secret that is made at the same time
    "crash": 0.0,  # it is the second failing start already
    "mount": 30.0,  # a ConfigMap or volume that is made at the same time
    "unschedulable": 60.0,
    "scaling": 300.0,  # ... while an autoscaler adds a node
    "quota": 10.0,
    "init": 120.0,  # a database that is started at the same time
    "deployment": 10.0,
    "load": 20.0,  # the webserver shows something else than what is rolled out
    "answer": 60.0,  # a webserver pod that is ready and does not answer
    "workspace": 180.0,  # a kubelet that heeds no annotation takes 90 s
    "api": 15.0,  # refusals: a Role that was made just before
}


@dataclass(frozen=True)
class Settings:
    namespace: str
    workspace_hash: str
    timeout: float
    grace: Mapping[str, float]
    selector: str
    webserver: Wanted
    webserver_port: int
    webserver_path_prefix: str
    daemon: Wanted
    locations: Mapping[str, Wanted]


class InvalidSettings(Exception):
    """The document is not what it should be; the text says where."""


def read_settings(path: str) -> Settings:
    try:
        with open(path, encoding="utf-8") as file:
            document = json.load(file)
    except (OSError, ValueError) as error:
        raise InvalidSettings(f"{path}: {error}") from error
    try:
        return _settings(document)
    except KeyError as error:
        raise InvalidSettings(f"{path}: {error} is missing") from error
    except (TypeError, ValueError, AttributeError) as error:
        raise InvalidSettings(f"{path}: {error}") from error


def _settings(document: Json) -> Settings:
    webserver = document["webserver"]
    locations = [_wanted(each, each["name"]) for each in document["locations"]]
    unknown = set(document.get("graceSeconds") or {}) - set(_GRACE)
    if unknown:
        raise ValueError(f"graceSeconds: unknown {', '.join(sorted(unknown))}")
    grace = {**_GRACE, **(document.get("graceSeconds") or {})}
    return Settings(
        namespace=document["namespace"],
        workspace_hash=document["workspaceHash"],
        timeout=float(document["timeoutSeconds"]),
        grace={kind: float(seconds) for kind, seconds in grace.items()},
        selector=document.get("selector") or _SELECTOR,
        webserver=_wanted(webserver, "webserver"),
        webserver_port=int(webserver["port"]),
        webserver_path_prefix=webserver.get("pathPrefix") or "",
        daemon=_wanted(document["daemon"], "daemon"),
        locations={each.name: each for each in locations},
    )


def _wanted(entry: Json, name: str) -> Wanted:
    image = entry.get("image")
    return Wanted(
        name=name,
        deployment=entry["deployment"],
        image=rendered_image(image) if image else None,
        annotations=dict(entry.get("annotations") or {}),
        states=dict(entry.get("states") or {}),
    )
