"""Says which dbt manifest a release contains, for its record.

    python dbt_manifest.py --project DIR --dbt-project dbt --target prod --output dbt.json

The manifest is the one that the image gets: of the dbt component's local state if the refresh has
made one, else of the dbt project's own `target`. Output: its hash and what it says about itself;
`manifest` is null where there is none (a project that is parsed when it is loaded).
Exit codes: 0, 1 with one line, 2 usage.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import sys
from pathlib import Path
from typing import Any

from layout import LOCAL_STATE_FOLDER
from object_store import write_atomically


def find_manifest(project: Path, dbt_project: str) -> Path | None:
    """The newest of the local states' manifests, else the dbt project's own."""
    states = project.glob(f"**/{LOCAL_STATE_FOLDER}/*/project/target/manifest.json")
    newest = sorted(states, key=lambda path: path.stat().st_mtime_ns)
    own = project / dbt_project / "target" / "manifest.json"
    return newest[-1] if newest else own if own.is_file() else None


def describe(manifest: Path, project: Path) -> dict[str, Any]:
    body = manifest.read_bytes()
    try:
        metadata = json.loads(body)["metadata"]
    except (ValueError, KeyError, TypeError) as error:
        raise ValueError(f"{manifest} is no manifest of dbt: {error}") from error
    return {
        "path": manifest.relative_to(project).as_posix(),
        "sha256": hashlib.sha256(body).hexdigest(),
        "dbtVersion": metadata.get("dbt_version"),
        "generatedAt": metadata.get("generated_at"),
        "invocationId": metadata.get("invocation_id"),
    }


def main(arguments: list[str]) -> int:
    parser = argparse.ArgumentParser(prog="dbt_manifest.py", description=__doc__.splitlines()[0])
    parser.add_argument("--project", required=True, type=Path, help="the location's folder")
    parser.add_argument("--dbt-project", required=True, help="relative to the location's folder")
    parser.add_argument("--target", required=True, help="of production, in profiles.yml")
    parser.add_argument("--output", required=True, type=Path)
    options = parser.parse_args(arguments)
    try:
        if not (options.project / options.dbt_project / "dbt_project.yml").is_file():
            raise ValueError(
                f"{options.dbt_project} has no dbt_project.yml: correct `dbt.project` on the list"
            )
        found = find_manifest(options.project, options.dbt_project)
        answer = {
            "project": options.dbt_project,
            "target": options.target,
            "manifest": describe(found, options.project) if found else None,
        }
        write_atomically(options.output, f"{json.dumps(answer, indent=2)}\n".encode())
    except (OSError, ValueError) as error:
        print(f"dbt: {error}", file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
