"""Asks the platform to deploy a release, and waits until it says that it has.

    python deploy_release.py --location finance --state-store s3://bucket --release release.json
        --platform-provider github --platform-repository acme/dagster-platform
        --platform-branch main --platform-api https://api.github.com [--platform-id N]
        [--timeout 2400] [--poll 10] [--status] [--summary FILE]

Input: `--release` is what release.py wrote; `--platform-id` is GitLab's number of the project.
Environment: DAGSTER_DEPLOY_TOKEN starts the platform's CI (GitHub: `actions: write` on the
platform's repository; GitLab: a pipeline trigger token of it). Without it, or when it is refused,
the platform's schedule does it, and this waits for that. `--status` sets the commit's status
`dagster / <location>` on GitHub, with GITHUB_TOKEN (`statuses: write`).
Output: lines on stdout, and Markdown at the end of GITHUB_STEP_SUMMARY and of `--summary`.
Exit codes: 0 the platform serves the release, or another one has taken its place; 1 the location
does not load, the time is over, or wrong input, one line on stderr; 2 usage; 128 + n stopped by
signal n.

A failure that stands in the state store from before counts only if nobody could be asked: else
the platform tries again, and its next answer counts.
"""

from __future__ import annotations

import argparse
import contextlib
import json
import os
import sys
import time
from pathlib import Path

import deploy_request
import stop_signals
from commit_status import CommitStatus
from deploy_request import Asked, Platform
from deploy_watch import Outcome, Release, UnreadableDeployment, Watch
from http_answer import one_line
from layout import is_location_name
from object_store import StoreError, open_store
from stop_signals import Stopped

_HEADLINES = {
    "loaded": "deployed",
    "superseded": "superseded by another release",
    "failed": "not loaded",
    "late": "not deployed in time",
    "broken": "nobody knows whether it is deployed",
}


class InvalidRelease(Exception):
    """One line for people."""


def parse_arguments(arguments: list[str]) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="deploy_release.py", description=__doc__.splitlines()[0])
    parser.add_argument("--location", required=True)
    parser.add_argument("--state-store", required=True, help="s3://…, gs://… or file:///…")
    parser.add_argument("--release", required=True, type=Path, help="file that release.py wrote")
    parser.add_argument("--platform-provider", required=True, choices=["github", "gitlab"])
    parser.add_argument("--platform-repository", required=True, help="owner/name")
    parser.add_argument("--platform-branch", required=True)
    parser.add_argument("--platform-api", required=True, help="https://…")
    parser.add_argument("--platform-id", help="number of the project on GitLab")
    parser.add_argument("--timeout", type=float, default=2400.0, help="seconds")
    parser.add_argument("--poll", type=float, default=10.0, help="seconds between two looks")
    parser.add_argument("--status", action="store_true", help="set the commit's status")
    parser.add_argument("--summary", type=Path, help="file that gets Markdown, too")
    options = parser.parse_args(arguments)
    if not is_location_name(options.location):
        parser.error(f"--location must be a DNS label, got {options.location!r}")
    if options.timeout <= 0 or options.poll <= 0:
        parser.error("--timeout and --poll must be more than 0")
    return options


def read_release(location: str, path: Path) -> tuple[Release, bool]:
    """The release, and whether it was written."""
    try:
        content = json.loads(path.read_text(encoding="utf-8"))
        release = Release(location, content["record"], content["digest"])
        if release.record["location"] != location:
            other = release.record["location"]
            raise InvalidRelease(f"--release: {path} is of {other!r}: give that of {location!r}")
        return release, bool(content["written"])
    except OSError as error:
        text = f"--release: {path}: {error.strerror}: run the release job before"
        raise InvalidRelease(text) from error
    except (ValueError, KeyError, TypeError) as error:
        raise InvalidRelease(f"--release: {path} is not what release.py writes") from error


class Deploy:
    """The work of one run."""

    def __init__(self, options: argparse.Namespace, release: Release, status: CommitStatus) -> None:
        self._options = options
        self._release = release
        self._status = status
        self._platform = Platform(
            provider=options.platform_provider,
            repository=options.platform_repository,
            branch=options.platform_branch,
            api=options.platform_api,
            project=options.platform_id,
        )

    def run(self) -> Outcome:
        deadline = time.monotonic() + self._options.timeout
        watch = Watch(open_store(self._options.state_store), self._release, self._say)
        outcome = watch.look()
        if outcome is not None and outcome.state != "failed":
            return outcome
        self._status.set("pending", "waiting for the platform")
        asked = self._ask()
        self._say(asked.text)
        if asked.done:
            watch.forget_failure()
        self._say(f"waiting, for {self._options.timeout:g} s at most")
        outcome = watch.wait(deadline, self._options.poll)
        return self._explained(outcome, asked) if outcome.state == "late" else outcome

    def _ask(self) -> Asked:
        token = os.environ.get("DAGSTER_DEPLOY_TOKEN", "").strip()
        release = self._release
        return deploy_request.ask(self._platform, token, release.location, release.commit)

    def _explained(self, late: Outcome, asked: Asked) -> Outcome:
        """What somebody can look at."""
        trouble = "" if asked.done else f"; {asked.text}"
        text = (
            f"not deployed within {self._options.timeout:g} s: {late.text}{trouble}: look at "
            f"{self._platform.runs_url}, and run this job again when it has deployed"
        )
        return Outcome("late", text, self._platform.runs_url)

    def _say(self, text: str) -> None:
        print(f"deploy: {self._release.location}: {text}", flush=True)


def finish(outcome: Outcome, options: argparse.Namespace, status: CommitStatus) -> int:
    good = outcome.state in ("loaded", "superseded")
    status.set("success" if good else "failure", _described(outcome), outcome.url)
    lines = [f"### Dagster: {options.location} {_HEADLINES[outcome.state]}", ""]
    # Four backticks: the text is other people's, of one line, and stays text.
    lines += ["````text", outcome.text, "````", ""]
    if outcome.url:
        lines += [f"<{outcome.url}>", ""]
    for path in filter(None, (os.environ.get("GITHUB_STEP_SUMMARY"), options.summary)):
        # A summary is not worth a red job.
        with contextlib.suppress(OSError), open(path, "a", encoding="utf-8") as file:
            file.write("\n".join(lines))
    print(f"deploy: {options.location}: {outcome.text}", file=sys.stdout if good else sys.stderr)
    return 0 if good else 1


def _described(outcome: Outcome) -> str:
    """A status has a link of its own."""
    return "deployed" if outcome.state == "loaded" else outcome.text


def outcome_of(options: argparse.Namespace, release: Release, status: CommitStatus) -> Outcome:
    try:
        return Deploy(options, release, status).run()
    except (StoreError, UnreadableDeployment) as error:
        return Outcome("broken", str(error))
    except Exception as error:
        return Outcome("broken", f"unexpected {type(error).__name__}: {one_line(str(error))}")


def main(arguments: list[str]) -> int:
    options = parse_arguments(arguments)
    name = f"deploy: {options.location}"
    try:
        release, written = read_release(options.location, options.release)
    except InvalidRelease as error:
        print(f"{name}: {error}", file=sys.stderr)
        return 1
    status = CommitStatus(os.environ if options.status else None, options.location, release.commit)
    stop_signals.listen()
    try:
        if written:
            return finish(outcome_of(options, release, status), options, status)
        text = "superseded before it was written: a newer release is there, and its run waits"
        return finish(Outcome("superseded", text), options, status)
    except Stopped as stopped:
        status.set("failure", "cancelled", hurry=True)
        print(f"{name}: stopped by {stopped}; the platform may still deploy it", file=sys.stderr)
        return stopped.exit_code


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
