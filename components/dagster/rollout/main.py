"""Ends a `pulumi up`: makes the system see the new workspace, and waits until it is served.

    python3 main.py rollout.json

Runs as a Kubernetes Job in Dagster's system image; Python's standard library only. All Helm
releases are applied before it, without waiting. It annotates the pods of webserver and daemon, so
that their kubelets refresh the mounted workspace at once; has each webserver pod reload it; and
waits until each location is served by what is wanted, or has failed for good. No pod is replaced.

Input, JSON:

    {
      "namespace": "data",                of everything below
      "workspaceHash": "1f0c…",           any text that differs when the workspace does
      "timeoutSeconds": 900,
      "graceSeconds": {"image": 20},      optional: see settings.py
      "selector": "component in (…)",     optional: labels of Deployments and pods
      "webserver": {"deployment": "dagster-dagster-webserver", "port": 3000,   the pods' own port
                    "pathPrefix": "/dagster", "image": "…", "annotations": {}},
      "daemon": {"deployment": "dagster-daemon", "image": "…", "annotations": {}},
      "locations": [{"name": "finance", "deployment": "finance-finance", "image": "…@sha256:…",
                     "annotations": {"dagster-platform/defs-state-hash": "22bb"},
                     "states": {"Api[x]": "version"}}]
    }

`image` and `annotations` (of the pod template, each optional) say which Deployment is the wanted
one; `states` the versions of defs state that have to be loaded.

Output: progress on stdout, a line `result: {"served": [names], "failed": {name: reason}, "system":
{name: reason}}` for programs, and at the end the report; also in the container's termination
message, where it is cut to the 4096 bytes that the kubelet keeps.
Exit codes: 0 all is served, 1 something is not, 2 wrong input, 143 stopped.
"""

from __future__ import annotations

import argparse
import os
import signal
import sys

from cluster import CREDENTIALS, Cluster
from report import cut_report, report_text, result_text, success_text
from rollout import Refused, Rollout
from settings import InvalidSettings, Settings, read_settings


def say(text: str) -> None:
    print(text, flush=True)


def parse_arguments(arguments: list[str]) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="rollout", description=(__doc__ or "").splitlines()[0])
    parser.add_argument("settings", help="JSON file")
    # For the tests.
    parser.add_argument("--api", help=argparse.SUPPRESS)
    parser.add_argument("--credentials", default=CREDENTIALS, help=argparse.SUPPRESS)
    parser.add_argument("--termination-log", default="/dev/termination-log", help=argparse.SUPPRESS)
    return parser.parse_args(arguments)


def roll_out(settings: Settings, cluster: Cluster) -> tuple[int, str, str]:
    """The exit code, and the report in full and cut."""
    rollout = Rollout(settings, cluster, say)
    rollout.run()
    steps = ", ".join(f"{step} {seconds:.1f} s" for step, seconds in rollout.times.items())
    say(f"times: {steps}")
    system, failed = rollout.system_failed, rollout.locations_failed
    say(f"result: {result_text(system, failed, rollout.served)}")
    wanted, served = len(rollout.locations), len(rollout.served)
    if not system and not failed:
        return 0, success_text(served), success_text(served)
    counts = (system, failed, wanted, served)
    return 1, report_text(*counts), cut_report(*counts)


def main(arguments: list[str]) -> int:
    options = parse_arguments(arguments)
    try:
        settings = read_settings(options.settings)
        cluster = Cluster(settings.namespace, options.api, options.credentials)
        code, text, cut = roll_out(settings, cluster)
    except InvalidSettings as error:
        code, text = 2, f"rollout: {error}"
        cut = text
    except Refused as error:
        code, text = 1, f"the rollout is not known: {error}"
        cut = text
    except Exception as error:
        code, text = 1, f"rollout: unexpected {type(error).__name__}: {error}"
        cut = text
    say(text)
    _write(options.termination_log, cut)
    return code


def _write(path: str, text: str) -> None:
    """Only where the kubelet has put the file: nowhere else anybody would look."""
    if not os.path.exists(path):
        return
    with open(path, "w", encoding="utf-8") as file:
        file.write(text)


if __name__ == "__main__":
    # At once: threads may be in the middle of a request.
    signal.signal(signal.SIGTERM, lambda *_: os._exit(143))
    exit_code = main(sys.argv[1:])
    sys.stdout.flush()
    os._exit(exit_code)
