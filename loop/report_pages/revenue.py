"""What is at stake in money, and of which accounts? The page of revenue, and the accounts behind a figure."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.db.models import Count, Q, QuerySet
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from feedback.models import Account
from loop import access
from loop.models import Case, User
from loop.report_pages.table import Cell, Look, Number, Table, percent
from loop.reporting.filters import ReportFilters
from loop.reporting.revenue import CurrencyLine, Part, RevenueReport, accounts_behind, revenue_report

A_PAGE = 50
PARTS = {
    Part.ALL: gettext_lazy("All customers"),
    Part.AT_RISK: gettext_lazy("With an open case"),
    Part.HEARD: gettext_lazy("Heard from"),
    Part.RECOVERED: gettext_lazy("Recovered"),
}


def figures(user: User, filters: ReportFilters, now: datetime, own: Mapping[str, str]) -> dict[str, Any]:
    """Value at risk, coverage and value of recovered accounts by currency; `part` lists the accounts of a figure."""
    found = {"revenue": revenue_report(user, filters, now), "part_names": PARTS}
    part = own.get("part", "")
    return found | _behind(user, filters, Part(part), own) if part in tuple(Part) else found


def _behind(user: User, filters: ReportFilters, part: Part, own: Mapping[str, str]) -> dict[str, Any]:
    currency, number = own.get("currency"), own.get("page", "")
    at = max(1, int(number)) if number.isascii() and number.isdigit() and len(number) < 6 else 1
    seen = access.visible_cases(user).open().order_by().values("pk")
    found = accounts_behind(user, filters, part, currency if currency is None else currency[:3])
    rows = found.annotate(open_cases=Count("cases", filter=Q(cases__in=Case.objects.filter(pk__in=seen))))
    shown = list(rows[(at - 1) * A_PAGE : at * A_PAGE + 1])
    return {
        "part": part,
        "part_name": PARTS[part],
        "currency": currency,
        "all_accounts": rows,
        "accounts": shown[:A_PAGE],
        "page_number": at,
        "has_next": len(shown) > A_PAGE,
    }


def tables(found: dict[str, Any], filters: ReportFilters) -> list[Table]:
    """By currency, and the customers behind a figure where some are listed: all of them, whatever page is open."""
    revenue: RevenueReport = found["revenue"]
    head = [_("Currency")]
    for name in PARTS.values():
        head += [str(name), _("%(name)s: customers") % {"name": name}]
    lines = [_line(line, line.currency) for line in revenue.lines]
    note = ""
    if revenue.together is not None:
        lines.append(_line(revenue.together, _("All in %(currency)s") % {"currency": revenue.together.currency}))
        note = _("rates of exchange, the oldest of %(day)s") % {"day": revenue.rates_of}
    if revenue.without_value.parts[Part.ALL].accounts:
        lines.append(_line(revenue.without_value, _("no value or no currency")))
    told = [Table(_("Revenue by currency"), (*head, _("At risk"), _("Coverage")), lines, note)]
    return [*told, _accounts(found["all_accounts"], str(found["part_name"]))] if "part" in found else told


def _line(line: CurrencyLine, name: str) -> list[Cell]:
    cells: list[Cell] = [name]
    for part in PARTS:
        money = line.parts[part]
        cells += [Number(money.value, Look.COUNT) if line.currency else None, money.accounts]
    return [*cells, percent(line.share_at_risk), percent(line.coverage)]


def _accounts(accounts: QuerySet[Account], title: str) -> Table:
    head = (_("Customer"), _("Customer's number"), _("Segment"), _("Open cases"), _("Value a year"), _("Currency"))
    rows: list[list[Cell]] = [
        [
            one.name, one.external_id, one.segment, getattr(one, "open_cases", 0),
            None if one.annual_value is None else Number(one.annual_value, Look.COUNT), one.currency,
        ]
        for one in accounts
    ]  # fmt: skip
    return Table(title, head, rows)
