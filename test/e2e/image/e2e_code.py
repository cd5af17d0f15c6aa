"""The code of the locations in `npm run test:e2e`: what it does is in its environment.

E2E_BROKEN   set: the code does not load
E2E_SECRETS  names of variables, by comma: the job `look` fails unless exactly these of the E2E_SECRET_* are there
"""

import os
import time

import dagster as dg

if os.environ.get("E2E_BROKEN"):
    raise RuntimeError("E2E_BROKEN is set: this code does not load")


@dg.op
def look_around(context: dg.OpExecutionContext) -> None:
    seen = sorted(name for name in os.environ if name.startswith("E2E_SECRET_"))
    wanted = sorted(filter(None, os.environ.get("E2E_SECRETS", "").split(",")))
    context.log.info(f"sees {seen}, uid {os.getuid()}")
    if seen != wanted:
        raise dg.Failure(f"sees {seen}, wanted {wanted}")


@dg.op(config_schema={"seconds": int})
def wait(context: dg.OpExecutionContext) -> None:
    time.sleep(context.op_config["seconds"])


@dg.job(executor_def=dg.in_process_executor)
def look() -> None:
    look_around()


@dg.job(executor_def=dg.in_process_executor)
def slow() -> None:
    wait()


@dg.asset
def marker() -> str:
    return os.environ.get("E2E_MARK", "")


defs = dg.Definitions(assets=[marker], jobs=[look, slow])
