"""How fast and how well do we follow up?

Counted are the cases opened on the days of the filters. Who is in a denominator is said where it is counted, and every
share carries its n and interval.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Count, F, Q
from django.utils.translation import gettext as _

from feedback.reporting import row_names, row_of
from loop.deadlines import hours_by_calendar
from loop.models import Resolution, User
from loop.models.case_query import OPEN_STATES, CaseQuerySet
from loop.reporting.filters import ReportFilters
from loop.reporting.loop_details import LoopDetails, loop_details
from loop.reporting.scope import cases_at_any_time, cases_of
from loop.reporting.shares import Share
from loop.reporting.waits import Clocks, Waits, waits, waits_for_resolution

#: The share of first contacts in time to aim for: leaves room for leave and illness.
CONTACT_GOAL = 0.8

IN_TIME = Q(contacted_at__lte=F("contact_due_at"))
OPEN = Q(state__in=OPEN_STATES)
REOPENED = Q(reopened_count__gt=0)
CONFIRMED = Q(customer_confirmed_at__isnull=False)


def decided_by(now: datetime) -> Q:
    """Cases of which it is known whether they were contacted in time.

    Contacted ones; ones whose time has run out; ones closed as not reached. Neither those that still have time, nor
    those withdrawn before a contact: their clock was called off.
    """
    return (
        Q(contacted_at__isnull=False)
        | Q(state__in=OPEN_STATES, contact_due_at__lt=now)
        | Q(resolution=Resolution.NOT_REACHED)
    )


@dataclass(frozen=True)
class LoopRow:
    """The figures of the cases opened in one period, or of one survey or segment."""

    key: str
    name: str
    contacted_in_time: Share
    resolved: Share
    opened_after: str = ""
    opened_before: str = ""

    def as_dict(self) -> dict[str, object]:
        told = {"key": self.key, "name": self.name}
        if self.opened_after:
            told |= {"opened_after": self.opened_after, "opened_before": self.opened_before}
        return told | {"contacted_in_time": self.contacted_in_time.as_dict(), "resolved": self.resolved.as_dict()}


@dataclass(frozen=True)
class TeamLoad:
    """What waits in a team now, whenever it was opened. `team_id` is None for cases no team has."""

    team_id: int | None
    name: str
    open: int
    overdue: int

    @property
    def row(self) -> str:
        """Its number for an address; "" where it has none."""
        return str(self.team_id or "")

    def as_dict(self) -> dict[str, object]:
        return {"team": self.team_id, "name": self.name, "open": self.open, "overdue": self.overdue}


@dataclass(frozen=True)
class LoopReport:
    """`resolved`, `not_reached`, `withdrawn` and `open` are shares of all cases and add up to one.

    Only solved cases count as resolved, which is what our own people say; `customer_confirmed` is the share of them
    whose customers say so themselves. Waits are in hours: of the customer's clock, which begins with the answer and
    never stops, and of working time, which begins when the case was opened and stands still while a customer has
    asked us to wait.
    """

    filters: ReportFilters
    cases: int
    contacted_in_time: Share
    resolved: Share
    not_reached: Share
    withdrawn: Share
    open: Share
    reopened: Share
    customer_confirmed: Share
    contact_waits: Waits
    resolution_waits: Waits
    teams: tuple[TeamLoad, ...]
    rows: tuple[LoopRow, ...]
    details: LoopDetails

    def as_dict(self) -> dict[str, object]:
        shares = ("contacted_in_time", "resolved", "not_reached", "withdrawn", "open", "reopened", "customer_confirmed")
        return {
            "filters": self.filters.as_dict(),
            "by": self.filters.by.value,
            "n": self.cases,
            **{name: getattr(self, name).as_dict() for name in shares},
            "contact_goal": CONTACT_GOAL,
            "hours_to_first_contact": {
                "customer_clock": self.contact_waits.customer.as_dict(),
                "working_time": self.contact_waits.working.as_dict(),
            },
            "contacted_by": {
                "customer_clock": [then.as_dict() for then in self.contact_waits.customer_by],
                "working_time": [then.as_dict() for then in self.contact_waits.working_by],
            },
            "details": self.details.as_dict(),
            "hours_to_resolution": {
                "customer_clock": self.resolution_waits.customer.as_dict("closed_unsolved"),
                "working_time": self.resolution_waits.working.as_dict("closed_unsolved"),
            },
            "teams": [team.as_dict() for team in self.teams],
            "rows": [row.as_dict() for row in self.rows],
        }


def loop_report(reader: User | None, filters: ReportFilters, now: datetime) -> LoopReport:
    """Figures of the cases that `reader` may see; None is a machine that may read.

    Raises NoPolicy without a working calendar to count in.
    """
    cases = cases_of(reader, filters)
    counts = cases.aggregate(
        n=Count("pk"),
        decided=Count("pk", filter=decided_by(now)),
        in_time=Count("pk", filter=IN_TIME),
        open=Count("pk", filter=OPEN),
        reopened=Count("pk", filter=REOPENED),
        confirmed=Count("pk", filter=CONFIRMED),
        **{resolution.value: Count("pk", filter=Q(resolution=resolution)) for resolution in Resolution},
    )
    n = counts["n"]
    hours, clocks = hours_by_calendar(), Clocks(cases)
    return LoopReport(
        filters=filters,
        cases=n,
        contacted_in_time=Share(counts["in_time"], counts["decided"]),
        resolved=Share(counts["solved"], n),
        not_reached=Share(counts["not_reached"], n),
        withdrawn=Share(counts["withdrawn"], n),
        open=Share(counts["open"], n),
        reopened=Share(counts["reopened"], n),
        customer_confirmed=Share(counts["confirmed"], counts["solved"]),
        contact_waits=waits(cases, hours, now, clocks),
        resolution_waits=waits_for_resolution(cases, hours, now, clocks),
        teams=tuple(_team_loads(cases_at_any_time(reader, filters), now)),
        rows=tuple(_rows(cases, filters, now)),
        details=loop_details(cases, cases_at_any_time(reader, filters), now),
    )


def _team_loads(cases: CaseQuerySet, now: datetime) -> Iterable[TeamLoad]:
    """By team, the most overdue first."""
    overdue = dict(cases.overdue(now).order_by().values_list("team").annotate(Count("pk")))
    waiting = cases.open().order_by().values_list("team", "team__name").annotate(Count("pk"))
    loads = [TeamLoad(team, name or _("no team"), n, overdue.get(team, 0)) for team, name, n in waiting]
    return sorted(loads, key=lambda load: (-load.overdue, -load.open, load.name))


def _rows(cases: CaseQuerySet, filters: ReportFilters, now: datetime) -> Iterable[LoopRow]:
    periods = filters.periods()
    row = row_of(filters.by, "opened_at", periods, response="response__", account="account__")
    counted = (
        cases.order_by()
        .annotate(row=row)
        .values("row")
        .annotate(
            in_time=Count("pk", filter=IN_TIME),
            decided=Count("pk", filter=decided_by(now)),
            solved=Count("pk", filter=Q(resolution=Resolution.SOLVED)),
            n=Count("pk"),
        )
        .values_list("row", "in_time", "decided", "solved", "n")
    )
    shares = {key: (Share(in_time, decided), Share(solved, n)) for key, in_time, decided, solved, n in counted}
    if filters.by.is_time:
        nothing = Share(0, 0), Share(0, 0)
        for period in periods:
            days = period.begins_at.isoformat(), period.ends_at.isoformat()
            yield LoopRow(period.key, period.key, *shares.get(period.key, nothing), *days)
        return
    names = row_names(filters.by, shares)
    for key in sorted(shares, key=lambda key: (key == "", key)):
        yield LoopRow(key, names[key], *shares[key])
