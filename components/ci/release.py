"""Writes the release record of one location: what it runs from now on.

    python release.py --state-store s3://bucket --location finance --repository acme/finance
        --image registry/finance@sha256:… [--commit SHA] [--defs-state defs-state.json]
        [--dbt dbt.json] [--released-by WHO] [--run-url URL] [--committed-at ISO] [--force]
        [--records file:///folder] [--output release.json]

Input: `--defs-state` is what refresh.py wrote (the pinned defs state, or null); `--dbt` any JSON.
Output: `releases/<location>.json` in the state store, and one line on stdout. With `--records` (a
URL like the state store's) the record is `<location>.json` there, and only the pinned state is
looked for in the state store. `--output` gets `{"record": …, "digest": …, "written": …}`: the
SHA-256 of the record's bytes is the name of this very release; false when it was superseded.
Exit codes: 0 written, 1 wrong input or the store failed, 2 usage, 3 superseded: the store has a
release of a newer run, and nothing was written. A store that fails after the write was sent, and
until the end, leaves open whether it was done: then the report begins with "perhaps released".

The record is replaced by compare-and-swap; when another job was faster, it is read and judged
again. Two runs may end in the other order than they began, so an older run never replaces a newer:

- Every record says in `releasedAt` when its release became wanted: `--committed-at` (when the
  commit reached the branch; a time in the future counts as now), or without it the time of writing.
- Of different commits, the earlier `releasedAt` is older.
- Of the same commit (a scheduled refresh, a repeated run), the older pinned state is older.
- `--force` writes in any case, for rollbacks, and with the present time: a run that began before
  the rollback does not undo it.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import random
import sys
import time
from datetime import datetime, timezone
from pathlib import Path
from typing import Any

import release_record
from layout import is_stored, release_key, state_key
from object_store import (
    Conflict,
    Forbidden,
    ObjectStore,
    StoreError,
    Unknown,
    open_store,
    write_atomically,
)
from release_record import InvalidInput, Record

WRITE_ATTEMPTS = 25


class Superseded(Exception):
    """The store has a newer release; the text says which."""


def parse_arguments(arguments: list[str]) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="release.py", description=__doc__.splitlines()[0])
    parser.add_argument("--state-store", required=True, help="s3://…, gs://… or file:///…")
    parser.add_argument("--records", help="where the record is, if not in the state store")
    parser.add_argument("--location", required=True)
    parser.add_argument("--repository", required=True, help="owner/name")
    parser.add_argument("--image", required=True, help="with digest or tag, never latest")
    parser.add_argument("--commit", help="full git commit")
    parser.add_argument("--defs-state", help="file that refresh.py wrote")
    parser.add_argument("--dbt", help="JSON file, kept as it is")
    parser.add_argument("--released-by")
    parser.add_argument("--run-url")
    parser.add_argument("--committed-at", help="ISO 8601 with time zone")
    parser.add_argument("--output", type=Path, help="gets the record and its digest, JSON")
    parser.add_argument("--force", action="store_true", help="also replace a newer release")
    return parser.parse_args(arguments)


def check_state(store: ObjectStore, record: Record) -> None:
    """The release names state; it must be there, or the code server would not load."""
    mapping = (record["defsState"] or {"info_mapping": {}})["info_mapping"]
    missing = [
        f"defs state {key!r} version {info['version']} is not in {store.url}: refresh again"
        for key, info in sorted(mapping.items())
        if info is not None
        and is_stored(info["version"])
        and not store.exists(state_key(record["location"], key, info["version"]))
    ]
    if missing:
        raise InvalidInput(missing)


def write(store: ObjectStore, key: str, record: Record, force: bool) -> None:
    body = release_record.serialize(record)
    for attempt in range(WRITE_ATTEMPTS):
        current, etag = read(store, key, first=attempt == 0)
        reason = None if force or current is None else release_record.newer(current, record)
        if reason is not None:
            raise Superseded(f"{store.url}/{key} is newer: {reason}")
        try:
            store.put(key, body, etag)
            return
        except Conflict:
            time.sleep(random.uniform(0, min(1.0, 0.02 * 2**attempt)))
    raise StoreError(f"{store.url}/{key} changed {WRITE_ATTEMPTS} times meanwhile: run it again")


def read(store: ObjectStore, key: str, first: bool) -> tuple[Any, str | None]:
    """The present record with its etag; a record that is no JSON is replaced like none."""
    try:
        found = store.get(key)
    except Forbidden:
        # S3 denies the read of an absent object to who may not list. The conditional write shows
        # whether it was absent; if it was not, the next read ends here again.
        if not first:
            raise
        return None, None
    if found is None:
        return None, None
    try:
        return json.loads(found[0]), found[1]
    except ValueError:
        return None, found[1]


def release(arguments: argparse.Namespace, now: datetime) -> str:
    """What was written, in one line."""
    record = release_record.make(arguments, now)
    store = open_store(arguments.state_store)
    check_state(store, record)
    key = where = release_key(record["location"])
    if arguments.records:
        store, key = open_store(arguments.records), f"{record['location']}.json"
        where = f"{store.url}/{key}"
    try:
        write(store, key, record, arguments.force)
    except Superseded:
        note(arguments.output, record, written=False)
        raise
    note(arguments.output, record, written=True)
    commit = (record["commit"] or "no commit")[:10]
    keys = len((record["defsState"] or {"info_mapping": {}})["info_mapping"])
    return f"{record['image']} ({commit}, {keys} state keys) -> {where}"


def note(output: Path | None, record: Record, written: bool) -> None:
    """For the next job: which release this was."""
    if output is not None:
        digest = hashlib.sha256(release_record.serialize(record)).hexdigest()
        answer = {"record": record, "digest": digest, "written": written}
        write_atomically(output, f"{json.dumps(answer, indent=2)}\n".encode())


def main(arguments: list[str]) -> int:
    options = parse_arguments(arguments)
    name = f"release: {options.location}"
    try:
        print(f"{name}: {release(options, datetime.now(timezone.utc))}", flush=True)
        return 0
    except InvalidInput as error:
        print("\n".join(f"{name}: {finding}" for finding in error.findings), file=sys.stderr)
        return 1
    except Unknown as error:
        print(f"{name}: perhaps released: {error}", file=sys.stderr)
        return 1
    except StoreError as error:
        print(f"{name}: not released: {error}", file=sys.stderr)
        return 1
    except Superseded as error:
        print(f"{name}: not released: {error}; --force to go back to this one", file=sys.stderr)
        return 3
    except Exception as error:
        print(f"{name}: unexpected {type(error).__name__}: {error}", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        print(f"{name}: stopped", file=sys.stderr)
        return 130


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
