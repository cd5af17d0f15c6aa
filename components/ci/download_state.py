"""Copies the pinned defs state of a location out of the state store, into a folder.

    python download_state.py --location crm --state-store s3://bucket
        --defs-state defs-state.json --output FOLDER

For a container that shall load the code with its state and has no way to the store. `--defs-state`
is what refresh.py wrote; FOLDER gets `defs-state/<location>/…` as the store has it.
Exit codes: 0, 1 with one line on stderr, 2 usage.
"""

from __future__ import annotations

import argparse
import json
import sys
from pathlib import Path

from layout import is_stored, state_key
from object_store import StoreError, open_store


def download(options: argparse.Namespace) -> None:
    pin = json.loads(options.defs_state.read_text(encoding="utf-8")) or {"info_mapping": {}}
    store = open_store(options.state_store)
    for key, info in pin["info_mapping"].items():
        if info is None or not is_stored(info["version"]):
            continue
        name = state_key(options.location, key, info["version"])
        found = store.get(name)
        if found is None:
            raise StoreError(f"{store.url}/{name} is not there: refresh again")
        path = options.output / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(found[0])


def main(arguments: list[str]) -> int:
    parser = argparse.ArgumentParser(prog="download_state.py", description=__doc__.splitlines()[0])
    parser.add_argument("--location", required=True)
    parser.add_argument("--state-store", required=True, help="s3://…, gs://… or file:///…")
    parser.add_argument("--defs-state", required=True, type=Path)
    parser.add_argument("--output", required=True, type=Path)
    options = parser.parse_args(arguments)
    try:
        download(options)
        return 0
    except (OSError, StoreError, ValueError) as error:
        print(f"download: {options.location}: {error}", file=sys.stderr)
        return 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
