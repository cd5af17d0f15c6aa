"""Runs a program in a process group of its own, and ends the whole group when its time is up."""

from __future__ import annotations

import contextlib
import os
import shlex
import signal
import subprocess
import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import IO

# A cancelled GitHub job has 7.5 seconds from SIGINT to SIGTERM, and 2.5 more to SIGKILL.
_GRACE_SECONDS = 2.0


@dataclass(frozen=True)
class Ended:
    exit_code: int
    stdout: str
    stderr: str
    timed_out: bool


def run(
    command: list[str], env: dict[str, str], cwd: Path, timeout: float, log: Path | None = None
) -> Ended:
    """Waits for the program; its children do not outlive a timeout, nor an exception here.

    `log` gets the command and all that it said, however it ended."""
    # Files, not pipes: a grandchild that keeps a pipe open would keep us waiting.
    with tempfile.TemporaryFile() as stdout, tempfile.TemporaryFile() as stderr:
        process = subprocess.Popen(
            command,
            env=env,
            cwd=cwd,
            stdin=subprocess.DEVNULL,
            stdout=stdout,
            stderr=stderr,
            start_new_session=True,
        )
        timed_out = False
        try:
            process.wait(timeout)
        except subprocess.TimeoutExpired:
            timed_out = True
            _end_group(process)
        except BaseException:
            _end_group(process)
            raise
        finally:
            if log is not None:
                _append(log, command, stdout, stderr)
        return Ended(process.returncode, _text(stdout), _text(stderr), timed_out)


def _end_group(process: subprocess.Popen[bytes]) -> None:
    """SIGTERM, a moment, and SIGKILL for whoever is left; the group's id is the process's."""
    _signal_group(process.pid, signal.SIGTERM)
    with contextlib.suppress(subprocess.TimeoutExpired):
        process.wait(_GRACE_SECONDS)
    _signal_group(process.pid, signal.SIGKILL)
    process.wait()


def _signal_group(group: int, number: signal.Signals) -> None:
    with contextlib.suppress(ProcessLookupError):
        os.killpg(group, number)


def _append(log: Path, command: list[str], *outputs: IO[bytes]) -> None:
    with open(log, "a", encoding="utf-8") as file:
        file.write(f"$ {shlex.join(command)}\n")
        file.writelines(_text(output) for output in outputs)


def _text(file: IO[bytes]) -> str:
    file.seek(0)
    return file.read().decode("utf-8", errors="replace")
