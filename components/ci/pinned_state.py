"""Reads what a refresh has published, with Dagster itself, and tries to load it.

    python pinned_state.py HOME

HOME is the DAGSTER_HOME of the refresh. Prints one line of JSON:
{"info": <serialized DefsStateInfo, or null>, "unreadable": {"<defs key>": "<why>"}}. Every version
in the store is downloaded once, the same way as a code server will do it.
Exit codes: 0, or Python's 1 with a traceback; refresh.py runs it and explains that.
"""

from __future__ import annotations

import json
import sys
import tempfile
from pathlib import Path

from dagster import DagsterInstance
from dagster_shared.serdes.serdes import serialize_value

from layout import is_stored


def main(home: str) -> None:
    unreadable: dict[str, str] = {}
    with DagsterInstance.from_config(home) as instance, tempfile.TemporaryDirectory() as folder:
        storage = instance.defs_state_storage
        if storage is None:
            raise RuntimeError(f"the instance in {home} has no defs_state_storage")
        info = storage.get_latest_defs_state_info()
        for key, state in (info.info_mapping if info else {}).items():
            if state is None or not is_stored(state.version):
                continue
            try:
                storage.download_state_to_path(key, state.version, Path(folder) / "state")
            except Exception as error:
                text = " ".join(str(error).split())
                # One word is nothing for people: KeyError says a name alone.
                unreadable[key] = text if " " in text else f"{type(error).__name__}: {text}"
        serialized = None if info is None else json.loads(serialize_value(info))
    print(json.dumps({"info": serialized, "unreadable": unreadable}))


if __name__ == "__main__":
    main(sys.argv[1])
