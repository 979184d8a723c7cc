"""How fast and how well do we follow up?

Counted are the cases opened on the days of the filters. Who is in a denominator is said where it is counted, and every
share carries its n and interval.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import numpy as np
from django.db.models import F, Q
from django.utils.translation import gettext as _

from feedback.instants import microseconds
from feedback.reporting import row_names
from loop.case_columns import NOT_REACHED, SOLVED, WITHDRAWN, CaseColumns
from loop.deadlines import hours_by_calendar
from loop.models import Resolution, Team, User
from loop.models.case_query import OPEN_STATES
from loop.reporting.case_figures import columns_at_any_time, is_within, rows_of
from loop.reporting.filters import ReportFilters
from loop.reporting.loop_details import LoopDetails, loop_details
from loop.reporting.scope import cases_of
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
class LoopShares:
    """`resolved`, `not_reached`, `withdrawn` and `open` are shares of all cases and add up to one.

    Only solved cases count as resolved, which is what our own people say; `customer_confirmed` is the share of them
    whose customers say so themselves.
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
    teams: tuple[TeamLoad, ...]

    def as_dict(self) -> dict[str, object]:
        shares = ("contacted_in_time", "resolved", "not_reached", "withdrawn", "open", "reopened", "customer_confirmed")
        return {
            "filters": self.filters.as_dict(),
            "by": self.filters.by.value,
            "n": self.cases,
            **{name: getattr(self, name).as_dict() for name in shares},
            "contact_goal": CONTACT_GOAL,
            "teams": [team.as_dict() for team in self.teams],
        }


@dataclass(frozen=True)
class LoopReport(LoopShares):
    """The shares, and how long it took.

    Waits are in hours: of the customer's clock, which begins with the answer and never stops, and of working time,
    which begins when the case was opened and stands still while a customer has asked us to wait.
    """

    contact_waits: Waits
    resolution_waits: Waits
    rows: tuple[LoopRow, ...]
    details: LoopDetails

    def as_dict(self) -> dict[str, object]:
        return {
            **super().as_dict(),
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
            "rows": [row.as_dict() for row in self.rows],
        }


def loop_shares(reader: User | None, filters: ReportFilters, now: datetime) -> LoopShares:
    """The shares alone, for who needs no more, of the cases that `reader` may see; None is a machine that may read."""
    everything = columns_at_any_time(reader, filters)
    columns = everything.where(is_within(everything, filters))
    return LoopShares(**_shares(columns, everything.where(everything.is_open), filters, now))


def loop_report(reader: User | None, filters: ReportFilters, now: datetime) -> LoopReport:
    """All figures of these cases.

    Raises NoPolicy without a working calendar to count in.
    """
    everything = columns_at_any_time(reader, filters)
    cases, columns = cases_of(reader, filters), everything.where(is_within(everything, filters))
    backlog = everything.where(everything.is_open)
    hours, clocks = hours_by_calendar(), Clocks(columns)
    return LoopReport(
        **_shares(columns, backlog, filters, now),
        contact_waits=waits(clocks, hours, now),
        resolution_waits=waits_for_resolution(clocks, cases, hours, now),
        rows=tuple(_rows(columns, filters, now)),
        details=loop_details(cases, columns, backlog, now),
    )


def _shares(columns: CaseColumns, backlog: CaseColumns, filters: ReportFilters, now: datetime) -> dict[str, Any]:
    n, solved = len(columns), _count(columns.end == SOLVED)
    return {
        "filters": filters,
        "cases": n,
        "contacted_in_time": Share(_count(columns.in_time), _count(_decided(columns, now))),
        "resolved": Share(solved, n),
        "not_reached": Share(_count(columns.end == NOT_REACHED), n),
        "withdrawn": Share(_count(columns.end == WITHDRAWN), n),
        "open": Share(_count(columns.is_open), n),
        "reopened": Share(_count(columns.reopened), n),
        "customer_confirmed": Share(_count(columns.confirmed), solved),
        "teams": tuple(_team_loads(backlog, now)),
    }


def _decided(columns: CaseColumns, now: datetime) -> Any:
    """As `decided_by` says it."""
    late = (columns.is_open) & (columns.contact_due < microseconds(now))
    return columns.was_contacted | late | (columns.end == NOT_REACHED)


def _count(those: Any) -> int:
    return int(np.count_nonzero(those))


def _team_loads(backlog: CaseColumns, now: datetime) -> Iterable[TeamLoad]:
    """By team, the most overdue first."""
    teams, place = np.unique(backlog.team, return_inverse=True)
    waiting = np.bincount(place.ravel(), minlength=len(teams)).tolist()
    late = backlog.next_due < microseconds(now)
    overdue = np.bincount(place.ravel()[late], minlength=len(teams)).tolist()
    names = dict(Team.objects.values_list("pk", "name"))
    loads = [
        TeamLoad(team or None, names.get(team) or _("no team"), n, of_them)
        for team, n, of_them in zip(teams.tolist(), waiting, overdue, strict=True)
    ]
    return sorted(loads, key=lambda load: (-load.overdue, -load.open, load.name))


def _rows(columns: CaseColumns, filters: ReportFilters, now: datetime) -> Iterable[LoopRow]:
    place, keys = rows_of(columns, filters)
    in_time, decided, solved, n = (
        np.bincount(place[those], minlength=len(keys)).tolist()
        for those in (columns.in_time, _decided(columns, now), columns.end == SOLVED, slice(None))
    )
    shares = {key: (Share(in_time[at], decided[at]), Share(solved[at], n[at])) for at, key in enumerate(keys) if n[at]}
    if filters.by.is_time:
        nothing = Share(0, 0), Share(0, 0)
        for period in filters.periods():
            days = period.begins_at.isoformat(), period.ends_at.isoformat()
            yield LoopRow(period.key, period.key, *shares.get(period.key, nothing), *days)
        return
    names = row_names(filters.by, shares)
    for key in sorted(shares, key=lambda key: (key == "", key)):
        yield LoopRow(key, names[key], *shares[key])
