import time

import dagster as dg

close_month = dg.define_asset_job(
    "close_month",
    selection=dg.AssetSelection.groups("finance"),
    description="All assets of the monthly close.",
)

close_month_schedule = dg.ScheduleDefinition(
    name="close_month_schedule",
    job=close_month,
    cron_schedule="0 6 1 * *",
    execution_timezone="Europe/Berlin",
    # Somebody turns it on in the UI, when the location is meant to run by itself.
    default_status=dg.DefaultScheduleStatus.STOPPED,
)


class SlowCloseConfig(dg.Config):
    seconds: float = 1.0


@dg.op
def wait_for_the_books(context: dg.OpExecutionContext, config: SlowCloseConfig) -> None:
    end = time.monotonic() + config.seconds
    context.log.info(f"waiting {config.seconds:g} s")
    # Short sleeps, so that a terminated run ends at once.
    while (left := end - time.monotonic()) > 0:
        time.sleep(min(left, 0.5))
    context.log.info("books are closed")


@dg.job(description="Takes `seconds` of time: a stand-in for a long run.")
def slow_close() -> None:
    wait_for_the_books()
