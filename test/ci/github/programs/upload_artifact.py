"""actions/upload-artifact: files into the folder that stands for GitHub's store.

As there (src/shared/search.ts): of several paths their least common ancestor is the root; hidden
files and empty folders are left out; what is executable is so no more; a name is taken once, unless
it is to be overwritten.
"""

import json
import os
import shutil
import sys
from pathlib import Path

inputs: dict[str, str] = json.loads(os.environ["INPUTS"])
workspace = Path(os.environ["GITHUB_WORKSPACE"])
paths = [workspace / line.strip() for line in inputs["path"].splitlines() if line.strip()]


def is_taken(file: Path, root: Path) -> bool:
    is_hidden = any(part.startswith(".") for part in file.relative_to(root.parent).parts)
    return file.is_file() and (inputs["include-hidden-files"] == "true" or not is_hidden)


files = [
    file
    for path in paths
    for file in ([path] if path.is_file() else sorted(path.rglob("*")))
    if is_taken(file, path)
]
if not files:
    print(f"No files were found with the provided path: {inputs['path']}")
    sys.exit(1 if inputs["if-no-files-found"] == "error" else 0)

folder = paths[0].parent if paths[0].is_file() else paths[0]
root = Path(os.path.commonpath(paths)) if len(paths) > 1 else folder
artifact = Path(os.environ["ARTIFACTS"], inputs["name"])
if artifact.exists():
    if inputs["overwrite"] != "true":
        sys.exit(f"an artifact with the name {inputs['name']} is there already")
    shutil.rmtree(artifact)
for file in files:
    target = artifact / file.relative_to(root)
    target.parent.mkdir(parents=True, exist_ok=True)
    shutil.copyfile(file, target)
with open(os.environ["GITHUB_OUTPUT"], "a", encoding="utf-8") as output:
    output.write("artifact-id=4711\n")
