"""What is our NPS, how did it move, and is the move more than chance?"""

from dataclasses import dataclass
from datetime import datetime

from feedback.nps import Difference, Nps, difference
from feedback.nps_report import NpsReport, nps_report
from loop.models import User
from loop.reporting.filters import ReportFilters
from loop.reporting.scope import responses_of


@dataclass(frozen=True)
class NpsOverview:
    """The report, and how the whole compares with as many days just before; None where either has no answers.

    People who answered in both make the difference surer than its interval says.
    """

    filters: ReportFilters
    report: NpsReport
    earlier: Nps | None
    change: Difference | None

    def as_dict(self) -> dict[str, object]:
        return {"filters": self.filters.as_dict(), **self.report.as_dict(), "change": self._change()}

    def _change(self) -> dict[str, object] | None:
        if self.change is None or self.earlier is None:
            return None
        return {
            "points": round(self.change.points, 2),
            "interval": [round(self.change.interval.low, 2), round(self.change.interval.high, 2)],
            "beyond_chance": self.change.beyond_chance,
            "n_before": self.earlier.n,
        }


def nps_overview(reader: User | None, filters: ReportFilters, now: datetime) -> NpsOverview:
    """NPS by row for what `reader` may see; None is a machine that may read."""
    report = nps_report(responses_of(reader, filters), filters.by, filters.periods())
    total, earlier, change = report.total, None, None
    if total is not None and total.n:
        before = filters.before()
        earlier_report = nps_report(responses_of(reader, before), before.by, before.periods())
        # The same kind of answers only: a change of scale is no change of mood.
        if [group.labels() for group in earlier_report.groups] == [group.labels() for group in report.groups]:
            earlier = earlier_report.total
            change = difference(total, earlier) if earlier is not None else None
    return NpsOverview(filters, report, earlier, change)
