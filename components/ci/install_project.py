"""Makes the Python environment of a location with uv, outside the checkout.

    python install_project.py --project DIR --environment DIR [--log FILE]

What the project says decides, in this order:

- `[project]` in pyproject.toml: `uv sync`, with its default dependency groups, in which the tools
  of a dg project often are. `--locked` where a uv.lock is: in the project, or at the root of its
  uv workspace.
- requirements.txt, setup.py, or a build system in pyproject.toml: `uv pip install` of them all.

Output: a new environment in `--environment`, and one line on stdout. A uv.lock that the project
did not have is not left in it.
Exit codes: 0 installed; 1 not, one line on stderr (all of uv's output is in `--log`); 2 usage;
128 + n stopped by signal n.
"""

from __future__ import annotations

import argparse
import os
import re
import shutil
import sys
from pathlib import Path

import child_process
import stop_signals
from traceback_text import one_line

_NO_LIMIT = float("inf")


class InstallError(Exception):
    """There is no environment; the text is one line for people."""


class Installer:
    def __init__(self, project: Path, environment: Path, log: Path | None) -> None:
        self._project = project
        self._environment = environment
        self._log = log

    def run(self) -> str:
        """What was done. Raises `InstallError`."""
        if shutil.which("uv") is None:
            raise InstallError("uv is not on the PATH: install it, docs.astral.sh/uv")
        self._make_room()
        if _has_table(self._project, "project"):
            return self._sync()
        return self._install(self._requirements())

    def _make_room(self) -> None:
        """What an earlier run left there may be half made."""
        environment = self._environment
        if environment == self._project or self._project in environment.parents:
            raise InstallError(
                f"--environment {environment} is inside the project, and would get into its "
                "image: give a folder outside"
            )
        if (environment / "pyvenv.cfg").is_file():
            shutil.rmtree(environment)
        elif environment.exists() and any(environment.iterdir()):
            raise InstallError(
                f"--environment {environment} is there and is no Python environment: give another"
            )

    def _sync(self) -> str:
        """uv itself looks for the workspace; a uv.lock further up may be somebody else's."""
        folders = (self._project, *self._project.parents)
        absent = [folder / "uv.lock" for folder in folders if not (folder / "uv.lock").is_file()]
        try:
            if len(absent) < len(folders):
                ended = self._uv("sync", "--locked")
                if "Unable to find lockfile" not in ended.stderr:
                    return self._expect(ended, "uv sync --locked")
            return self._expect(self._uv("sync"), "uv sync")
        finally:
            for lock in absent:
                lock.unlink(missing_ok=True)

    def _requirements(self) -> list[str]:
        """What there is to install. Raises `InstallError`."""
        wanted: list[str] = []
        if (self._project / "requirements.txt").is_file():
            wanted += ["--requirements", "requirements.txt"]
        if (self._project / "setup.py").is_file() or _has_table(self._project, "build-system"):
            # Editable: local state is written beside the code that is imported.
            wanted += ["--editable", "."]
        if not wanted:
            raise InstallError(
                "nothing says what to install: add pyproject.toml with [project] dependencies, "
                "requirements.txt or setup.py"
            )
        return wanted

    def _install(self, wanted: list[str]) -> str:
        self._expect(self._uv("venv", str(self._environment)), "uv venv")
        python = str(self._environment / "bin" / "python")
        ended = self._uv("pip", "install", "--python", python, *wanted)
        return self._expect(ended, "uv pip install")

    def _expect(self, ended: child_process.Ended, command: str) -> str:
        if ended.exit_code == 0:
            return command
        raise InstallError(f"{command}: {last_error(ended)}")

    def _uv(self, *arguments: str) -> child_process.Ended:
        env = dict(os.environ)
        # Of the environment that this script itself may run in.
        env.pop("VIRTUAL_ENV", None)
        env["UV_PROJECT_ENVIRONMENT"] = str(self._environment)
        # Without progress bars, colours and the width of a screen.
        env |= {"NO_COLOR": "1", "UV_NO_PROGRESS": "1", "COLUMNS": "1000"}
        return child_process.run(["uv", *arguments], env, self._project, _NO_LIMIT, self._log)


def _has_table(project: Path, name: str) -> bool:
    """By its header alone: Python 3.10 reads no TOML."""
    try:
        text = (project / "pyproject.toml").read_text(encoding="utf-8-sig")
    except FileNotFoundError:
        return False
    return re.search(rf"^[ \t]*\[[ \t]*{name}[ \t]*\]", text, re.MULTILINE) is not None


# uv begins an error with one of these; more lines of it are indented, and hints come after it.
_ERROR = re.compile(r"\s*(?:error:|[×├╰]─*▶?)\s*(?P<text>.*)")
_MORE = re.compile(r"\s{2,}(?P<text>(?!\s|hint:|[×├╰]).+)")
# What a build backend said follows, and its last line says most.
_PRINTED = re.compile(r"\s*\[std(?:err|out)\]")


def last_error(ended: child_process.Ended) -> str:
    """The last error of uv's output with the lines that belong to it, in one line."""
    lines = [line for line in ended.stderr.splitlines() if line.strip()]
    starts = [number for number, line in enumerate(lines) if _ERROR.match(line)]
    if not starts:
        return one_line(lines[-1]) if lines else f"it ended with {ended.exit_code}"
    texts = [_ERROR.sub(r"\g<text>", lines[starts[-1]])]
    printed: list[str] = []
    for line in lines[starts[-1] + 1 :]:
        more = _MORE.fullmatch(line)
        if more is None:
            break
        if printed or _PRINTED.fullmatch(line):
            printed.append(more["text"])
        else:
            texts.append(more["text"])
    return one_line(" ".join([*texts, *printed[1:][-1:]]))


def main(arguments: list[str]) -> int:
    parser = argparse.ArgumentParser(prog="install_project.py", description=__doc__.splitlines()[0])
    parser.add_argument("--project", required=True, type=Path, help="the location's folder")
    parser.add_argument("--environment", required=True, type=Path, help="outside the project")
    parser.add_argument("--log", type=Path, help="gets all the output of uv")
    options = parser.parse_args(arguments)
    name = f"install: {options.project}"
    log: Path | None = options.log
    stop_signals.listen()
    try:
        if log is not None:
            log.parent.mkdir(parents=True, exist_ok=True)
            log.unlink(missing_ok=True)
        if not options.project.is_dir():
            raise InstallError("there is no such folder")
        installer = Installer(options.project.resolve(), options.environment.resolve(), log)
        print(f"{name}: {installer.run()} -> {options.environment}", flush=True)
        return 0
    except InstallError as error:
        more = f" (all the output is in {log})" if log is not None and log.exists() else ""
        print(f"{name}: {error}{more}", file=sys.stderr)
        return 1
    except OSError as error:
        print(f"{name}: {error.filename or ''}: {error.strerror or error}", file=sys.stderr)
        return 1
    except stop_signals.Stopped as stopped:
        print(f"{name}: stopped by {stopped}", file=sys.stderr)
        return stopped.exit_code


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
