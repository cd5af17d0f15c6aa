"""uv, as far as CI uses it: environments see what is installed for the tests, nothing is fetched.

`uv run … python SCRIPT`, `uv sync`, and `uv venv` with `uv pip install`. Run by the tests' Python.
"""

from __future__ import annotations

import os
import shlex
import sys
import sysconfig
import venv
from pathlib import Path

from calls import python, record


def run(arguments: list[str]) -> None:
    requirements = Path(arguments[arguments.index("--with-requirements") + 1])
    if not requirements.is_file():
        sys.exit(f"error: File not found: `{requirements}`")
    program = arguments[arguments.index("python") + 1 :]
    record("uv", script=os.path.basename(program[0]))
    command = [*python(sys.executable), *program]
    os.execv(command[0], command)


def make(environment: Path, *code: Path) -> None:
    """An environment that sees the packages of the tests' one, and this code."""
    venv.EnvBuilder(symlinks=True).create(environment)
    (site,) = environment.glob("lib/python*/site-packages")
    packages = sysconfig.get_path("purelib")
    lines = [f"import site; site.addsitedir({packages!r})", *map(str, code)]
    (site / "_packages.pth").write_text("\n".join(lines) + "\n", encoding="utf-8")
    executable = environment / "bin" / "python"
    command = python(str(executable))
    if command[0] != str(executable):
        executable.unlink()
        executable.write_text(f'#!/bin/sh\nexec {shlex.join(command)} "$@"\n', encoding="utf-8")
        executable.chmod(0o755)


def main(arguments: list[str]) -> None:
    command = next(argument for argument in arguments if not argument.startswith("-"))
    if command == "run":
        run(arguments)
    record("uv", arguments=arguments)
    if command == "sync":
        make(Path(os.environ["UV_PROJECT_ENVIRONMENT"]), Path.cwd())
    elif command == "venv":
        make(Path(arguments[1]))
    elif arguments[:2] != ["pip", "install"]:
        sys.exit(f"error: this uv does not know {arguments}")


main(sys.argv[1:])
