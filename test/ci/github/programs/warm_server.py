"""Runs Python programs in forks of a process that has imported what takes them seconds.

    python warm_server.py SOCKET

A client (warm_client.py) sends what a program would be started with, and its standard files. The
fork has the arguments, environment and folder of the client, and no modules of a project; it ends
with the client. Stdout gets `ready` when the first may come; the end of stdin ends it.
"""

from __future__ import annotations

import array
import atexit
import contextlib
import gc
import importlib
import json
import os
import random
import runpy
import selectors
import signal
import site
import socket
import sys
import traceback
from pathlib import Path
from typing import Any, NoReturn

import fsspec.config

# What the programs of these tests import, by its entry.
WARM = (
    "dagster_dg_cli.cli.entrypoint",
    "dagster_dg_cli.cli.utils",
    "dagster._cli.api",
    "dagster._cli",
    "dagster._grpc.server",
    "dagster._core.storage.defs_state.blob_storage_state_storage",
    "dagster.components.core.load_defs",
    "botocore.session",
    "botocore.httpsession",
    "s3fs",
)


def run(request: dict[str, Any], files: list[int]) -> NoReturn:
    """What `python ARGUMENTS` would do there, to its end."""
    code: object = 1
    try:
        try:
            become(request, files)
            execute(request["arguments"], request["cwd"])
            code = 0
        except SystemExit as end:
            code = 0 if end.code is None else end.code
            if isinstance(code, str):
                print(code, file=sys.stderr)
                code = 1
        except BaseException:
            traceback.print_exc()
        atexit._run_exitfuncs()
        sys.stdout.flush()
        sys.stderr.flush()
    finally:
        os._exit(code if isinstance(code, int) else 1)


def execute(arguments: list[str], cwd: str) -> None:
    if arguments[0] == "-m":
        sys.path.insert(0, cwd)
        sys.argv = arguments[1:]
        # As if nobody had imported it yet.
        sys.modules.pop(arguments[1], None)
        runpy.run_module(arguments[1], run_name="__main__", alter_sys=True)
    else:
        sys.path.insert(0, str(Path(arguments[0]).parent))
        sys.argv = arguments
        runpy.run_path(arguments[0], run_name="__main__")


def become(request: dict[str, Any], files: list[int]) -> None:
    os.setsid()
    for number, file in enumerate(files):
        os.dup2(file, number)
    os.closerange(3, 256)
    sys.stdout = open(1, "w", encoding="utf-8", closefd=False)
    sys.stderr = open(2, "w", buffering=1, encoding="utf-8", closefd=False)
    os.environ.clear()
    os.environ.update(request["environ"])
    # It reads the environment when it is imported.
    fsspec.config.set_conf_env(fsspec.config.conf)
    os.chdir(request["cwd"])
    # Whoever draws lots in two forks shall not draw the same.
    random.seed()
    sys.executable = request["executable"]
    for packages in Path(sys.executable).parent.parent.glob("lib/python*/site-packages"):
        site.addsitedir(str(packages))
    sys.path[:0] = [path for path in os.environ.get("PYTHONPATH", "").split(os.pathsep) if path]


class Server:
    def __init__(self, path: str) -> None:
        self._selector = selectors.DefaultSelector()
        self._listener = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        self._listener.bind(path)
        self._listener.listen()
        self._selector.register(self._listener, selectors.EVENT_READ)
        self._selector.register(sys.stdin.fileno(), selectors.EVENT_READ)
        self._running: dict[int, socket.socket] = {}

    def serve(self) -> None:
        """Until stdin ends."""
        while True:
            for key, _ in self._selector.select(0.01):
                if key.fileobj == sys.stdin.fileno():
                    return
                if key.fileobj is self._listener:
                    self._start(self._listener.accept()[0])
                else:
                    self._gone(key.data)
            while self._running:
                pid, status = os.waitpid(-1, os.WNOHANG)
                if pid == 0:
                    break
                self._ended(pid, os.waitstatus_to_exitcode(status))

    def _start(self, client: socket.socket) -> None:
        request, files = receive(client)
        pid = os.fork()
        if pid == 0:
            run(request, files)
        for file in files:
            os.close(file)
        self._running[pid] = client
        self._selector.register(client, selectors.EVENT_READ, pid)

    def _gone(self, pid: int) -> None:
        """The client was ended."""
        self._selector.unregister(self._running[pid])
        with contextlib.suppress(ProcessLookupError, PermissionError):
            os.killpg(pid, signal.SIGKILL)

    def _ended(self, pid: int, code: int) -> None:
        client = self._running.pop(pid)
        with contextlib.suppress(KeyError):
            self._selector.unregister(client)
        with contextlib.suppress(OSError):
            client.sendall(json.dumps(code).encode())
        client.close()


def receive(client: socket.socket) -> tuple[dict[str, Any], list[int]]:
    """A line of JSON, with the three files in its first part."""
    files = array.array("i")
    text, parts, _, _ = client.recvmsg(1 << 16, socket.CMSG_SPACE(3 * files.itemsize))
    for _, _, data in parts:
        files.frombytes(data)
    while not text.endswith(b"\n"):
        text += client.recv(1 << 16)
    return json.loads(text), list(files)


def main() -> None:
    for name in WARM:
        importlib.import_module(name)
    gc.collect()
    gc.freeze()
    server = Server(sys.argv[1])
    print("ready", flush=True)
    server.serve()


if __name__ == "__main__":
    main()
