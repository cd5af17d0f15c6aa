"""Many releases of one location at once, round by round, each by the real release.py.

    python releaseRace.py SCRIPTS < {"store": URL, "location": NAME, "rounds": 200, "writers": 2}

The writers are threads, each with a store of its own, that begin together. In a round they release
other commits at other times, the same commit with other states, or other commits at the same time.
Prints one line of JSON: for each round its kind, and for each writer [image, order, exit code],
where the highest order must win; and the image that the record has after it.
"""

from __future__ import annotations

import contextlib
import io
import json
import sys
import tempfile
import threading
from datetime import datetime, timedelta, timezone
from pathlib import Path
from typing import Any

sys.path.insert(0, sys.argv[1])

import folder_store  # noqa: E402
import object_store  # noqa: E402
import release  # noqa: E402

KINDS = ("times", "states", "tie")
BEGIN = datetime(2020, 1, 1, tzinfo=timezone.utc)
own = threading.local()

# All of them, to count.
folder_store._KEPT = 10_000


def state(folder: Path, refreshed_at: float) -> str:
    info = {"__class__": "DefsKeyStateInfo", "version": "__local__"}
    pin = {
        "__class__": "DefsStateInfo",
        "info_mapping": {"Api": info | {"create_timestamp": refreshed_at}},
    }
    path = folder / f"{refreshed_at}.json"
    path.write_text(json.dumps(pin), encoding="utf-8")
    return str(path)


def arguments(given: dict[str, Any], number: int, order: int, folder: Path) -> list[str]:
    kind = KINDS[number % len(KINDS)]
    moment = BEGIN + timedelta(hours=number, seconds=order if kind == "times" else 0)
    commit = f"{number:020x}{0 if kind == 'states' else order:020x}"
    options = {
        "state-store": given["store"],
        "location": given["location"],
        "repository": "acme/finance",
        "image": f"registry/finance:{number}-{order}",
        "commit": commit,
        "committed-at": moment.isoformat(),
        "defs-state": state(folder, 1000.0 + order),
    }
    return [text for name, value in options.items() for text in (f"--{name}", value)]


def writer(given: dict[str, Any], order: int, begin: threading.Barrier, ends: list[Any]) -> None:
    own.store = object_store.open_store(given["store"])
    with tempfile.TemporaryDirectory() as folder:
        for number in range(given["rounds"]):
            words = arguments(given, number, order, Path(folder))
            begin.wait()
            code = release.main(words)
            ends[number].append([f"registry/finance:{number}-{order}", order, code])
            # Nobody reads the record of this round before all have written.
            begin.wait()
            begin.wait()


def main() -> None:
    given = json.load(sys.stdin)
    release.open_store = lambda url: own.store
    ends: list[Any] = [[] for _ in range(given["rounds"])]
    begin = threading.Barrier(given["writers"] + 1, timeout=60)
    threads = [
        threading.Thread(target=writer, args=(given, order, begin, ends))
        for order in range(given["writers"])
    ]
    store = object_store.open_store(given["store"])
    answer = []
    with contextlib.redirect_stdout(io.StringIO()), contextlib.redirect_stderr(io.StringIO()):
        for thread in threads:
            thread.start()
        for number in range(given["rounds"]):
            begin.wait()
            begin.wait()
            found = store.get(f"releases/{given['location']}.json")
            image = json.loads(found[0])["image"] if found else None
            kind = KINDS[number % len(KINDS)]
            answer.append({"kind": kind, "ends": ends[number], "image": image})
            begin.wait()
    print(json.dumps(answer))


if __name__ == "__main__":
    main()
