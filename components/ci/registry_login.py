"""Logs the image builder in to the registry of an image.

    python registry_login.py --image 123456789012.dkr.ecr.eu-west-1.amazonaws.com/dagster/finance
        [--builder docker]

By the registry's host: ECR (a token by the job's AWS credentials), Artifact Registry (a token by
Google's default credentials), ghcr.io (GITHUB_ACTOR, GITHUB_TOKEN), the registry of GitLab
(CI_REGISTRY_USER, CI_REGISTRY_PASSWORD), any other (DAGSTER_REGISTRY_USER,
DAGSTER_REGISTRY_PASSWORD, which also stand in where GitHub and GitLab give nothing).
The builder gets the password on its stdin, so that no list of processes has it.
Output: one line on stdout; on GitHub also `::add-mask::`, so that no log shows the password.
Exit codes: 0 logged in; 1 not, one line on stderr; 2 usage.
"""

from __future__ import annotations

import argparse
import os
import random
import subprocess
import sys
import time

from http_answer import one_line
from registry_credentials import Login, NoCredentials, registry_host, registry_login
from transient import is_transient

_ATTEMPTS = 4
_TIMEOUT_SECONDS = 60


class NotLoggedIn(Exception):
    """One line for people."""


def parse_arguments(arguments: list[str]) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="registry_login.py", description=__doc__.splitlines()[0])
    parser.add_argument("--image", required=True, help="registry/name")
    parser.add_argument("--builder", default="docker", choices=["docker", "buildah"])
    return parser.parse_args(arguments)


def mask(password: str) -> None:
    """GitHub hides it from now on, wherever somebody prints it. A line at a time: that is how it
    looks for it (docs.github.com/actions/reference/workflows-and-actions/workflow-commands)."""
    for line in password.splitlines():
        # One brace of a key file would hide half of the log.
        if len(line) > 3:
            print(f"::add-mask::{line.replace('%', '%25')}", flush=True)


def log_in(builder: str, host: str, login: Login) -> None:
    command = [builder, "login", "--username", login.user, "--password-stdin", host]
    for attempt in range(1, _ATTEMPTS + 1):
        reason = _failure(command, login.password)
        if reason is None:
            return
        if attempt == _ATTEMPTS or not is_transient(reason):
            raise NotLoggedIn(f"{builder} login: {reason}")
        time.sleep(random.uniform(0, 2 ** (attempt - 1)))


def _failure(command: list[str], password: str) -> str | None:
    try:
        ended = subprocess.run(
            command, input=password.encode(), capture_output=True, timeout=_TIMEOUT_SECONDS
        )
    except FileNotFoundError as error:
        raise NotLoggedIn(f"{command[0]} is not on the PATH of this job: install it") from error
    except subprocess.TimeoutExpired:
        return f"timed out after {_TIMEOUT_SECONDS} s"
    if ended.returncode == 0:
        return None
    said = (ended.stderr or ended.stdout).decode(errors="replace").replace(password, "***")
    # Before it come warnings about where the password is kept.
    last = next(filter(str.strip, reversed(said.splitlines())), f"exit code {ended.returncode}")
    return one_line(last)


def main(arguments: list[str]) -> int:
    options = parse_arguments(arguments)
    host = registry_host(options.image)
    name = f"registry: {host}"
    try:
        login = registry_login(host, os.environ)
        if os.environ.get("GITHUB_ACTIONS") == "true":
            mask(login.password)
        log_in(options.builder, host, login)
        print(f"{name}: logged in as {login.user}", flush=True)
        return 0
    except (NoCredentials, NotLoggedIn) as error:
        print(f"{name}: {error}", file=sys.stderr)
    except Exception as error:
        # Its text could have the password in it.
        print(f"{name}: unexpected {type(error).__name__}", file=sys.stderr)
    return 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
