"""npm of the platform's workflow: records what is asked for; nothing of the program runs.

`npm run preview` writes the file that it is asked to write, if the folder `$PROGRAM` has one with
the name; and a file there with the name of a script has its exit code.
"""

from __future__ import annotations

import os
import shutil
import sys
from pathlib import Path

from calls import record

arguments = sys.argv[1:]
variables = (
    *("IF_NEEDED", "DAGSTER_CI_GROUP", "PULUMI_BACKEND_URL", "GITHUB_TOKEN"),
    *("AWS_ACCESS_KEY_ID", "AWS_ROLE_ARN", "GOOGLE_APPLICATION_CREDENTIALS"),
)
given = {name: os.environ[name] for name in variables if name in os.environ}
record("npm", arguments=arguments, env=given, pulumi=shutil.which("pulumi") is not None)
if "--output" in arguments:
    text = Path(os.environ["PROGRAM"], "preview.md")
    if text.exists():
        shutil.copy(text, arguments[arguments.index("--output") + 1])
script = next(word for word in arguments if not word.startswith("-") and word != "run")
code = Path(os.environ["PROGRAM"], script)
sys.exit(int(code.read_text(encoding="utf-8")) if code.exists() else 0)
