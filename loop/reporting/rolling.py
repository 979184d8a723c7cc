"""What was the NPS of the twelve months up to each month? Slower than that of each month, and surer."""

from collections.abc import Callable
from dataclasses import replace
from datetime import date
from itertools import accumulate

from feedback.answer_days import AnswerDays
from feedback.nps import Nps
from feedback.nps_report import NpsRow, nps_report
from feedback.reporting import By, TooManyPeriods, months_after
from loop.models import User
from loop.reporting.answers import answers_of
from loop.reporting.filters import EARLIEST, ReportFilters

MONTHS = 12


def begins(filters: ReportFilters) -> date:
    """The first day that the rolling year of these filters looks at."""
    return max(EARLIEST, months_after(filters.first, 1 - MONTHS))


def rolling_year(
    reader: User | None, filters: ReportFilters, read: Callable[[], AnswerDays] | None = None
) -> list[NpsRow]:
    """The NPS of twelve months for each month of the filters, the month included; it begins with the first of them.

    Empty where answers must not be added up, or where so many months make no table.

    Args:
        read: as in `answers_of`; of a time from `begins` on.
    """
    longer = replace(filters, first=begins(filters), by=By.MONTH)
    try:
        months = longer.periods()
    except TooManyPeriods:
        return []
    report = nps_report(answers_of(reader, longer, read, anyway=read is not None), By.MONTH, months)
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
