import { type ScriptFiles, writeFilesCommand } from "./scriptFiles";

/**
 * First step of the job that brings the scripts: writes them where they are handed over from. It also refuses to run for an event which
 * nobody may give these rights.
 */
export function scriptsCommand(scripts: ScriptFiles): string {
  return [SET_UP, writeFilesCommand(scripts), EXECUTABLE].join("\n");
}

/** First command of the jobs after it. */
export function setUpCommand(): string {
  return [SET_UP, EXECUTABLE].join("\n");
}

const SET_UP = [
  'case "$GITHUB_EVENT_NAME" in',
  "  push | workflow_dispatch | schedule | pull_request) ;;",
  '  *) echo "::error::not for the event $GITHUB_EVENT_NAME" && exit 1 ;;',
  "esac",
  'DAGSTER_CI="$RUNNER_TEMP/dagster-handover/scripts"',
  'mkdir -p "$DAGSTER_CI" "$RUNNER_TEMP/dagster-work"',
  "{",
  '  echo "DAGSTER_CI=$DAGSTER_CI"',
  '  echo "DAGSTER_HANDOVER=$RUNNER_TEMP/dagster-handover"',
  '  echo "DAGSTER_WORK=$RUNNER_TEMP/dagster-work"',
  '} >> "$GITHUB_ENV"',
].join("\n");

/** Artifacts forget it. */
const EXECUTABLE = 'chmod +x "$DAGSTER_CI"/*.sh';
