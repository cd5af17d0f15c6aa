"""Writes what a pull request wants: the record of its branch deployment.

    python branch_record.py --plan plan.json --state-store s3://bucket
        [--image-file image.txt] [--defs-state defs-state.json]

Input: the plan of the run (job_plan.py), the CI system's event, and, unless the pull request was
closed, the image that was pushed and the state that was pinned.
Output: `branches/<location>/<number>.json` in the state store. The record is replaced by
compare-and-swap; an event that is older than the record's never replaces it.
Exit codes: 0 written, or a newer one is there; 1 with one line; 2 usage.
"""

from __future__ import annotations

import argparse
import json
import os
import random
import sys
import time
from pathlib import Path
from typing import Any

import ci_system
from ci_system import CiError
from job_event import Event, event_of
from layout import branch_key
from object_store import Conflict, Forbidden, ObjectStore, StoreError, open_store

SCHEMA_VERSION = 1
WRITE_ATTEMPTS = 25


def make_record(plan: dict[str, Any], event: Event, image: str | None, pin: Any) -> dict[str, Any]:
    status = "open"
    if plan["kind"] == "close":
        status = "merged" if event.merged else "closed"
    return {
        "schemaVersion": SCHEMA_VERSION,
        "location": plan["location"],
        "repository": plan["repository"],
        "number": plan["number"],
        "status": status,
        "branch": event.branch,
        "commit": event.commit,
        "author": event.author or None,
        "title": event.title,
        "url": event.url or None,
        "labels": sorted(event.labels),
        "image": image,
        "defsState": pin,
        # When the pull request was last changed: of two events the earlier is older.
        "updatedAt": plan["wanted_at"],
        "runUrl": event.run_url or None,
    }


def merged_with(record: dict[str, Any], current: Any) -> dict[str, Any] | None:
    """What is written over the present record; None: the present one is newer, and stays."""
    if not isinstance(current, dict):
        return record
    if str(current.get("updatedAt", "")) > record["updatedAt"]:
        return None
    if record["status"] == "open":
        return record
    # A closed pull request keeps what it ran with, for its clean-up.
    return record | {"image": current.get("image"), "defsState": current.get("defsState")}


def write(store: ObjectStore, key: str, record: dict[str, Any]) -> bool:
    """False: a newer one is there. Raises `StoreError`."""
    for attempt in range(WRITE_ATTEMPTS):
        try:
            found = store.get(key)
        except Forbidden:
            # S3 denies the read of an absent object to who may not list it.
            if attempt > 0:
                raise
            found = None
        wanted = merged_with(record, _json(found[0]) if found else None)
        if wanted is None:
            return False
        body = f"{json.dumps(wanted, indent=2, ensure_ascii=False)}\n".encode()
        try:
            store.put(key, body, found[1] if found else None)
            return True
        except Conflict:
            time.sleep(random.uniform(0, min(1.0, 0.02 * 2**attempt)))
    raise StoreError(f"{store.url}/{key} changed {WRITE_ATTEMPTS} times meanwhile: run it again")


def _text(file: Path | None) -> str | None:
    return None if file is None else file.read_text(encoding="utf-8").strip()


def _json(body: bytes) -> Any:
    try:
        return json.loads(body)
    except ValueError:
        return None


def main(arguments: list[str]) -> int:
    parser = argparse.ArgumentParser(prog="branch_record.py", description=__doc__.splitlines()[0])
    parser.add_argument("--plan", required=True, type=Path)
    parser.add_argument("--state-store", required=True, help="s3://…, gs://… or file:///…")
    parser.add_argument("--image-file", type=Path)
    parser.add_argument("--defs-state", type=Path)
    options = parser.parse_args(arguments)
    name = "branch"
    try:
        plan = json.loads(options.plan.read_text(encoding="utf-8"))
        name = f"branch: {plan['location']}#{plan['number']}"
        event = event_of(ci_system.current(os.environ), os.environ)
        image = _text(options.image_file)
        pin = json.loads(_text(options.defs_state) or "null")
        record = make_record(plan, event, image, pin)
        key = branch_key(plan["location"], plan["number"])
        written = write(open_store(options.state_store), key, record)
    except (CiError, StoreError, OSError, ValueError) as error:
        print(f"{name}: not recorded: {error}", file=sys.stderr)
        return 1
    print(f"{name}: {record['status'] if written else 'a newer event is recorded'} -> {key}")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
