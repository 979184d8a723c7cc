"""Who answers when asked, who does not, and what could the silent have made of the NPS?

Counted are the questions that left on the days of the filters and arrived. Of widgets and links in the company's own
mails nobody knows how many saw them: they have answers and no rate.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import Count, Q, QuerySet
from django.utils.translation import gettext as _

from feedback.models import Invitation
from feedback.models.invitation import WITHOUT_RATE
from feedback.models.response import Category
from feedback.models.survey import SurveyKind
from feedback.nonresponse import bias, share_bounds, worst_case
from feedback.nps import Interval, Nps
from feedback.nps_report import figures
from feedback.standing_out import FALSE_SHARE, adjusted_p
from loop.models import User
from loop.reporting.filters import ReportFilters
from loop.reporting.programme import ANSWERED, CHANNELS
from loop.reporting.scope import invitations_of
from loop.reporting.shares import FEW, Share

MOST_ROWS = 24

#: How much less happy the silent are supposed to be, to show what that would do. Nobody knows how much it is.
SUPPOSED = 20  # NPS points
CAME_BACK = Q(bounced_at__isnull=False) & ~ANSWERED
ROWS = {"segment": "contact__account__segment", "size": "contact__account__size", "channel": "channel"}


@dataclass(frozen=True)
class RateRow:
    """How many of those asked in one part of the customers answered; `stands_out` from all others beyond chance."""

    key: str
    name: str
    answered: Share
    stands_out: bool = False

    @property
    def silent(self) -> int:
        return self.answered.n - self.answered.count

    def as_dict(self) -> dict[str, object]:
        return {"key": self.key, "name": self.name, **self.answered.as_dict(), "stands_out": self.stands_out}


@dataclass(frozen=True)
class ResponseReport:
    """The rate in all and by part; the NPS of those who answered, and between which ends that of all asked lies.

    `bounds` is None where answers on different scales must not be added up, or nobody was asked.
    """

    filters: ReportFilters
    sent: int
    came_back: int
    answered: Share
    rows: dict[str, list[RateRow]]
    nps: Nps | None
    bounds: Interval | None

    @property
    def silent(self) -> int:
        return self.answered.n - self.answered.count

    @property
    def detractor_bounds(self) -> tuple[float, float] | None:
        """The share of detractors among all asked, had none or all of the silent been some."""
        return share_bounds(self.nps.detractor, self.nps.n, self.answered.n) if self.nps is not None else None

    @property
    def lower_by(self) -> float | None:
        """How many points lower the NPS of all asked were, if the silent were `SUPPOSED` points less happy."""
        return None if self.answered.share is None else bias(self.answered.share, SUPPOSED, 0)

    def as_dict(self) -> dict[str, object]:
        bounds, detractors, lower = self.bounds, self.detractor_bounds, self.lower_by
        return {
            "filters": self.filters.as_dict(),
            "sent": self.sent,
            "came_back": self.came_back,
            "answered": self.answered.as_dict(),
            "silent": self.silent,
            **{f"by_{name}": [row.as_dict() for row in rows] for name, rows in self.rows.items()},
            "nps_of_those_who_answered": figures(self.nps),
            "nps_of_all_asked_lies_between": None if bounds is None else [round(bounds.low, 2), round(bounds.high, 2)],
            "detractors_of_all_asked_lie_between": detractors and [round(end, 4) for end in detractors],
            "if_silent_20_points_less_happy": None if lower is None else round(-lower, 2),
        }


def response_report(reader: User | None, filters: ReportFilters, now: datetime) -> ResponseReport:
    """Response rates for what `reader` may see; None is a machine that may read."""
    parts = _parts(invitations_of(reader, filters).exclude(channel__in=WITHOUT_RATE))
    nps = _nps(parts)
    answered = _share(parts)
    return ResponseReport(
        filters=filters,
        sent=sum(part["sent"] for part in parts),
        came_back=sum(part["came_back"] for part in parts),
        answered=answered,
        rows={name: _rows(parts, name) for name in ROWS},
        nps=nps,
        bounds=worst_case(nps, answered.n) if nps is not None else None,
    )


Part = dict[str, Any]  # what the questions of one segment, size, channel and scale have in common, and their counts


def _parts(asked: QuerySet[Invitation]) -> list[Part]:
    """All that is counted, in one reading."""
    by_category = {
        category.value: Count("pk", filter=ANSWERED & Q(response__category=category)) for category in Category
    }
    counts = {
        "sent": Count("pk"),
        "answered": Count("pk", filter=ANSWERED),
        "came_back": Count("pk", filter=CAME_BACK),
    }
    by = (*ROWS.values(), "survey__scale_min", "survey__kind")
    return list(asked.order_by().values(*by).annotate(**counts, **by_category))


def _share(parts: Iterable[Part]) -> Share:
    """Of those the question reached."""
    counted = list(parts)
    arrived = sum(part["sent"] - part["came_back"] for part in counted)
    return Share(sum(part["answered"] for part in counted), arrived)


def _nps(parts: list[Part]) -> Nps | None:
    kinds = {
        (part["survey__scale_min"], part["survey__kind"] == SurveyKind.RECOVERY) for part in parts if part["answered"]
    }
    if len(kinds) > 1:
        return None
    return Nps(*(sum(part[category.value] for part in parts) for category in Category))


def _rows(parts: list[Part], name: str) -> list[RateRow]:
    """One row for each value, the most asked first."""
    groups: dict[str, list[Part]] = {}
    for part in parts:
        groups.setdefault(part[ROWS[name]] or "", []).append(part)
    shares = {key: _share(group) for key, group in groups.items()}
    remarkable = _remarkable(shares)
    unnamed = {"segment": _("no segment"), "size": _("no size"), "channel": _("no channel")}[name]
    rows = [
        RateRow(key, str(CHANNELS.get(key, key)) if key else unnamed, share, key in remarkable)
        for key, share in shares.items()
    ]
    return sorted(rows, key=lambda row: (-row.answered.n, row.name))[:MOST_ROWS]


def _remarkable(shares: dict[str, Share]) -> set[str]:
    """Which rows differ from all the others together (Fisher's exact test), allowing for how many there are."""
    count, n = sum(share.count for share in shares.values()), sum(share.n for share in shares.values())
    compared = [key for key, share in shares.items() if share.n >= FEW and n - share.n >= FEW]
    if not compared:
        return set()
    from scipy.stats import fisher_exact

    found = []
    for key in compared:
        share = shares[key]
        others = count - share.count
        table = [[share.count, share.n - share.count], [others, n - share.n - others]]
        found.append(float(fisher_exact(table).pvalue))
    return {key for key, p in zip(compared, adjusted_p(found), strict=True) if p <= FALSE_SHARE}
