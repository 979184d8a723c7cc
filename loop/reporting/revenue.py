"""How much revenue is at risk, how much of it have we heard from, and what are the accounts worth that recovered?

Money is told by currency, and in one only by rates somebody entered. Accounts without a value are counted beside it:
what nobody wrote down is not nothing. Each figure leads to its accounts.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from enum import StrEnum
from typing import Any

import numpy as np
from django.db.models import Exists, OuterRef, Q, QuerySet

from feedback.answer_sums import by_person
from feedback.models import Account
from feedback.numbers import numbers
from loop.exchange_rates import Rates, rates_for
from loop.models import Outcome, User, Verdict
from loop.models.case_query import CaseQuerySet
from loop.reporting.answers import answer_days_of
from loop.reporting.case_figures import columns_at_any_time
from loop.reporting.filters import ReportFilters
from loop.reporting.scope import accounts_of, cases_at_any_time, responses_of
from loop.reporting.worths import worths_of


class Part(StrEnum):
    """Which accounts a figure is of."""

    ALL = "all"
    AT_RISK = "at_risk"
    HEARD = "heard"
    RECOVERED = "recovered"


@dataclass(frozen=True)
class Money:
    """The accounts of one part in one currency, and their yearly value together."""

    accounts: int = 0
    value: Decimal = Decimal(0)

    def as_dict(self) -> dict[str, object]:
        return {"accounts": self.accounts, "value": f"{self.value:.2f}"}


@dataclass(frozen=True)
class CurrencyLine:
    """One currency; `currency` "" holds the accounts without a value or without a currency."""

    currency: str
    parts: dict[Part, Money]

    @property
    def coverage(self) -> float | None:
        """The share of the revenue we heard from, 0 to 1; None where there is none."""
        whole = self.parts[Part.ALL].value
        return float(self.parts[Part.HEARD].value / whole) if whole else None

    @property
    def share_at_risk(self) -> float | None:
        """The share of the revenue in open cases, 0 to 1."""
        whole = self.parts[Part.ALL].value
        return float(self.parts[Part.AT_RISK].value / whole) if whole else None

    def as_dict(self) -> dict[str, object]:
        return {
            "currency": self.currency,
            **{part.value: self.parts[part].as_dict() for part in Part},
            "coverage": None if self.coverage is None else round(self.coverage, 4),
            "share_at_risk": None if self.share_at_risk is None else round(self.share_at_risk, 4),
        }


@dataclass(frozen=True)
class RevenueReport:
    """The lines by currency, the largest first; `together` in one currency where rates were entered for all."""

    filters: ReportFilters
    lines: tuple[CurrencyLine, ...]
    without_value: CurrencyLine
    together: CurrencyLine | None
    rates_of: date | None

    def as_dict(self) -> dict[str, object]:
        return {
            "filters": self.filters.as_dict(),
            "currencies": [line.as_dict() for line in self.lines],
            "without_value": {part.value: self.without_value.parts[part].accounts for part in Part},
            "together": self.together.as_dict() if self.together else None,
            "rates_of": self.rates_of.isoformat() if self.rates_of else None,
        }


VALUED = Q(annual_value__gt=0) & ~Q(currency="")


def revenue_report(reader: User | None, filters: ReportFilters, now: datetime) -> RevenueReport:
    """Revenue of the accounts `reader` may see; None is a machine that may read.

    At risk is what has an open case now. Heard from is who answered, recovered whose score rose by a category after a
    case, on the days of the filters. An account counts once, however many cases it has.
    """
    accounts = worths_of(accounts_of(reader, filters))
    parts = {part: np.isin(accounts.key, keys) for part, keys in _numbers(reader, filters).items()}
    valued = (accounts.cents > 0) & (accounts.currency > 0)
    of_currency = {
        name: valued & (accounts.currency == place) for place, name in enumerate(accounts.currencies) if place
    }
    lines = [_line(name, accounts.cents, those, parts) for name, those in of_currency.items() if those.any()]
    lines.sort(key=lambda line: (-line.parts[Part.ALL].accounts, line.currency))
    rates = rates_for(line.currency for line in lines) if len(lines) > 1 else None
    return RevenueReport(
        filters=filters,
        lines=tuple(lines),
        without_value=_line("", accounts.cents, ~valued, parts),
        together=_together(lines, rates) if rates else None,
        rates_of=rates.oldest if rates else None,
    )


def accounts_behind(
    reader: User | None, filters: ReportFilters, part: Part, currency: str | None = None
) -> QuerySet[Account]:
    """The accounts a figure is made of, the most valuable first.

    Args:
        currency: None for all of them, "" for those without a value.
    """
    seen = Account.objects.filter(pk__in=accounts_of(reader, filters).order_by().values("pk"))
    found = seen.filter(_parts(reader, filters)[part])
    if currency is not None:
        found = found.filter(VALUED, currency=currency) if currency else found.exclude(VALUED)
    return found.order_by("-annual_value", "name", "pk")


def _cases(reader: User | None, filters: ReportFilters) -> dict[Part, CaseQuerySet]:
    """Which cases put their account at risk, or say it recovered."""
    cases = cases_at_any_time(reader, filters).order_by()
    recovered = Outcome.objects.filter(_recovered(filters))
    return {Part.AT_RISK: cases.open(), Part.RECOVERED: cases.filter(outcome__in=recovered)}


def _recovered(filters: ReportFilters) -> Q:
    """Outcomes that say so, of these days."""
    return Q(at__gte=filters.begins_at, at__lt=filters.ends_at, verdict=Verdict.RECOVERED)


def _parts(reader: User | None, filters: ReportFilters) -> dict[Part, Q]:
    """As conditions on an account."""
    answered = responses_of(reader, filters).filter(contact__account=OuterRef("pk")).order_by()
    of_cases = {
        part: Q(Exists(cases.filter(account=OuterRef("pk")))) for part, cases in _cases(reader, filters).items()
    }
    return {Part.ALL: Q(pk__isnull=False), Part.HEARD: Q(Exists(answered)), **of_cases}


def _numbers(reader: User | None, filters: ReportFilters) -> dict[Part, Any]:
    """The accounts of each part but all of them, by number; some may be none that the reader sees."""
    cases = columns_at_any_time(reader, filters)
    heard = by_person(answer_days_of(reader, filters), "account")
    return {
        Part.HEARD: heard.key[heard.n > 0],
        Part.AT_RISK: cases.account[cases.is_open],
        Part.RECOVERED: cases.of(numbers(Outcome.objects.filter(_recovered(filters)), "case")[:, 0]).account,
    }


def _line(currency: str, cents: Any, those: Any, parts: Mapping[Part, Any]) -> CurrencyLine:
    """Of these accounts, all and by part."""
    found = {}
    for part in Part:
        some = cents[those if part == Part.ALL else those & parts[part]]
        found[part] = Money(len(some), Decimal(int(some.sum())).scaleb(-2))
    return CurrencyLine(currency, found)


def _together(lines: Iterable[CurrencyLine], rates: Rates) -> CurrencyLine:
    sums = dict.fromkeys(Part, Money())
    for line in lines:
        for part, money in line.parts.items():
            known = sums[part]
            sums[part] = Money(known.accounts + money.accounts, known.value + rates.worth(money.value, line.currency))
    return CurrencyLine(rates.into, sums)
