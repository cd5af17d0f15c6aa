import dagster as dg

from finance.assets import (
    every_invoice_has_a_rate,
    exchange_rates,
    invoices_in_eur,
    monthly_revenue,
)
from finance.jobs import close_month, close_month_schedule, slow_close

defs = dg.Definitions(
    assets=[exchange_rates, invoices_in_eur, monthly_revenue],
    asset_checks=[every_invoice_has_a_rate],
    jobs=[close_month, slow_close],
    schedules=[close_month_schedule],
    # The steps are short: one process for all of them, instead of a new Python for each.
    executor=dg.in_process_executor,
)
