"""How did last week go, and what do the twelve weeks up to it look like? For whoever leads a team or the company.

Weeks are ISO weeks, their days those of the project's time zone. Shares are those of the reports, of the cases opened
in the week. What was resolved, confirmed and opened again counts in the week it happened in, whenever the case was
opened.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta

from django.db.models import Count, F, Q, QuerySet

from feedback.nps import LOWEST_PASSIVE
from feedback.reporting import By, row_of
from loop.models import Case, CaseEvent, Promise, Role, RootCause, Team, User
from loop.models.case_query import CaseQuerySet
from loop.models.event import EventKind
from loop.models.promise import Ending
from loop.reporting.filters import ReportFilters
from loop.reporting.loop_metrics import LoopRow, loop_report, loop_shares
from loop.reporting.scope import cases_at_any_time, responses_of
from loop.reporting.shares import Share

WEEKS = 12  # of the charts
CAUSES = 3  # named at most
STAYS_OVERDUE = 5  # cases named at most
HAPPENED = {
    "resolved": EventKind.RESOLVED,
    "confirmed": EventKind.CUSTOMER_CONFIRMED,
    "reopened": EventKind.REOPENED,
}


@dataclass(frozen=True)
class Week:
    """What happened in one week. `promises_kept` is by their time, out of those due in it."""

    detractors: int
    contacted_in_time: Share
    resolved: int
    confirmed: int
    reopened: int
    promises_kept: Share


@dataclass(frozen=True)
class WeekRow:
    """One week of the charts: cases opened and resolved in it, and how many of those opened were contacted in time."""

    key: str
    opened: int
    resolved: int
    contacted_in_time: Share


@dataclass(frozen=True)
class TeamRow:
    """A team's last week, and what is overdue there now."""

    name: str
    opened: int
    contacted_in_time: Share
    overdue: int


@dataclass(frozen=True)
class WeekReport:
    """`first` and `last` are the days of the week told of; `overdue_cases` are the longest overdue of `overdue`."""

    first: date
    last: date
    week: Week
    before: Week
    overdue: int
    overdue_cases: Sequence[Case]
    causes: Sequence[tuple[str, int]]
    teams: Sequence[TeamRow]
    rows: Sequence[WeekRow]

    @property
    def is_empty(self) -> bool:
        """Whether there is nothing to tell: nothing in these weeks, and nothing overdue."""
        quiet = not any(row.opened or row.resolved for row in self.rows)
        return quiet and not self.overdue and not self.week.detractors and not self.before.detractors


def week_report(reader: User, today: date, now: datetime) -> WeekReport:
    """The last whole week before `today`, for what `reader` may see; by team too for leadership and administrators.

    Raises NoPolicy without a working calendar to count in.
    """
    monday = today - timedelta(days=today.weekday())
    filters = ReportFilters(monday - timedelta(days=7), monday - timedelta(days=1), by=By.WEEK)
    everything = cases_at_any_time(reader, filters)
    late = everything.overdue(now)
    return WeekReport(
        first=filters.first,
        last=filters.last,
        week=_week(reader, filters, now),
        before=_week(reader, filters.before(), now),
        overdue=late.count(),
        overdue_cases=list(late.for_display().order_by("next_due_at", "pk")[:STAYS_OVERDUE]),
        causes=_causes(everything, filters),
        teams=list(_teams(reader, filters, now)) if reader.role in (Role.LEADERSHIP, Role.ADMIN) else [],
        rows=_rows(reader, filters, now),
    )


def _week(reader: User, filters: ReportFilters, now: datetime) -> Week:
    cases = cases_at_any_time(reader, filters)
    found = loop_shares(reader, filters, now)
    kinds = dict(_events(cases, filters).order_by().values_list("kind").annotate(n=Count("case", distinct=True)))
    return Week(
        detractors=responses_of(reader, filters).filter(score__lt=LOWEST_PASSIVE).count(),
        contacted_in_time=found.contacted_in_time,
        promises_kept=_promises_kept(cases, filters),
        **{name: kinds.get(kind.value, 0) for name, kind in HAPPENED.items()},
    )


def _events(cases: CaseQuerySet, filters: ReportFilters) -> QuerySet[CaseEvent]:
    happened = CaseEvent.objects.filter(kind__in=HAPPENED.values(), case__in=cases.order_by().values("pk"))
    return happened.filter(at__gte=filters.begins_at, at__lt=filters.ends_at)


def _promises_kept(cases: CaseQuerySet, filters: ReportFilters) -> Share:
    """Of the promises that were due in the week and were not taken back."""
    due = Promise.objects.filter(
        case__in=cases.order_by().values("pk"), due_at__gte=filters.begins_at, due_at__lt=filters.ends_at
    ).exclude(ending=Ending.WITHDRAWN)
    found = due.aggregate(n=Count("pk"), kept=Count("pk", filter=Q(ending=Ending.KEPT, ended_at__lte=F("due_at"))))
    return Share(found["kept"], found["n"])


def _causes(cases: CaseQuerySet, filters: ReportFilters) -> list[tuple[str, int]]:
    closed = cases.filter(closed_at__gte=filters.begins_at, closed_at__lt=filters.ends_at, root_cause__isnull=False)
    counted = closed.order_by().values_list("root_cause").annotate(n=Count("pk")).order_by("-n", "root_cause")[:CAUSES]
    causes = RootCause.objects.in_bulk([pk for pk, _n in counted])
    return [(causes[pk].label, n) for pk, n in counted]


def _teams(reader: User, filters: ReportFilters, now: datetime) -> Iterable[TeamRow]:
    for team in Team.objects.order_by("name"):
        found = loop_shares(reader, replace(filters, team=team), now)
        overdue = sum(load.overdue for load in found.teams)
        if found.cases or overdue:
            yield TeamRow(team.name, found.cases, found.contacted_in_time, overdue)


def _rows(reader: User, filters: ReportFilters, now: datetime) -> list[WeekRow]:
    whole = replace(filters, first=filters.last - timedelta(days=7 * WEEKS - 1))
    periods = whole.periods()
    cases = cases_at_any_time(reader, whole)
    resolved = dict(
        _events(cases, whole)
        .filter(kind=EventKind.RESOLVED)
        .order_by()
        .annotate(row=row_of(By.WEEK, "at", periods, response="", account=""))
        .values_list("row")
        .annotate(n=Count("case", distinct=True))
    )

    def told(row: LoopRow) -> WeekRow:
        return WeekRow(row.key, row.resolved.n, resolved.get(row.key, 0), row.contacted_in_time)

    return [told(row) for row in loop_report(reader, whole, now).rows]
