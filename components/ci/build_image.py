"""Builds the image of a location, sees that it loads its code, and pushes it.

    python build_image.py --location finance --locations locations.json --project DIR
        --image registry/finance:TAG --defs-state defs-state.json --state-store s3://bucket
        --output image.txt [--cache-from IMAGE] [--builder docker|buildah] [--no-check]
        [--check-timeout 600] [--attempts 5] [--base-delay 1] [--log FILE]

Input: the project with its Dockerfile, which is the build context; `--defs-state`, which refresh.py
wrote; of `--locations` (JSON by location) `codeServer`, the options of `dagster api grpc` that say
where the code is, and `env`. State with LOCAL_FILESYSTEM must be in the project, and no ignore file
may keep it out of the image.
The check runs the code server's own command in the image, with the pinned state, which is copied
out of the state store. A builder that cannot run containers fails it; `--no-check` leaves it out.
`--cache-from` is an image to take layers from; one that is not there changes nothing.
Output: `--output` gets `registry/finance@sha256:…`. It is written whole or not at all, and an older
one is removed first: no file, no release.
Only the push is tried again, `--attempts` times with exponential backoff, and only when that may
help: not when it is denied.
Exit codes: 0 pushed; 1 not, one line on stderr which says the step (all of the builder's output is
in `--log`); 2 usage; 128 + n stopped by signal n.
"""

from __future__ import annotations

import argparse
import contextlib
import json
import re
import sys
import traceback
from pathlib import Path
from typing import Any

import stop_signals
from build_run import BuildError, ImageBuild, Location, say
from find_builder import NoBuilder, find
from layout import is_location_name
from locations_file import entry_of
from object_store import write_atomically

# A tag decides what is pushed where; a digest is known only after the push.
_IMAGE = re.compile(r"[A-Za-z0-9][\w.-]*(:\d+)?(/[a-z0-9._-]+)+:(?!latest$)\w[\w.-]{0,127}")


def parse_arguments(arguments: list[str]) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="build_image.py", description=__doc__.splitlines()[0])
    parser.add_argument("--location", required=True)
    parser.add_argument("--locations", required=True, type=Path, help="the platform's list, JSON")
    parser.add_argument("--project", required=True, type=Path, help="the location's folder")
    parser.add_argument("--image", required=True, help="registry/name:tag")
    parser.add_argument("--defs-state", required=True, type=Path, help="what refresh.py wrote")
    parser.add_argument("--state-store", required=True, help="s3://…, gs://… or file:///…")
    parser.add_argument("--output", required=True, type=Path)
    parser.add_argument("--cache-from", help="an image to take layers from (docker)")
    parser.add_argument("--builder", help="docker or buildah (default: the one that answers)")
    parser.add_argument("--no-check", action="store_true", help="do not load the image's code")
    parser.add_argument("--check-timeout", type=float, default=600.0, help="seconds")
    parser.add_argument("--attempts", type=int, default=5, help="of the push")
    parser.add_argument("--base-delay", type=float, default=1.0, help="seconds, doubles each time")
    parser.add_argument("--log", type=Path, help="gets all the output of the builder")
    options = parser.parse_args(arguments)
    if options.attempts < 1 or options.check_timeout <= 0 or options.base_delay < 0:
        parser.error("--attempts and --check-timeout must be more than 0, --base-delay not less")
    if not _IMAGE.fullmatch(options.image):
        parser.error(f"--image must be registry/name:tag, never latest, got {options.image!r}")
    if not is_location_name(options.location):
        parser.error(f"--location must be a DNS label, got {options.location!r}")
    return options


def read_pin(file: Path) -> Any:
    try:
        pin = json.loads(file.read_text(encoding="utf-8"))
    except OSError as error:
        reason = f"--defs-state: {file}: {error.strerror}: run the job before"
        raise BuildError("input", reason) from error
    except ValueError as error:
        raise BuildError("input", f"--defs-state: {file} is not JSON: {error}") from error
    if pin is None or (isinstance(pin, dict) and isinstance(pin.get("info_mapping"), dict)):
        return pin
    raise BuildError("input", f"--defs-state: {file} is not what refresh.py writes")


def build(options: argparse.Namespace) -> str:
    """The pushed image by its digest. Raises `BuildError`."""
    try:
        entry = entry_of(options.locations, options.location)
    except ValueError as error:
        raise BuildError("input", str(error)) from error
    pin = read_pin(options.defs_state)
    try:
        builder = find(options.builder)
    except NoBuilder as error:
        raise BuildError("build", str(error)) from error
    location = Location(code_server=entry["codeServer"], env=entry["env"])
    return ImageBuild(options, builder, location, pin).run()


def prepare(options: argparse.Namespace) -> None:
    """No file of an earlier build may be taken for one of this."""
    for path in (options.output, options.log):
        if path is not None:
            path.parent.mkdir(parents=True, exist_ok=True)
            path.unlink(missing_ok=True)


def main(arguments: list[str]) -> int:
    options = parse_arguments(arguments)
    name = f"build: {options.location}"
    stop_signals.listen()
    try:
        prepare(options)
        image = build(options)
        write_atomically(options.output, f"{image}\n".encode())
        say(f"pushed {image}")
        return 0
    except BuildError as error:
        logged = options.log is not None and options.log.exists()
        more = f" (all the output is in {options.log})" if logged else ""
        print(f"{name}: {error}{more}", file=sys.stderr)
        return 1
    except OSError as error:
        where = error.filename or "file"
        print(f"{name}: {where}: {error.strerror or error}; nothing is released", file=sys.stderr)
        return 1
    except Exception as error:
        # A mistake of these scripts: one line like any other, and the rest in the log.
        if options.log is not None:
            with contextlib.suppress(OSError), open(options.log, "a", encoding="utf-8") as log:
                traceback.print_exc(file=log)
        problem = f"unexpected {type(error).__name__}: {error}"
        print(f"{name}: {problem}; nothing is released", file=sys.stderr)
        return 1
    except stop_signals.Stopped as stopped:
        print(f"{name}: stopped by {stopped}, nothing is released", file=sys.stderr)
        return stopped.exit_code


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
