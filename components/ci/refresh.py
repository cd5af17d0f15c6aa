"""Refreshes the defs state of one location, and writes the pin: which versions it shall run with.

    python refresh.py --location finance --state-store s3://bucket --project DIR
        --output defs-state.json [--attempts 5] [--timeout 600] [--base-delay 1] [--log FILE]
        [--locations locations.json]

Runs in the location's own Python environment. The state goes to `defs-state/<location>/` of the
state store (components with VERSIONED_STATE_STORAGE) or into the project (LOCAL_FILESYSTEM, which
the image build then takes in). The instance is a throw-away one; the caller's DAGSTER_HOME is never
used, and the pin is the only thing that knows the new versions. `--locations` is the platform's
list: the location's `env` there is set, as its pods have it. What the pods get as secrets comes in
the variable DAGSTER_REFRESH_ENV, a line NAME=value for each.

Output: `--output` gets Dagster's serialized `DefsStateInfo`, as
DAGSTER_DEFS_STATE_INFO_OVERRIDE_PATH takes it, with every key, local ones too (`__local__`; a code
server loads those with or without); or `null` when the project has no state-backed component. (A
code server does not start with `null` in that file: "no pin" is an empty file there.) It is written
whole or not at all, and an older one is removed first: no file, no release.

Retries what may pass (network, 429, 5xx, throttling, no answer within `--timeout` seconds, which
counts for each attempt) with exponential backoff and full jitter, and then only the components
that failed. A failure that will not pass ends it at once.
Exit codes: 0 refreshed; 1 not, one report on stderr (all the output of `dg` is in `--log`);
2 usage; 128 + n stopped by signal n.
"""

from __future__ import annotations

import argparse
import contextlib
import json
import os
import sys
import tempfile
import traceback
from pathlib import Path
from typing import Any

import preflight
import stop_signals
from object_store import write_atomically
from pod_environment import pod_environment
from refresh_run import RefreshError, RefreshRun


def parse_arguments(arguments: list[str]) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="refresh.py", description=__doc__.splitlines()[0])
    parser.add_argument("--location", required=True)
    parser.add_argument("--state-store", required=True, help="s3://…, gs://… or file:///…")
    parser.add_argument("--project", required=True, type=Path, help="the location's folder")
    parser.add_argument("--output", required=True, type=Path)
    parser.add_argument("--attempts", type=int, default=5)
    parser.add_argument("--timeout", type=float, default=600.0, help="seconds for one attempt")
    parser.add_argument("--base-delay", type=float, default=1.0, help="seconds, doubles each time")
    parser.add_argument("--log", type=Path, help="gets all the output of dg")
    parser.add_argument("--locations", type=Path, help="the platform's list, JSON")
    options = parser.parse_args(arguments)
    if options.attempts < 1 or options.timeout <= 0 or options.base_delay < 0:
        parser.error("--attempts and --timeout must be more than 0, --base-delay not less")
    return options


def refresh(options: argparse.Namespace) -> Any:
    """The pin, or None. Raises `RefreshError`."""
    try:
        os.environ.update(pod_environment(options.locations, options.location, os.environ))
    except ValueError as error:
        raise RefreshError(f"not started, nothing is released; {error}") from error
    kind, findings = preflight.project_kind(options.project)
    findings += preflight.location_findings(options.location)
    if kind is preflight.Kind.DG_PROJECT:
        findings += preflight.refresh_findings(options.project, options.state_store)
    if findings:
        raise RefreshError("not started, nothing is released", *findings)
    if kind is preflight.Kind.PLAIN:
        print(f"refresh: {options.location} is {kind.value}", flush=True)
        return None
    with tempfile.TemporaryDirectory(prefix="refresh-", ignore_cleanup_errors=True) as home:
        pin = RefreshRun(options, Path(home)).run()
    if pin is None:
        print(f"refresh: {options.location} has no state-backed component", flush=True)
    return pin


def prepare(options: argparse.Namespace) -> None:
    """No file of an earlier refresh may be taken for one of this."""
    for path in (options.output, options.log):
        if path is not None:
            path.parent.mkdir(parents=True, exist_ok=True)
            path.unlink(missing_ok=True)


def main(arguments: list[str]) -> int:
    options = parse_arguments(arguments)
    name = f"refresh: {options.location}"
    stop_signals.listen()
    try:
        prepare(options)
        pin = refresh(options)
        write_atomically(options.output, f"{json.dumps(pin, indent=2)}\n".encode())
        return 0
    except RefreshError as error:
        print(f"{name}: " + "\n  ".join(error.lines), file=sys.stderr)
        return 1
    except OSError as error:
        print(f"{name}: {error.filename or 'file'}: {error.strerror or error}", file=sys.stderr)
        return 1
    except Exception as error:
        # A mistake of these scripts: one line like any other, and the rest in the log.
        if options.log is not None:
            with contextlib.suppress(OSError), open(options.log, "a", encoding="utf-8") as log:
                traceback.print_exc(file=log)
        print(f"{name}: unexpected {type(error).__name__}: {error}", file=sys.stderr)
        return 1
    except stop_signals.Stopped as stopped:
        print(f"{name}: stopped by {stopped}, nothing is released", file=sys.stderr)
        return stopped.exit_code


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
