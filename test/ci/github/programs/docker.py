"""docker without containers: an image is a copy of its context, a container a process in it.

In the folder `$REGISTRY`: `images/<digest>/` with the code, `tags/` of this machine, `containers/`,
`logins/`, and `pushed/<name>/<tag>` for the registry itself. Each RUN of the Dockerfile is run in
the copy. A file `deny-push` there makes the registry refuse.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import os
import re
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import NoReturn
from urllib.parse import quote

from calls import python, record

STORE = Path(os.environ["REGISTRY"])


def version(_: list[str]) -> None:
    print("28.0.0")


def login(arguments: list[str]) -> None:
    password = sys.stdin.read()
    if not password:
        sys.exit("Error: Password Required")
    write(STORE / "logins" / arguments[-1], password)
    print("Login Succeeded")


def build(arguments: list[str]) -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--tag")
    parser.add_argument("--cache-from")
    parser.add_argument("--build-arg")
    parser.add_argument("context", type=Path)
    options = parser.parse_args(arguments)
    STORE.joinpath("images").mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=STORE) as temporary:
        code = Path(temporary, "code")
        left_out = shutil.ignore_patterns(".git", "__pycache__")
        shutil.copytree(options.context, code, ignore=left_out)
        run_steps(code)
        digest = digest_of(code)
        if not image_folder(digest).exists():
            code.rename(image_folder(digest))
    write(tag_file(options.tag), digest)


def run_steps(code: Path) -> None:
    dockerfile = (code / "Dockerfile").read_text(encoding="utf-8")
    for step in re.findall(r"^RUN (.+)$", dockerfile, re.MULTILINE):
        ended = subprocess.run(["sh", "-c", step], cwd=code, check=False)
        if ended.returncode != 0:
            sys.exit(
                f'ERROR: failed to build: failed to solve: process "/bin/sh -c {step}" did not '
                f"complete successfully: exit code: {ended.returncode}"
            )


def create(arguments: list[str]) -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--name")
    parser.add_argument("--env", action="append", default=[])
    parser.add_argument("--entrypoint", choices=["dagster"])
    parser.add_argument("image")
    parser.add_argument("command", nargs=argparse.REMAINDER)
    options = parser.parse_args(arguments)
    made = {"env": options.env, "command": options.command, "code": str(code_of(options.image))}
    write(container(options.name) / "container.json", json.dumps(made))


def copy(arguments: list[str]) -> None:
    source, (name, _, path) = arguments[0], arguments[1].partition(":")
    shutil.copytree(source, container(name) / path.lstrip("/"))


def start(arguments: list[str]) -> NoReturn:
    folder = container(arguments[-1])
    made = json.loads((folder / "container.json").read_text(encoding="utf-8"))
    roots = [entry.name for entry in folder.iterdir() if entry.is_dir()]
    (folder / "tmp").mkdir()

    def inside(text: str) -> str:
        """A path of the container, where it is on this machine."""
        paths = "|".join(["tmp", *map(re.escape, roots)])
        return re.sub(rf"(?<![\w/.])/(?={paths})", f"{folder}/", text)

    for config in folder.glob("*/dagster.yaml"):
        config.write_text(inside(config.read_text(encoding="utf-8")), encoding="utf-8")
    variables = dict(variable.split("=", 1) for variable in made["env"])
    ended = subprocess.run(
        [*python(sys.executable), "-m", "dagster", *map(inside, made["command"])],
        cwd=made["code"],
        # Of the caller it has nothing.
        env={"PATH": os.defpath, "HOME": str(folder / "tmp")}
        | {name: inside(value) for name, value in variables.items()},
        check=False,
    )
    state = {"Status": "exited", "OOMKilled": False, "Error": "", "ExitCode": ended.returncode}
    write(folder / "state.json", json.dumps(state))
    sys.exit(ended.returncode)


def inspect_container(arguments: list[str]) -> None:
    print((container(arguments[-1]) / "state.json").read_text(encoding="utf-8"))


def remove(arguments: list[str]) -> None:
    shutil.rmtree(container(arguments[-1]))


def push(arguments: list[str]) -> None:
    image = arguments[0]
    name, tag = image.rsplit(":", 1)
    host = name.partition("/")[0]
    if not (STORE / "logins" / host).exists():
        sys.exit("no basic auth credentials")
    if (STORE / "deny-push").exists():
        sys.exit(f"denied: User is not authorized to perform: ecr:PutImage on {name}")
    pushed = STORE / "pushed" / name / tag
    if pushed.exists():
        sys.exit(f"tag invalid: The image tag '{tag}' cannot be overwritten: it is immutable")
    write(pushed, tag_file(image).read_text(encoding="utf-8"))


def inspect_image(arguments: list[str]) -> None:
    name, tag = arguments[-1].rsplit(":", 1)
    pushed = STORE / "pushed" / name / tag
    digests = [f"{name}@{pushed.read_text(encoding='utf-8')}"] if pushed.exists() else []
    print(json.dumps(digests))


def write(path: Path, text: str) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")


def digest_of(folder: Path) -> str:
    digest = hashlib.sha256()
    for file in sorted(path for path in folder.rglob("*") if path.is_file()):
        digest.update(f"{file.relative_to(folder)}\0".encode() + file.read_bytes() + b"\0")
    return f"sha256:{digest.hexdigest()}"


def image_folder(digest: str) -> Path:
    return STORE / "images" / digest


def code_of(image: str) -> Path:
    return image_folder(tag_file(image).read_text(encoding="utf-8"))


def tag_file(image: str) -> Path:
    return STORE / "tags" / quote(image, safe="")


def container(name: str) -> Path:
    return STORE / "containers" / name


COMMANDS = {
    ("version",): version,
    ("login",): login,
    ("build",): build,
    ("create",): create,
    ("cp",): copy,
    ("start",): start,
    ("container", "inspect"): inspect_container,
    ("rm",): remove,
    ("push",): push,
    ("image", "inspect"): inspect_image,
}


def main(arguments: list[str]) -> None:
    record("docker", arguments=arguments)
    for words, command in COMMANDS.items():
        if tuple(arguments[: len(words)]) == words:
            command(arguments[len(words) :])
            return
    sys.exit(f"docker: unknown command: docker {' '.join(arguments)}")


main(sys.argv[1:])
