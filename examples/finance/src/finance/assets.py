"""Exchange rates -> invoices in EUR -> monthly revenue.

The assets hand no Python value to each other. Dagster's default I/O manager would write such a
value into a folder of the pod, which is read-only or gone on Kubernetes. Put your warehouse here.
"""

import dagster as dg

from finance import ledger


@dg.asset(group_name="finance", kinds={"csv"})
def exchange_rates() -> dg.MaterializeResult:
    """Monthly average rates: units of a currency for one euro."""
    rates = ledger.read_rates()
    return dg.MaterializeResult(
        metadata={
            "dagster/row_count": len(rates),
            "currencies": sorted({currency for _, currency in rates}),
        }
    )


@dg.asset(group_name="finance", kinds={"python"}, deps=[exchange_rates])
def invoices_in_eur() -> dg.MaterializeResult:
    """Every invoice, converted at the average rate of its month."""
    rates = ledger.read_rates()
    amounts = [ledger.in_eur(invoice, rates) for invoice in ledger.read_invoices()]
    return dg.MaterializeResult(
        metadata={"dagster/row_count": len(amounts), "total_eur": float(sum(amounts))}
    )


@dg.asset(group_name="finance", kinds={"python"}, deps=[invoices_in_eur])
def monthly_revenue() -> dg.MaterializeResult:
    """Revenue of each month in euro."""
    revenue = ledger.revenue_by_month(ledger.read_invoices(), ledger.read_rates())
    return dg.MaterializeResult(
        metadata={
            "dagster/row_count": len(revenue),
            "revenue_eur": {month: float(amount) for month, amount in revenue.items()},
        }
    )


@dg.asset_check(asset=exchange_rates)
def every_invoice_has_a_rate() -> dg.AssetCheckResult:
    missing = ledger.without_rate(ledger.read_invoices(), ledger.read_rates())
    return dg.AssetCheckResult(
        passed=not missing, metadata={"invoices_without_rate": [i.number for i in missing]}
    )
