"""Runs the scripts of components/ci many times, each in a fork of a process that has their imports.

    python warmScripts.py SCRIPTS WARMING.json

A fork begins where a new process would be after a second of imports, and what it changes ends with
it. WARMING.json is the first request: what it imports, and what the processes imported that it
started, the parent imports, too. Then each line on stdin is a request, {"id", "script", "args",
"env", "folder"}; when it has ended, stdout gets {"id", "code"}, and its output is in
`<folder>/stdout` and `<folder>/stderr`. Requests run at once, as many as there are.

The processes that refresh.py starts with its own Python are forks as well. What waits, waits
shorter: `settings` below.
"""

from __future__ import annotations

import asyncio
import contextlib
import gc
import importlib
import importlib.util
import json
import os
import runpy
import selectors
import signal
import subprocess
import sys
import time
import traceback
import types
from collections.abc import Callable
from pathlib import Path
from typing import Any, NoReturn

SCRIPTS, WARMING = sys.argv[1:]
sys.path.insert(0, SCRIPTS)

import child_process  # noqa: E402
import object_store  # noqa: E402

# Where the first run writes the names of the modules that it has, itself and its children.
modules_file: Path | None = None


def settings() -> None:
    """Timeouts and pauses that a test can wait for; how often is tried stays as it is."""
    sleep, asleep = time.sleep, asyncio.sleep
    time.sleep = lambda seconds: sleep(seconds / 50)

    async def short(seconds: float, result: Any = None) -> Any:
        return await asleep(seconds / 50, result)

    asyncio.sleep = short
    if importlib.util.find_spec("botocore") is not None:
        # What it reads from its own files takes longer than a release.
        session = importlib.import_module("botocore.session").get_session()
        session.create_client("s3", region_name="us-east-1")
        sys.modules["botocore.session"].get_session = lambda: session
    object_store.READ_TIMEOUT_SECONDS = float(os.environ["READ_TIMEOUT_SECONDS"])
    with contextlib.suppress(ImportError):
        from google.cloud.storage.retry import DEFAULT_RETRY

        import gcs_store

        gcs_store.TIMEOUT_SECONDS = object_store.READ_TIMEOUT_SECONDS
        # Instead of two minutes; it counts the pauses as they were.
        DEFAULT_RETRY._timeout = 6


def become(work: Callable[[], object], stdout: int, stderr: int) -> NoReturn:
    """What a new process would do with that output, to its end."""
    code: object = 1
    try:
        for number, file in enumerate((os.open(os.devnull, os.O_RDONLY), stdout, stderr)):
            os.dup2(file, number)
        sys.stdout = open(1, "w", encoding="utf-8", closefd=False)
        sys.stderr = open(2, "w", encoding="utf-8", closefd=False)
        try:
            code = work() or 0
        except SystemExit as end:
            code = end.code or 0
        except BaseException:
            traceback.print_exc()
        # `os._exit` leaves out what a process does at its end: semaphores would stay.
        if "multiprocessing.util" in sys.modules:
            sys.modules["multiprocessing.util"]._run_finalizers()
        if modules_file is not None:
            with open(modules_file, "a", encoding="utf-8") as file:
                file.writelines(f"{name}\n" for name in sorted(sys.modules))
        sys.stdout.flush()
        sys.stderr.flush()
    finally:
        os._exit(code if isinstance(code, int) else 1)


def run_python(arguments: list[str]) -> None:
    if arguments[0] == "-m":
        sys.argv = arguments[1:]
        runpy.run_module(arguments[1], run_name="__main__", alter_sys=True)
    else:
        sys.argv = arguments
        runpy.run_path(arguments[0], run_name="__main__")


class Fork:
    """As much of `subprocess.Popen` as child_process.py needs."""

    def __init__(self, command: list[str], **options: Any) -> None:
        self.returncode: int | None = None
        self.pid = os.fork()
        if self.pid == 0:
            os.setsid()
            os.chdir(options["cwd"])
            os.environ.clear()
            os.environ.update(options["env"])
            sys.path[:0] = options["env"]["PYTHONPATH"].split(os.pathsep)
            signal.signal(signal.SIGTERM, signal.SIG_DFL)
            output = options["stdout"].fileno(), options["stderr"].fileno()
            become(lambda: run_python(command[1:]), *output)

    def wait(self, timeout: float | None = None) -> int:
        end = time.monotonic() + (timeout or float("inf"))
        while self.returncode is None:
            pid, status = os.waitpid(self.pid, os.WNOHANG)
            if pid:
                self.returncode = os.waitstatus_to_exitcode(status)
            elif time.monotonic() > end:
                raise subprocess.TimeoutExpired("fork", timeout or 0)
            else:
                time.sleep(0.1)
        return self.returncode


def start(request: dict[str, Any]) -> int:
    folder = Path(request["folder"])
    folder.mkdir(parents=True, exist_ok=True)
    pid = os.fork()
    if pid:
        return pid
    os.environ.update(request["env"])
    files = [os.open(folder / name, os.O_CREAT | os.O_TRUNC | os.O_WRONLY) for name in OUTPUT]
    script = importlib.import_module(request["script"])
    become(lambda: script.main(request["args"]), *files)


OUTPUT = ("stdout", "stderr")


def warm_up(request: dict[str, Any]) -> None:
    global modules_file
    modules_file = Path(request["folder"]) / "modules"
    _, status = os.waitpid(start(request), 0)
    if status != 0:
        sys.exit((Path(request["folder"]) / "stderr").read_text(encoding="utf-8"))
    names = modules_file.read_text(encoding="utf-8").split()
    modules_file = None
    for name in dict.fromkeys(names):
        # The project's own are not found here, and each run has a project of its own.
        with contextlib.suppress(ImportError):
            importlib.import_module(name)
    gc.collect()
    gc.freeze()


def main() -> None:
    child_process.subprocess = types.SimpleNamespace(  # type: ignore[assignment]
        Popen=Fork, DEVNULL=subprocess.DEVNULL, TimeoutExpired=subprocess.TimeoutExpired
    )
    settings()
    warm_up(json.loads(Path(WARMING).read_text(encoding="utf-8")))
    print(json.dumps({"id": "warm", "code": 0}), flush=True)
    running: dict[int, Any] = {}
    with selectors.DefaultSelector() as selector:
        selector.register(sys.stdin.buffer.raw, selectors.EVENT_READ)
        serve(selector, running)


def serve(selector: selectors.BaseSelector, running: dict[int, Any]) -> None:
    """Until stdin ends."""
    rest = b""
    while True:
        if selector.select(0.01):
            chunk = os.read(0, 1 << 16)
            if not chunk:
                return
            *lines, rest = (rest + chunk).split(b"\n")
            for line in lines:
                request = json.loads(line)
                running[start(request)] = request["id"]
        while running:
            pid, status = os.waitpid(-1, os.WNOHANG)
            if not pid:
                break
            code = os.waitstatus_to_exitcode(status)
            print(json.dumps({"id": running.pop(pid), "code": code}), flush=True)


if __name__ == "__main__":
    main()
