"""The calculation: plain functions over two small CSV files, with no Dagster in them."""

import csv
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from pathlib import Path

DATA = Path(__file__).parent / "data"
CENT = Decimal("0.01")

# (month, currency) -> units of that currency for one euro
Rates = Mapping[tuple[str, str], Decimal]


@dataclass(frozen=True)
class Invoice:
    number: str
    month: str
    customer: str
    currency: str
    amount: Decimal


def read_rates() -> Rates:
    with (DATA / "exchange_rates.csv").open(encoding="utf-8", newline="") as file:
        return {
            (row["month"], row["currency"]): Decimal(row["per_eur"]) for row in csv.DictReader(file)
        }


def read_invoices() -> list[Invoice]:
    with (DATA / "invoices.csv").open(encoding="utf-8", newline="") as file:
        return [
            Invoice(
                number=row["number"],
                month=row["issued"][:7],
                customer=row["customer"],
                currency=row["currency"],
                amount=Decimal(row["amount"]),
            )
            for row in csv.DictReader(file)
        ]


def without_rate(invoices: Iterable[Invoice], rates: Rates) -> list[Invoice]:
    return [invoice for invoice in invoices if (invoice.month, invoice.currency) not in rates]


def in_eur(invoice: Invoice, rates: Rates) -> Decimal:
    per_eur = rates[invoice.month, invoice.currency]
    return (invoice.amount / per_eur).quantize(CENT, rounding=ROUND_HALF_UP)


def revenue_by_month(invoices: Iterable[Invoice], rates: Rates) -> dict[str, Decimal]:
    revenue: dict[str, Decimal] = defaultdict(Decimal)
    for invoice in invoices:
        revenue[invoice.month] += in_eur(invoice, rates)
    return dict(sorted(revenue.items()))
