"""aws, gcloud and kubectl: cloud_cli.py NAME ARGUMENTS records what is asked for, and of whom.

The file that the credentials are in is read while it is there.
"""

import os
import stat
import sys
from pathlib import Path

from calls import record

name, *arguments = sys.argv[1:]
variables = ("AWS_WEB_IDENTITY_TOKEN_FILE", "GOOGLE_APPLICATION_CREDENTIALS")
file = next((Path(os.environ[name]) for name in variables if name in os.environ), None)
record(
    name,
    arguments=arguments,
    role=os.environ.get("AWS_ROLE_ARN"),
    credentials=file.read_text(encoding="utf-8") if file else None,
    mode=oct(stat.S_IMODE(file.stat().st_mode)) if file else None,
)
