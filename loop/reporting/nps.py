"""What is our NPS, how did it move, and is the move more than chance?"""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import date, datetime
from functools import cache

from feedback.answer_days import AnswerDays
from feedback.nps import Difference, Nps, difference, difference_error
from feedback.nps_report import NpsReport, NpsRow, moved, nps_report
from feedback.planning import smallest_change
from feedback.shared_people import shared
from loop.models import User
from loop.reporting.answers import answer_days_of, answers_of
from loop.reporting.filters import ReportFilters
from loop.reporting.rolling import begins, rolling_year
from loop.reporting.shares import FEW
from loop.reporting.weighed import WeighedNps, weighed_nps


@dataclass(frozen=True)
class NpsOverview:
    """The report, and how the whole compares with as many days just before; None where either has no answers."""

    filters: ReportFilters
    report: NpsReport
    earlier: Nps | None
    change: Difference | None

    @property
    def few(self) -> bool:
        """Whether counts say more than an NPS would."""
        return self.report.total is not None and self.report.total.n < FEW

    @property
    def comparable(self) -> bool:
        """Whether both times have answers enough for a difference to be told."""
        return self.change is not None and not self.few and self.earlier is not None and self.earlier.n >= FEW

    @property
    def smallest_change(self) -> float | None:
        """The change that answers as many as these would show four times out of five, in points."""
        total = self.report.total
        if total is None or self.earlier is None or self.change is None or not self.comparable:
            return None
        error = difference_error(total, self.earlier, self.change.shared)
        return None if error is None else smallest_change(error)

    def as_dict(self) -> dict[str, object]:
        return {"filters": self.filters.as_dict(), **self.report.as_dict(), "few": self.few, "change": self._change()}

    def _change(self) -> dict[str, object] | None:
        if self.change is None or self.earlier is None:
            return None
        smallest = self.smallest_change
        return {
            **moved(self.change),
            "n_before": self.earlier.n,
            "pairs_of_the_same_people": self.change.shared.pairs,
            "smallest_detectable": None if smallest is None else round(smallest, 2),
        }


@dataclass(frozen=True)
class NpsDetails:
    """What the page of NPS alone shows beside that; without the weighed figures where nothing may be added up."""

    overview: NpsOverview
    rolling: list[NpsRow]
    weighed: WeighedNps | None

    def as_dict(self) -> dict[str, object]:
        return {
            **self.overview.as_dict(),
            "rolling_year": [row.as_dict() for row in self.rolling],
            "weighed": self.weighed.as_dict() if self.weighed else None,
        }


def nps_overview(reader: User | None, filters: ReportFilters, now: datetime) -> NpsOverview:
    """NPS by row for what `reader` may see; None is a machine that may read."""
    return _overview(reader, filters, _read_from(filters.before().first, reader, filters), anyway=True)


def _read_from(first: date, reader: User | None, filters: ReportFilters) -> Callable[[], AnswerDays]:
    """The answers from a day up to the last of the filters, read when they are first asked for, and once."""
    return cache(lambda: answer_days_of(reader, replace(filters, first=first)))


def _overview(
    reader: User | None, filters: ReportFilters, read: Callable[[], AnswerDays], *, anyway: bool = False
) -> NpsOverview:
    report = nps_report(answers_of(reader, filters, read, anyway=anyway), filters.by, filters.periods())
    total, earlier, change = report.total, None, None
    if total is not None and total.n:
        before = filters.before()
        earlier_report = nps_report(answers_of(reader, before, read, anyway=anyway), before.by, before.periods())
        # The same kind of answers only: a change of scale is no change of mood.
        if [group.labels() for group in earlier_report.groups] == [group.labels() for group in report.groups]:
            earlier = earlier_report.total
            change = _change(read, filters, before, total, earlier)
    return NpsOverview(filters, report, earlier, change)


def nps_details(reader: User | None, filters: ReportFilters, now: datetime) -> NpsDetails:
    """The overview with the rolling year and the figures by account and by revenue."""
    read = _read_from(min(filters.before().first, begins(filters)), reader, filters)
    overview = _overview(reader, filters, read, anyway=True)
    total = overview.report.total
    weighed = weighed_nps(read().on(filters.first, filters.last)) if total is not None and total.n else None
    return NpsDetails(overview, rolling_year(reader, filters, read), weighed)


def _change(
    read: Callable[[], AnswerDays], filters: ReportFilters, before: ReportFilters, total: Nps, earlier: Nps | None
) -> Difference | None:
    if earlier is None or not earlier.n:
        return None
    alike = shared(*(read().on(days.first, days.last) for days in (before, filters)))
    return difference(total, earlier, shared=alike)
