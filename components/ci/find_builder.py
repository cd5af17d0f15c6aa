"""Says which program builds images here.

    python find_builder.py [--builder docker|buildah]

Prints the name of the one that answers; without `--builder` docker comes first.
Exit codes: 0; 1 with one line on stderr; 2 usage.
"""

from __future__ import annotations

import argparse
import os
import shutil
import sys
import time
from pathlib import Path

import child_process
from image_builder import BUILDERS, Builder, last_error

# A service container of a CI job may still be starting.
_REMOTE_DAEMON_SECONDS = 30.0
_PROBE_SECONDS = 10.0


class NoBuilder(Exception):
    """Nothing can build an image here; the text is one line for people."""


def environment() -> dict[str, str]:
    """`docker build` leaves the image with the daemon, unless this sends it somewhere else."""
    env = dict(os.environ)
    env.pop("BUILDX_BUILDER", None)
    return env


def find(wanted: str | None) -> Builder:
    """The one that is wanted, or the first that answers. Raises `NoBuilder`."""
    asked = [builder for builder in BUILDERS if wanted in (None, builder.name)]
    if not asked:
        raise NoBuilder(f"--builder must be docker or buildah, got {wanted!r}")
    reasons: list[str] = []
    for builder in asked:
        reason = _why_not(builder)
        if reason is None:
            return builder
        reasons.append(f"{builder.name}: {reason}")
    who = "neither docker nor buildah answers" if wanted is None else f"{wanted} does not answer"
    raise NoBuilder(f"{who} here, start Docker or install buildah ({'; '.join(reasons)})")


def _why_not(builder: Builder) -> str | None:
    """Why it cannot build here."""
    if shutil.which(builder.name) is None:
        return "not on the PATH"
    remote = builder.name == "docker" and os.environ.get("DOCKER_HOST", "").startswith("tcp://")
    deadline = time.monotonic() + (_REMOTE_DAEMON_SECONDS if remote else 0)
    while True:
        ended = child_process.run(builder.probe, environment(), Path.cwd(), _PROBE_SECONDS)
        if ended.exit_code == 0:
            return None
        if time.monotonic() >= deadline:
            return "no answer" if ended.timed_out else last_error(ended)
        time.sleep(1)


def main(arguments: list[str]) -> int:
    parser = argparse.ArgumentParser(prog="find_builder.py", description=__doc__.splitlines()[0])
    parser.add_argument("--builder", help="docker or buildah")
    options = parser.parse_args(arguments)
    try:
        print(find(options.builder).name)
        return 0
    except NoBuilder as error:
        print(error, file=sys.stderr)
        return 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
