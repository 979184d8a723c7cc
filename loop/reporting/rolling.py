"""What was the NPS of the twelve months up to each month? Slower than that of each month, and surer."""

from dataclasses import replace
from itertools import accumulate

from feedback.nps import Nps
from feedback.nps_report import NpsRow, nps_report
from feedback.reporting import By, TooManyPeriods, months_after
from loop.models import User
from loop.reporting.filters import EARLIEST, ReportFilters
from loop.reporting.scope import answers_of

MONTHS = 12


def rolling_year(reader: User | None, filters: ReportFilters) -> list[NpsRow]:
    """The NPS of twelve months for each month of the filters, the month included; it begins with the first of them.

    Empty where answers must not be added up, or where so many months make no table.
    """
    begins = max(EARLIEST, months_after(filters.first, 1 - MONTHS))
    longer = replace(filters, first=begins, by=By.MONTH)
    try:
        months = longer.periods()
    except TooManyPeriods:
        return []
    report = nps_report(answers_of(reader, longer), By.MONTH, months)
    if len(report.groups) != 1:
        return []
    rows = report.groups[0].rows
    so_far = [Nps(), *accumulate(row.nps for row in rows)]
    first_shown = months_after(filters.first, 0)
    found = []
    for position, row in enumerate(rows):
        if row.last is None or row.last < first_shown:
            continue
        start = max(0, position + 1 - MONTHS)
        found.append(
            NpsRow(row.key, row.name, _minus(so_far[position + 1], so_far[start]), rows[start].first, row.last)
        )
    return found


def _minus(whole: Nps, part: Nps) -> Nps:
    return Nps(whole.detractor - part.detractor, whole.passive - part.passive, whole.promoter - part.promoter)
