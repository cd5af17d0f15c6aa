"""One image, from the build context to the registry (see build_image.py)."""

from __future__ import annotations

import argparse
import random
import re
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import child_process
import download_state
import image_builder
import image_check
import local_state
from find_builder import environment
from image_builder import Builder, CheckCommands, Command, ImageCheck, last_error
from image_push import may_pass, push_advice
from layout import is_local
from object_store import StoreError
from transient import retry_after

MAX_DELAY_SECONDS = 60.0
# Of a command that only asks or cleans up.
_SHORT_SECONDS = 120.0
_NO_LIMIT = float("inf")
# BuildKit warns of a cache that it cannot read, and goes on; a failure of it is another program's.
_CACHE = re.compile(r"import(?:ing|er)? cache|cache (?:import|manifest)|cache-from", re.IGNORECASE)


class BuildError(Exception):
    """Ends the build: at which step, why, and what that means."""

    def __init__(self, step: str, reason: str, outcome: str = "nothing is pushed") -> None:
        super().__init__(f"{step}: {reason}; {outcome}")


@dataclass(frozen=True)
class Location:
    """What the platform's list says of it."""

    code_server: list[str]
    env: dict[str, str]


class ImageBuild:
    """One image, from the context to the registry."""

    def __init__(
        self, options: argparse.Namespace, builder: Builder, location: Location, pin: Any
    ) -> None:
        self._options = options
        self._builder = builder
        self._location = location
        self._pin = pin
        self._image: str = options.image
        self._project: Path = options.project.resolve()

    def run(self) -> str:
        """The image by its digest. Raises `BuildError`."""
        self._check_context()
        self._build()
        if not self._options.no_check:
            self._check()
        return self._push()

    def _check_context(self) -> None:
        if not (self._project / "Dockerfile").is_file():
            raise BuildError("context", f"no Dockerfile in {self._project}: write one")
        mapping = self._pin["info_mapping"] if self._pin else {}
        local = [key for key, info in mapping.items() if info and is_local(info["version"])]
        files = self._builder.ignore_files
        findings = local_state.findings(self._project, local, files)
        if findings:
            raise BuildError("context", "; ".join(finding.strip() for finding in findings))

    def _build(self) -> None:
        cache: str | None = self._options.cache_from
        say(f"{self._image} with {self._builder.name}")
        ended = self._run(self._builder.build(self._image, self._project, cache), _NO_LIMIT)
        if ended.exit_code != 0 and cache and _CACHE.search(last_error(ended)):
            say(f"once more without the layers of {cache}: {last_error(ended)}")
            ended = self._run(self._builder.build(self._image, self._project, None), _NO_LIMIT)
        if ended.exit_code != 0:
            raise BuildError("build", f"{self._builder.name} build: {last_error(ended)}")

    def _check(self) -> None:
        with tempfile.TemporaryDirectory(prefix="image-check-") as temporary:
            folder = Path(temporary, "check")
            folder.mkdir()
            check = self._prepare_check(folder)
            commands = self._builder.check(self._image, check)
            try:
                self._run_check(commands)
            finally:
                self._run(commands.tidy, _SHORT_SECONDS)
        say("the image loads its code")

    def _prepare_check(self, folder: Path) -> ImageCheck:
        options = self._options
        wanted = argparse.Namespace(
            location=options.location,
            state_store=options.state_store,
            defs_state=options.defs_state,
            output=folder / image_check.STATE,
        )
        try:
            download_state.download(wanted)
        except StoreError as error:
            raise BuildError("check", str(error)) from error
        location = self._location
        return image_check.prepare(
            folder, options.location, location.code_server, location.env, self._pin
        )

    def _run_check(self, commands: CheckCommands) -> None:
        name, timeout = self._builder.name, self._options.check_timeout
        otherwise = "nothing is pushed (--no-check leaves the check out)"
        for command in commands.prepare:
            ended = self._run(command, max(timeout, _SHORT_SECONDS))
            if ended.exit_code != 0:
                reason = f"{name} cannot run containers here: {last_error(ended)}"
                raise BuildError("check", reason, otherwise)
        ended = self._run(commands.run, timeout)
        if ended.timed_out:
            reason = f"{self._image}: its code did not load within {timeout:g} s"
            raise BuildError("check", reason, otherwise)
        if ended.exit_code != 0:
            asked = commands.state
            state = None if asked is None else self._run(asked, _SHORT_SECONDS).stdout
            reason = image_check.problem(name, ended, state)
            raise BuildError("check", f"{self._image}: {reason}", otherwise)

    def _push(self) -> str:
        with tempfile.TemporaryDirectory(prefix="image-push-") as folder:
            digest_file = Path(folder, "digest")
            self._push_until_done(self._builder.push(self._image, digest_file))
            command = self._builder.digest(self._image)
            if command is None:
                said = digest_file.read_text(encoding="utf-8")
            else:
                said = self._run(command, _SHORT_SECONDS).stdout
        pushed = image_builder.pushed_image(self._image, said)
        if pushed is None:
            reason = f"{self._image}: {self._builder.name} does not say its digest: {said.strip()}"
            raise BuildError("push", reason, "nothing is released")
        return pushed

    def _push_until_done(self, command: Command) -> None:
        attempts: int = self._options.attempts
        for attempt in range(1, attempts + 1):
            say(f"pushing {self._image}")
            ended = self._run(command, _NO_LIMIT)
            if ended.exit_code == 0:
                return
            reason = last_error(ended)
            if not may_pass(reason) or attempt == attempts:
                advice = push_advice(reason, attempt)
                raise BuildError("push", f"{reason}: {advice}", "nothing is released")
            longest = min(MAX_DELAY_SECONDS, self._options.base_delay * 2 ** (attempt - 1))
            delay = (retry_after(reason) or 0.0) + random.uniform(0, longest)
            say(f"push {attempt} of {attempts} failed, again in {delay:.1f} s: {reason}")
            time.sleep(delay)

    def _run(self, command: Command, timeout: float) -> child_process.Ended:
        return child_process.run(command, environment(), self._project, timeout, self._options.log)


def say(text: str) -> None:
    print(f"build: {text}", flush=True)
