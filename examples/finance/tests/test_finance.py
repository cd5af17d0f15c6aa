from decimal import Decimal

import dagster as dg
import pytest

from finance import ledger
from finance.definitions import defs


def test_an_invoice_is_converted_at_the_rate_of_its_month():
    invoice = ledger.Invoice("INV-1", "2026-01", "Aster Foods", "USD", Decimal("10.90"))
    assert ledger.in_eur(invoice, {("2026-01", "USD"): Decimal("1.09")}) == Decimal("10.00")


def test_every_invoice_of_the_data_has_a_rate():
    assert ledger.without_rate(ledger.read_invoices(), ledger.read_rates()) == []


@pytest.mark.parametrize("job", ["close_month", "slow_close"])
def test_the_job_succeeds(job):
    run_config = {"ops": {"wait_for_the_books": {"config": {"seconds": 0}}}}
    result = defs.resolve_job_def(job).execute_in_process(
        run_config=run_config if job == "slow_close" else None
    )
    assert result.success


def test_the_schedule_is_stopped_by_default():
    schedule = defs.resolve_schedule_def("close_month_schedule")
    assert schedule.default_status == dg.DefaultScheduleStatus.STOPPED
