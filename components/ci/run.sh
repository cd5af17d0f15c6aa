#!/bin/sh
# Runs a script of this folder with the cloud's library: run.sh release.py --location …
set -eu
script=$1
shift
exec uv run --quiet --no-project --with-requirements "$DAGSTER_CI/requirements.txt" \
  python "$DAGSTER_CI/$script" "$@"
