"""One refresh with `dg`: attempts, the pin, and what the image build needs (see refresh.py)."""

from __future__ import annotations

import argparse
import json
import os
import random
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import child_process
import local_state
from layout import defs_state_prefix, is_local
from outcome import Failure, Outcome, read_outcome
from transient import advice

MAX_DELAY_SECONDS = 60.0
READ_TIMEOUT_SECONDS = 120.0


class RefreshError(Exception):
    """Nothing may be released; the lines say why, the first is the headline."""

    def __init__(self, *lines: str) -> None:
        super().__init__("; ".join(lines))
        self.lines = lines


class RefreshRun:
    """A refresh of one project, with its throw-away instance in `home`."""

    def __init__(self, options: argparse.Namespace, home: Path) -> None:
        self._options = options
        self._project: Path = options.project.resolve()
        self._home = home
        self._environment = _environment(self._project, home)
        self._refreshed: set[str] = set()

    def run(self) -> Any:
        """The pin, or None without a state-backed component. Raises `RefreshError`."""
        store = self._options.state_store.rstrip("/")
        config = _instance_config(f"{store}/{defs_state_prefix(self._options.location)}")
        # JSON is YAML, and needs no second thought about quotes.
        (self._home / "dagster.yaml").write_text(json.dumps(config), encoding="utf-8")
        self._attempt_until_done()
        pin = self._read_pin()
        mapping = pin["info_mapping"] if pin else {}
        versions = {key: state["version"] for key, state in mapping.items() if state}
        lost = sorted(self._refreshed - versions.keys())
        problems = [f"{key}: refreshed, but without a version" for key in lost]
        local = [key for key, version in versions.items() if is_local(version)]
        problems += local_state.findings(self._project, local)
        if problems:
            raise RefreshError("nothing is released", *problems)
        for key, version in sorted(versions.items()):
            self._say(f"{self._options.location}/{key} -> version {version}")
        return pin

    def _attempt_until_done(self) -> None:
        attempts: int = self._options.attempts
        keys: tuple[str, ...] = ()
        for attempt in range(1, attempts + 1):
            self._say(f"attempt {attempt} of {attempts}")
            outcome = self._attempt(attempt, keys)
            self._refreshed.update(outcome.refreshed)
            if not outcome.failures:
                return
            if not outcome.worth_a_retry or attempt == attempts:
                raise RefreshError(*self._report(outcome, attempt))
            delay = _delay(attempt, self._options.base_delay, outcome.retry_after)
            reason = outcome.failures[0].reason
            self._say(f"attempt {attempt} failed, again in {delay:.1f} s: {reason}")
            keys = outcome.failed_keys
            time.sleep(delay)

    def _attempt(self, number: int, keys: tuple[str, ...]) -> Outcome:
        dg = [sys.executable, "-m", "dagster_dg_cli.cli.entrypoint", "utils", "refresh-defs-state"]
        chosen = [option for key in keys for option in ("--defs-state-key", key)]
        timeout = self._options.timeout
        ended = self._child([*dg, *chosen], f"attempt {number}", timeout)
        return self._outcome(ended, timeout)

    def _read_pin(self) -> Any:
        script = str(Path(__file__).with_name("pinned_state.py"))
        command = [sys.executable, script, str(self._home)]
        ended = self._child(command, "reading the state back", READ_TIMEOUT_SECONDS)
        outcome = self._outcome(ended, READ_TIMEOUT_SECONDS)
        if outcome.failures:
            reason = outcome.failures[0].reason
            raise RefreshError("the new state cannot be read back, nothing is released", reason)
        answer = json.loads(ended.stdout.splitlines()[-1])
        unreadable = [f"{key}: {why}" for key, why in sorted(answer["unreadable"].items())]
        if unreadable:
            headline = f"the new state cannot be read from {self._options.state_store}"
            raise RefreshError(f"{headline}, nothing is released", *unreadable)
        return answer["info"]

    def _child(self, command: list[str], title: str, timeout: float) -> child_process.Ended:
        ended = child_process.run(command, self._environment, self._project, timeout)
        if self._options.log is not None:
            with open(self._options.log, "a", encoding="utf-8") as log:
                log.write(f"==== {title}: exit code {ended.exit_code}\n")
                log.write(f"{ended.stdout}\n{ended.stderr}\n")
        return ended

    def _outcome(self, ended: child_process.Ended, timeout: float) -> Outcome:
        late = timeout if ended.timed_out else None
        project = str(self._project)
        return read_outcome(ended.exit_code, ended.stdout, ended.stderr, project, late)

    def _report(self, outcome: Outcome, attempt: int) -> Iterator[str]:
        yield f"failed after {attempt} of {self._options.attempts} attempts, nothing is released"
        for failure in outcome.failures:
            yield from _lines(failure)
        yield from dict.fromkeys(
            advice(failure.transient, failure.cause or failure.reason)
            for failure in outcome.failures
        )
        if self._options.log is not None:
            yield f"all the output is in {self._options.log}"

    def _say(self, text: str) -> None:
        print(f"refresh: {text}", flush=True)


def _lines(failure: Failure) -> Iterator[str]:
    yield f"{failure.component or 'the project'}: {failure.reason}"
    if failure.cause:
        yield f"  caused by {failure.cause}"
    if failure.where:
        yield f"  at {failure.where}"
    yield from (f"  | {line}" for line in failure.printed)


def _delay(attempt: int, base: float, retry_after: float | None) -> float:
    """Full jitter (aws.amazon.com/blogs/architecture/exponential-backoff-and-jitter), after what
    the source itself asks for."""
    longest = min(MAX_DELAY_SECONDS, base * 2 ** (attempt - 1))
    return (retry_after or 0.0) + random.uniform(0, longest)


def _instance_config(base_path: str) -> dict[str, Any]:
    return {
        "defs_state_storage": {
            "module": "dagster._core.storage.defs_state.blob_storage_state_storage",
            "class": "UPathDefsStateStorage",
            "config": {"base_path": base_path},
        },
        "telemetry": {"enabled": False},
    }


def _environment(project: Path, home: Path) -> dict[str, str]:
    """The caller's, without what would lead the refresh to another instance or another code."""
    env = dict(os.environ)
    env.pop("DAGSTER_DEFS_STATE_INFO_OVERRIDE_PATH", None)
    # The project's own folder first: local state is written beside the code that is imported, and
    # must be in the build context, not in the site-packages of an installed copy.
    code = [str(path) for path in (project / "src", project) if path.is_dir()]
    env["PYTHONPATH"] = os.pathsep.join([*code, *filter(None, [env.get("PYTHONPATH")])])
    env["DAGSTER_HOME"] = str(home.resolve())
    # Wide and plain: the lines are read by outcome.py.
    env |= {"COLUMNS": "1000", "NO_COLOR": "1", "TERM": "dumb", "PYTHONIOENCODING": "utf-8"}
    env.pop("FORCE_COLOR", None)
    return env
