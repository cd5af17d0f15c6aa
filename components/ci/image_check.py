"""Asks an image whether its code loads with the pinned defs state, as its pod will.

A folder is made with all that a container needs which has no way to the state store: an instance,
the pin, and a copy of the state. `dagster definitions validate` does not take
`--autoload-defs-module-name`, so it is the code server's own command: it ends with 1 when the code
does not load, and with 0 when nobody has called for a second (tried on 1.13.27).
"""

from __future__ import annotations

import json
import re
import uuid
from pathlib import Path
from typing import Any

from child_process import Ended
from image_builder import ImageCheck, last_error, said_lines
from layout import defs_state_prefix
from traceback_text import last_chain, one_line

# Where DAGSTER_HOME, pin and state are in the container.
MOUNT = "/dagster-check"
PIN = "pin.json"
# The folder that stands for the state store.
STATE = "state"

_LOAD_AND_END = [
    *("api", "grpc", "--socket", "/tmp/check.sock"),
    *("--heartbeat", "--heartbeat-timeout", "1"),
]

# The part of the cluster's instance that a code server reads while it loads.
INSTANCE_CONFIG: dict[str, Any] = {
    "storage": {"sqlite": {"base_dir": "/tmp/dagster-storage"}},
    "compute_logs": {
        "module": "dagster.core.storage.local_compute_log_manager",
        "class": "LocalComputeLogManager",
        "config": {"base_dir": "/tmp/compute-logs"},
    },
    "defs_state_storage": {
        "module": "dagster._core.storage.defs_state.blob_storage_state_storage",
        "class": "UPathDefsStateStorage",
        # As in the cluster: the path comes in FSSPEC_DIR_PATH.
        "config": {"base_path": "dir://", "storage_options": {"target_protocol": "file"}},
    },
    "telemetry": {"enabled": False},
}


def prepare(
    folder: Path, location: str, code_server: list[str], env: dict[str, str], pin: Any
) -> ImageCheck:
    """Completes the folder, whose `state` has what is pinned, and says how it is used."""
    # JSON is YAML. An empty pin is Dagster's "explicitly no pin".
    (folder / "dagster.yaml").write_text(json.dumps(INSTANCE_CONFIG), encoding="utf-8")
    (folder / PIN).write_text("" if pin is None else json.dumps(pin), encoding="utf-8")
    # Images run as users of their own.
    for path in (folder, *folder.rglob("*")):
        path.chmod(0o755 if path.is_dir() else 0o644)
    return ImageCheck(
        arguments=[*_LOAD_AND_END, *code_server],
        environment={
            **env,
            "DAGSTER_HOME": MOUNT,
            "DAGSTER_DEFS_STATE_INFO_OVERRIDE_PATH": f"{MOUNT}/{PIN}",
            "FSSPEC_DIR_PATH": f"{MOUNT}/{STATE}/{defs_state_prefix(location)}",
        },
        folder=folder,
        mount_path=MOUNT,
        container=f"image-check-{uuid.uuid4().hex[:12]}",
    )


def problem(builder: str, ended: Ended, state: str | None) -> str:
    """What a check that did not succeed says of the image, in one line.

    `state` is the container's as docker tells it; docker's own client ends with 1 both when the
    code does not load and when the container could not be started."""
    container = _parse(state)
    if container.get("OOMKilled"):
        return "loading its code took more memory than the container may have"
    not_started = container.get("Error") or _not_started(ended.stderr)
    if not_started:
        return f"{builder} cannot start dagster in it: {one_line(str(not_started))}"
    if state is not None and container.get("Status") != "exited":
        return f"{builder} lost sight of the container: {last_error(ended)}"
    return f"its code does not load in the image: {_said_by_code(ended)}"


def _parse(state: str | None) -> dict[str, Any]:
    try:
        found = json.loads(state or "{}")
    except ValueError:
        return {}
    return found if isinstance(found, dict) else {}


def _not_started(stderr: str) -> str | None:
    """buildah's words for it."""
    found = re.search(r"^error running container: (.+)$", stderr, re.MULTILINE)
    return found[1] if found else None


def _said_by_code(ended: Ended) -> str:
    chain = last_chain(ended.stderr, "/")
    if chain:
        return one_line(chain[0].short)
    for output in (ended.stderr, ended.stdout):
        lines = said_lines(output)
        if lines:
            return one_line(lines[-1])
    return f"it ended with {ended.exit_code} without a word"
