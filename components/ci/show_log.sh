#!/bin/sh
# Shows all the output of a step that failed, folded, and fails: show_log.sh FILE
set -eu
name=$(basename "$1" .log)
[ -s "$1" ] || exit 1
if [ -n "${GITLAB_CI:-}" ]; then
  printf '\033[0Ksection_start:%s:%s[collapsed=true]\r\033[0Kall output of %s\n' "$(date +%s)" "$name" "$name"
  cat "$1"
  printf '\033[0Ksection_end:%s:%s\r\033[0K\n' "$(date +%s)" "$name"
else
  # Nothing that a program has printed is a command to the runner.
  token=$(od -An -N16 -tx1 /dev/urandom | tr -d ' \n')
  echo "::group::all output of $name"
  echo "::stop-commands::$token"
  cat "$1"
  echo "::$token::"
  echo "::endgroup::"
fi
exit 1
