"""docker and buildah: the commands that build, check and push an image, and what they say.

Nothing is run here. Which of the two there is, find_builder.py says.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from pathlib import Path
from typing import Protocol

from child_process import Ended
from traceback_text import one_line

Command = list[str]


@dataclass(frozen=True)
class ImageCheck:
    """How an image is asked whether its code loads."""

    # Of `dagster`.
    arguments: list[str]
    # Besides the image's own.
    environment: dict[str, str]
    # What the container gets at `mount_path`.
    folder: Path
    mount_path: str
    # Name of the container.
    container: str


@dataclass(frozen=True)
class CheckCommands:
    """The steps of a check, in their order."""

    prepare: list[Command]
    run: Command
    # However it ended.
    tidy: Command
    # Prints the container's state as JSON; None: `run` itself ends as the program in it did.
    state: Command | None = None


class Builder(Protocol):
    """A program that builds and pushes images. Its methods give commands and do nothing."""

    @property
    def name(self) -> str: ...

    @property
    def probe(self) -> Command:
        """Succeeds only where the program can work: a client may be there without its daemon."""

    @property
    def ignore_files(self) -> tuple[str, ...]:
        """What keeps files out of the build context; the first that is there counts."""

    def build(self, image: str, context: Path, cache_from: str | None) -> Command: ...

    def check(self, image: str, check: ImageCheck) -> CheckCommands: ...

    def push(self, image: str, digest_file: Path) -> Command: ...

    def digest(self, image: str) -> Command | None:
        """Prints JSON with the digest of the pushed image; None: it is in the digest file."""


@dataclass(frozen=True)
class Docker:
    name: str = "docker"
    probe: Command = field(
        default_factory=lambda: ["docker", "version", "--format", "{{.Server.Version}}"]
    )
    ignore_files: tuple[str, ...] = ("Dockerfile.dockerignore", ".dockerignore")

    def build(self, image: str, context: Path, cache_from: str | None) -> Command:
        # The argument writes into the image what the next build needs to take layers from it.
        inline = ["--build-arg", "BUILDKIT_INLINE_CACHE=1"]
        cache = ["--cache-from", cache_from] if cache_from else []
        return ["docker", "build", *cache, *inline, "--tag", image, str(context)]

    def check(self, image: str, check: ImageCheck) -> CheckCommands:
        """The daemon may be another machine, which has none of our folders to mount."""
        name = check.container
        options = ["--name", name, *_variables(check), "--entrypoint", "dagster"]
        return CheckCommands(
            prepare=[
                ["docker", "create", *options, image, *check.arguments],
                ["docker", "cp", str(check.folder), f"{name}:{check.mount_path}"],
            ],
            run=["docker", "start", "--attach", name],
            state=["docker", "container", "inspect", "--format", "{{json .State}}", name],
            tidy=["docker", "rm", "--force", name],
        )

    def push(self, image: str, digest_file: Path) -> Command:
        return ["docker", "push", image]

    def digest(self, image: str) -> Command | None:
        return ["docker", "image", "inspect", "--format", "{{json .RepoDigests}}", image]


@dataclass(frozen=True)
class Buildah:
    name: str = "buildah"
    probe: Command = field(default_factory=lambda: ["buildah", "--version"])
    ignore_files: tuple[str, ...] = (
        "Dockerfile.dockerignore",
        "Dockerfile.containerignore",
        ".containerignore",
        ".dockerignore",
    )

    def build(self, image: str, context: Path, cache_from: str | None) -> Command:
        # It would take a Containerfile before the Dockerfile. Layers it keeps itself.
        file = ["--file", str(context / "Dockerfile")]
        return ["buildah", "build", *_plain_http(image), *file, "--tag", image, str(context)]

    def check(self, image: str, check: ImageCheck) -> CheckCommands:
        # z: where SELinux is on, the container may read the folder.
        volume = f"--volume={check.folder}:{check.mount_path}:ro,z"
        name = check.container
        program = [name, "--", "dagster", *check.arguments]
        return CheckCommands(
            prepare=[
                ["buildah", "from", "--name", name, image],
                ["buildah", "run", name, "--", "true"],
            ],
            run=["buildah", "run", *_variables(check), volume, *program],
            tidy=["buildah", "rm", name],
        )

    def push(self, image: str, digest_file: Path) -> Command:
        options = [*_plain_http(image), "--digestfile", str(digest_file)]
        return ["buildah", "push", *options, image]

    def digest(self, image: str) -> Command | None:
        return None


BUILDERS: tuple[Builder, ...] = (Docker(), Buildah())


def _variables(check: ImageCheck) -> Command:
    return [f"--env={name}={value}" for name, value in check.environment.items()]


def _plain_http(image: str) -> Command:
    """docker takes plain HTTP from a registry on this machine by itself."""
    local = re.match(r"(localhost|127\.[\d.]+)(:\d+)?/", image)
    return ["--tls-verify=false"] if local else []


def pushed_image(image: str, said: str) -> str | None:
    """The image by its digest; `said` is docker's list of `name@digest`, or what buildah wrote."""
    name = re.sub(r":[^:/]+$", "", image)
    if re.fullmatch(r"sha256:[0-9a-f]{64}", said.strip()):
        return f"{name}@{said.strip()}"
    for reference in re.findall(r"[^\"\s]+@sha256:[0-9a-f]{64}", said):
        if _short_name(reference).startswith(f"{_short_name(name)}@"):
            return f"{name}@{reference.partition('@')[2]}"
    return None


def _short_name(reference: str) -> str:
    """docker leaves out its own registry."""
    return re.sub(r"^docker\.io/(library/)?", "", reference)


# buildah's last words of a program that ended; those before it say why.
_ENDED = re.compile(
    r"(?:Error: (?:while running runtime: )?exit|subprocess exited with) status \d+"
)


def said_lines(output: str) -> list[str]:
    """The lines that say something."""
    lines = output.splitlines()
    return [line for line in lines if line.strip() and not _ENDED.fullmatch(line)]


def last_error(ended: Ended) -> str:
    """Builders say much, and most of it is progress."""
    lines = said_lines(ended.stderr)
    errors = [line for line in lines if re.match(r"error\b", line, re.IGNORECASE)]
    return one_line((errors or lines or [f"it ended with {ended.exit_code}"])[-1])
