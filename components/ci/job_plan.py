"""Says what this run of a location's CI does, from what the CI system says about it.

    python job_plan.py --location finance --locations locations.json --state-store s3://bucket
        --output FOLDER

Kinds of runs:

- `release`: a push to the default branch, or somebody started it there. Refresh, build, release.
- `refresh`: the schedule. The commit, and the image, of the release that is there get new state.
  With state that lives in the image, the image is built anew from that commit.
- `branch`: a pull request was opened or pushed to. Refresh into its own prefix, build, record.
- `close`: it was closed. Its record says so.
- `nothing`: there is nothing to do; why is said in one line.

Output: in FOLDER `plan.json`; `plan.env`, the same as `PLAN_…` variables for a shell; and
`image.txt` when the image is there already. Where GITHUB_OUTPUT is set, it gets kind, commit,
directory, and `refresh` and `build` as true or false.
Exit codes: 0; 1 with one line for each mistake; 2 usage.
"""

from __future__ import annotations

import argparse
import json
import os
import shlex
import sys
from dataclasses import asdict, dataclass
from datetime import datetime, timezone
from pathlib import Path
from typing import Any

import ci_system
from ci_system import CiError
from job_event import Event, event_of
from layout import branch_prefix, is_local, release_key
from locations_file import entry_of
from object_store import Forbidden, StoreError, open_store, write_atomically


@dataclass(frozen=True)
class Plan:
    """What the jobs of this run do."""

    kind: str
    location: str
    repository: str
    # Of the repository; `.` is the repository itself.
    directory: str
    # Where the defs state goes: the state store, or the prefix of a pull request in it.
    state_store: str
    commit: str = ""
    # When the release became wanted, ISO 8601: of two runs the earlier is older.
    wanted_at: str = ""
    # What is built; empty: nothing.
    image: str = ""
    # An image to take layers from; empty: none is known.
    cache_image: str = ""
    # Of the pull request.
    number: int = 0
    actor: str = ""
    run_url: str = ""
    dbt_project: str = ""
    dbt_target: str = ""

    @property
    def refreshes(self) -> bool:
        return self.kind in ("release", "refresh", "branch")


@dataclass(frozen=True)
class Asked:
    """What a plan is made from."""

    location: str
    entry: dict[str, Any]
    event: Event
    state_store: str
    now: datetime

    def plan(self, kind: str, **given: Any) -> Plan:
        dbt = self.entry["dbt"] or {"project": "", "target": ""}
        return Plan(
            kind=kind,
            location=self.location,
            repository=self.entry["repository"],
            directory=self.entry["directory"],
            actor=self.event.actor,
            run_url=self.event.run_url,
            dbt_project=dbt["project"],
            dbt_target=dbt["target"],
            **given,
        )

    def nothing(self, why: str) -> Plan:
        print(f"plan: {self.location}: nothing to do: {why}", flush=True)
        return self.plan("nothing", state_store="")

    def release_image(self, commit: str) -> str:
        # As components/ci/imageTag.ts: image repositories keep the tags that begin so.
        return f"{self.entry['image']}:release-{commit[:12]}-{self.stamp}"

    @property
    def stamp(self) -> str:
        return self.now.strftime("%Y%m%dT%H%M%SZ")

    @property
    def wanted_at(self) -> str:
        given = self.now.isoformat(timespec="milliseconds").replace("+00:00", "Z")
        return self.event.wanted_at or given


def make_plan(asked: Asked) -> Plan:
    """Raises `CiError` when this run may not do what it was started for."""
    entry, event = asked.entry, asked.event
    if event.repository.lower() != entry["repository"].lower():
        raise CiError(
            f"{asked.location} is of {entry['repository']} on the platform's list, and this is "
            f"{event.repository}: correct the location in the calling file, or the list"
        )
    if event.kind in ("branch", "close"):
        return _pull_request_plan(asked)
    if event.branch != entry["defaultBranch"]:
        raise CiError(
            f"{asked.location} is released from {entry['defaultBranch']}, and this is "
            f"{event.branch or 'no branch'}: run it there, or set defaultBranch on the list"
        )
    record = _record(asked.state_store, asked.location)
    if event.kind == "refresh":
        return _refresh_plan(asked, record)
    return asked.plan(
        "release",
        state_store=asked.state_store,
        commit=event.commit,
        wanted_at=asked.wanted_at,
        image=asked.release_image(event.commit),
        cache_image=record["image"] if record else "",
    )


def _refresh_plan(asked: Asked, record: dict[str, Any] | None) -> Plan:
    """New state for the release that is there, of the commit that it is of."""
    if record is None:
        return asked.nothing("it has no release yet: push to release it")
    if not record["commit"]:
        return asked.nothing("its release is of no commit that could be refreshed: push to it")
    mapping = (record["defsState"] or {"info_mapping": {}})["info_mapping"]
    if not mapping:
        return asked.nothing("its release has no state-backed component")
    builds = any(state and is_local(state["version"]) for state in mapping.values())
    return asked.plan(
        "refresh",
        state_store=asked.state_store,
        commit=record["commit"],
        # Not newer than the release that it refreshes: a push meanwhile wins.
        wanted_at=record["releasedAt"],
        image=asked.release_image(record["commit"]) if builds else "",
        cache_image=record["image"],
    )


def _pull_request_plan(asked: Asked) -> Plan:
    event, branch_image = asked.event, asked.entry["branchImage"]
    if event.is_fork:
        return asked.nothing("a pull request from a fork gets nothing")
    if branch_image is None:
        return asked.nothing("it has no branch deployments on the platform's list")
    tag = f"pr-{event.number}-{event.commit[:12]}-{asked.stamp}"
    return asked.plan(
        event.kind,
        state_store=f"{asked.state_store}/{branch_prefix(asked.location, event.number)}",
        commit=event.commit,
        wanted_at=asked.wanted_at,
        image=f"{branch_image}:{tag}" if event.kind == "branch" else "",
        number=event.number,
    )


def _record(state_store: str, location: str) -> dict[str, Any] | None:
    """The release that is there. S3 denies the read of an absent one to who may not list."""
    try:
        found = open_store(state_store).get(release_key(location))
    except Forbidden:
        return None
    try:
        record = json.loads(found[0]) if found else None
    except ValueError:
        record = None
    # A broken one is replaced by the next release.
    needed = ("image", "commit", "defsState", "releasedAt")
    return record if isinstance(record, dict) and all(key in record for key in needed) else None


def write(plan: Plan, folder: Path, github_output: str | None) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    values = asdict(plan)
    booleans = {"refresh": plan.refreshes, "build": plan.image != ""}
    flags = {name: "true" if value else "false" for name, value in booleans.items()}
    write_atomically(folder / "plan.json", f"{json.dumps(values | booleans, indent=2)}\n".encode())
    lines = [f"PLAN_{name.upper()}={shlex.quote(str(v))}" for name, v in (values | flags).items()]
    write_atomically(folder / "plan.env", ("\n".join(lines) + "\n").encode())
    if plan.kind == "refresh" and not plan.image:
        write_atomically(folder / "image.txt", f"{plan.cache_image}\n".encode())
    if github_output:
        given = {"kind": plan.kind, "commit": plan.commit, "directory": plan.directory, **flags}
        with open(github_output, "a", encoding="utf-8") as output:
            output.writelines(f"{name}={value}\n" for name, value in given.items())


def main(arguments: list[str]) -> int:
    parser = argparse.ArgumentParser(prog="job_plan.py", description=__doc__.splitlines()[0])
    parser.add_argument("--location", required=True)
    parser.add_argument("--locations", required=True, type=Path, help="the platform's list, JSON")
    parser.add_argument("--state-store", required=True, help="s3://…, gs://… or file:///…")
    parser.add_argument("--output", required=True, type=Path, help="folder")
    options = parser.parse_args(arguments)
    try:
        asked = Asked(
            location=options.location,
            entry=entry_of(options.locations, options.location),
            event=event_of(ci_system.current(os.environ), os.environ),
            state_store=options.state_store.rstrip("/"),
            now=datetime.now(timezone.utc),
        )
        plan = make_plan(asked)
        write(plan, options.output, os.environ.get("GITHUB_OUTPUT"))
    except (CiError, StoreError, OSError, ValueError) as error:
        print(f"plan: {options.location}: {error}", file=sys.stderr)
        return 1
    if plan.kind != "nothing":
        what = f"#{plan.number} " if plan.number else ""
        print(f"plan: {plan.location}: {plan.kind} {what}of {plan.commit[:12]}", flush=True)
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
