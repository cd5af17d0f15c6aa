"""Output of runs in the state store, by Dagster's own code; the instance is that of DAGSTER_HOME.

    python computeLogs.py write          a run and a sensor's tick, as a location's processes
    python computeLogs.py read LOG_KEY   what the webserver reads of that run and that tick

Prints one line of JSON: {"logKey": […]}, and {"stdout": bytes, "begin": text, "location": text,
"partial": bool, "tick": text}.
"""

import json
import sys
import time

import dagster as dg
from dagster._core.definitions.instigation_logger import (
    InstigationLogger,
    get_instigation_log_records,
)
from dagster._core.storage.compute_log_manager import ComputeIOType

TICK = ["crm", "crm_sensor", "1"]

# More than boto3 puts in one request (8 MiB).
LARGE = 9 * 2**20


@dg.op
def speak() -> None:
    print("hello from the run", flush=True)
    time.sleep(2.5)  # Meanwhile what there is goes up: upload_interval is 1 s here.
    print("x" * LARGE, flush=True)


@dg.job
def speaking() -> None:
    speak()


def write(instance: dg.DagsterInstance) -> dict:
    result = speaking.execute_in_process(instance=instance)
    captured = [event for event in result.all_events if event.event_type_value == "LOGS_CAPTURED"]
    with InstigationLogger(TICK, instance, "crm", "crm_sensor") as logger:
        logger.info("hello from the tick")
    file_key = captured[0].event_specific_data.file_key
    manager = instance.compute_log_manager
    return {"logKey": manager.build_log_key_for_run(result.run_id, file_key)}


def read(instance: dg.DagsterInstance, log_key: list) -> dict:
    """As dagster_graphql does for `capturedLogs`, `capturedLogsMetadata` and the logs of ticks."""
    manager = instance.compute_log_manager
    data = manager.get_log_data(log_key)
    metadata = manager.get_log_metadata(log_key)
    lines, _ = manager.read_log_lines_for_log_key_prefix(TICK[:2], None, ComputeIOType.STDERR)
    ticks = [json.loads(line) for line in lines if line]
    assert ticks == get_instigation_log_records(instance, TICK)
    return {
        "stdout": len(data.stdout or b""),
        "begin": (data.stdout or b"")[:18].decode(),
        "location": metadata.stdout_location,
        "partial": manager.cloud_storage_has_logs(log_key, ComputeIOType.STDOUT, partial=True),
        "tick": ticks[0]["msg"],
    }


def main(command: str, *arguments: str) -> None:
    with dg.DagsterInstance.get() as instance:
        answer = write(instance) if command == "write" else read(instance, json.loads(*arguments))
    print(f"\n{json.dumps(answer)}")


if __name__ == "__main__":
    main(*sys.argv[1:])
