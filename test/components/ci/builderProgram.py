"""docker and buildah for the tests: keeps what it is asked, and loads code without a container.

    python builderProgram.py docker|buildah ARGUMENTS…

In the folder $FAKE: `calls`, a JSON list a line; `pids`, of each call; `answers.json`, what it
answers to the next calls that begin with these words, `{"docker push": [{"code": 1, "stderr":
"denied"}, {}]}`, `{}` being as usual; `waiting`, when one takes its `seconds`; `environment.json`,
its own of the last call; `image/`, the context that was built last; `containers/`, those that were
not removed.
"""

from __future__ import annotations

import argparse
import json
import os
import re
import shutil
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

FAKE = Path(os.environ["FAKE"])
DIGEST = f"sha256:{'a' * 64}"


def docker(arguments: list[str]) -> int:
    match arguments:
        case ["build", *_, context]:
            build(context)
        case ["create", *options]:
            create(options)
        case ["cp", folder, target]:
            name, _, path = target.partition(":")
            shutil.copytree(folder, container(name) / path.lstrip("/"))
        case ["start", "--attach", name]:
            made = json.loads((container(name) / "made.json").read_text())
            return run(name, made["env"], made["command"])
        case ["container", "inspect", *_]:
            print(json.dumps({"Status": "exited", "OOMKilled": False, "Error": ""}))
        case ["rm", "--force", name]:
            shutil.rmtree(container(name))
        case ["image", "inspect", *_, image]:
            print(json.dumps([f"{image.rpartition(':')[0]}@{DIGEST}"]))
        case ["version", *_] | ["push", _]:
            print("fine")
        case _:
            raise SystemExit(f"docker: unknown: {arguments}")
    return 0


def buildah(arguments: list[str]) -> int:
    match arguments:
        case ["build", *_, context]:
            build(context)
        case ["from", "--name", name, _]:
            container(name).mkdir(parents=True)
        case ["run", _, "--", "true"] | ["--version"]:
            print("fine")
        case ["run", *options, name, "--", "dagster", "api", "grpc", "--socket", _, _, _, _, _, _]:
            *env, volume = options
            source, target, _ = volume.removeprefix("--volume=").split(":")
            shutil.copytree(source, container(name) / target.lstrip("/"))
            variables = [variable.removeprefix("--env=") for variable in env]
            return run(name, variables, arguments[len(options) + 4 :])
        case ["rm", name]:
            shutil.rmtree(container(name))
        case ["push", *options, _]:
            Path(options[options.index("--digestfile") + 1]).write_text(DIGEST)
        case _:
            raise SystemExit(f"buildah: unknown: {arguments}")
    return 0


def build(context: str) -> None:
    shutil.rmtree(FAKE / "image", ignore_errors=True)
    shutil.copytree(context, FAKE / "image")


def create(arguments: list[str]) -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--name")
    parser.add_argument("--env", action="append")
    parser.add_argument("--entrypoint", choices=["dagster"])
    parser.add_argument("image")
    parser.add_argument("command", nargs=argparse.REMAINDER)
    made = parser.parse_args(arguments)
    container(made.name).mkdir(parents=True)
    text = json.dumps({"env": made.env, "command": made.command})
    (container(made.name) / "made.json").write_text(text)


def run(name: str, variables: list[str], command: list[str]) -> int:
    """The code of the image, and of the caller's environment nothing."""
    folder = container(name)
    (folder / "tmp").mkdir()

    def inside(text: str) -> str:
        return re.sub(r"(?<![\w/])/(?=tmp/|dagster-check)", f"{folder}/", text)

    config = folder / "dagster-check" / "dagster.yaml"
    config.write_text(inside(config.read_text()))
    env = dict(inside(variable).split("=", 1) for variable in variables)
    return subprocess.run(
        [sys.executable, "-m", "dagster", *map(inside, command)],
        cwd=FAKE / "image",
        env={"PATH": os.defpath, "PYTHONDONTWRITEBYTECODE": "1", **env},
        check=False,
    ).returncode


def container(name: str) -> Path:
    return FAKE / "containers" / name


def answer(line: str) -> dict[str, Any]:
    """What a test wants of this call."""
    file = FAKE / "answers.json"
    answers = json.loads(file.read_text()) if file.exists() else {}
    for words, wanted in answers.items():
        if line.startswith(words) and wanted:
            found: dict[str, Any] = wanted.pop(0)
            file.write_text(json.dumps(answers))
            return found
    return {}


def main(program: str, arguments: list[str]) -> int:
    with open(FAKE / "calls", "a", encoding="utf-8") as calls:
        calls.write(json.dumps([program, *arguments]) + "\n")
    with open(FAKE / "pids", "a", encoding="utf-8") as pids:
        pids.write(f"{os.getpid()}\n")
    (FAKE / "environment.json").write_text(json.dumps(dict(os.environ)))
    wanted = answer(" ".join([program, *arguments]))
    sys.stdout.write(wanted.get("stdout", ""))
    sys.stderr.write(wanted.get("stderr", ""))
    sys.stdout.flush()
    if "seconds" in wanted:
        (FAKE / "waiting").touch()
        time.sleep(wanted["seconds"])
    if "code" in wanted:
        return int(wanted["code"])
    return docker(arguments) if program == "docker" else buildah(arguments)


sys.exit(main(sys.argv[1], sys.argv[2:]))
