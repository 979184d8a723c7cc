"""How long did the customers of these cases wait for the first contact and the resolution, by their clock and by ours?

Many cases at once: their times are columns (`loop.case_columns`) and the arithmetic is done on arrays. One at a time,
40,000 cases took seconds, most of it spent on making times out of text.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import lru_cache
from typing import Any

import numpy as np
from django.db.models import BigIntegerField, F, Func, Q
from django.db.models.functions import Coalesce

from loop.case_columns import NEVER, SOLVED, WITHDRAWN, CaseColumns
from loop.models import Hold, Resolution
from loop.models.case_query import CaseQuerySet
from loop.reporting.competing import ByThen, incidence
from loop.reporting.waiting_times import MedianWait, median_wait
from loop.sla import Hours
from loop.working_time import open_spans

SECONDS_AN_HOUR = 3600
MICROSECONDS = 1_000_000  # a second

#: By when it is told how many had been contacted: a day, two, five and ten; and as much of working time.
CUSTOMER_HOURS = (24.0, 48.0, 120.0, 240.0)
WORKING_HOURS = (4.0, 8.0, 16.0, 40.0)


#: Cases that never waited for a contact: withdrawn before there was one.
CALLED_OFF = Q(resolution=Resolution.WITHDRAWN, contacted_at=None)


class Epoch(Func):
    """A time as whole seconds since 1970, UTC."""

    template = "CAST(FLOOR(EXTRACT(EPOCH FROM %(expressions)s)) AS bigint)"
    output_field = BigIntegerField()

    def as_sqlite(self, compiler: Any, connection: Any, **context: Any) -> Any:
        template = "CAST(ROUND((julianday(%(expressions)s) - 2440587.5) * 86400) AS integer)"  # 1970 as a Julian day
        return self.as_sql(compiler, connection, template=template, **context)


@dataclass(frozen=True)
class Waits:
    """Median waits in hours: of the customer's clock, which begins with the answer, and of working time.

    `customer_by` and `working_by` tell how many were contacted by some hours, and how many cases closed without it.
    """

    customer: MedianWait
    working: MedianWait
    customer_by: tuple[ByThen, ...] = ()
    working_by: tuple[ByThen, ...] = ()


class Clocks:
    """Of each case when it was answered, opened, contacted and closed, in seconds since 1970; NaN where it was not."""

    def __init__(self, cases: CaseColumns) -> None:
        self.key, self.calendar, self.end = cases.key, cases.calendar, cases.end
        self.answered, self.opened, self.contacted, self.closed = map(
            _seconds, (np.minimum(cases.answered, cases.opened), cases.opened, cases.contacted, cases.closed)
        )

    def working(self, starts: Any, ends: Any, those: Any, hours: Mapping[int | None, Hours]) -> Any:
        """Working hours of some cases between two times of each, by the calendar each is counted in."""
        calendar = self.calendar[those]
        found = np.zeros(len(calendar))
        for key, open_hours in hours.items():
            mask = calendar == (key or 0)
            found[mask] = working_hours(starts[mask], ends[mask], open_hours)
        return found


def _seconds(instants: Any) -> Any:
    """Whole seconds of instants; NaN where there is none."""
    return np.where(instants == NEVER, np.nan, instants // MICROSECONDS)


def waits(clocks: Clocks, hours: Mapping[int | None, Hours], now: datetime) -> Waits:
    """How long until the first contact.

    Cases withdrawn before a contact were called off and do not wait.

    Args:
        hours: by the id of the calendar a case is counted in; under None those of the office.
    """
    waited = ~((clocks.end == WITHDRAWN) & np.isnan(clocks.contacted))
    answered, opened, contacted, closed = (
        column[waited] for column in (clocks.answered, clocks.opened, clocks.contacted, clocks.closed)
    )
    until = np.where(np.isnan(contacted), np.where(np.isnan(closed), now.timestamp(), closed), contacted)
    customer = (until - answered) / SECONDS_AN_HOUR
    working = clocks.working(opened, until, waited, hours)
    was_contacted, was_closed = ~np.isnan(contacted), np.isnan(contacted) & ~np.isnan(closed)
    ends = was_contacted, ~was_contacted & ~was_closed, was_closed
    both = [[clock[end] for end in ends] for clock in (customer, working)]
    curves = [incidence(*clock) for clock in both]
    shown = zip(curves, (CUSTOMER_HOURS, WORKING_HOURS), strict=True)
    by_then = (tuple(curve.at(hour) for hour in horizon) if len(answered) else () for curve, horizon in shown)
    customer_by, working_by = by_then
    return Waits(median_wait(*both[0]), median_wait(*both[1]), customer_by, working_by)


def waits_for_resolution(
    clocks: Clocks, cases: CaseQuerySet, hours: Mapping[int | None, Hours], now: datetime
) -> Waits:
    """How long until the resolution that stands; of working time without what customers asked us to wait.

    A case that was opened again and is open still waits, from its answer on. Withdrawn ones were called off and do not.

    Args:
        cases: those the clocks are of.
        hours: as in `waits`.
    """
    waited = clocks.end != WITHDRAWN
    key, answered, opened, closed, end = (
        column[waited] for column in (clocks.key, clocks.answered, clocks.opened, clocks.closed, clocks.end)
    )
    until = np.where(np.isnan(closed), now.timestamp(), closed)
    customer = (until - answered) / SECONDS_AN_HOUR
    working = clocks.working(opened, until, waited, hours)
    working -= _held(cases.exclude(resolution=Resolution.WITHDRAWN), key, until, hours)
    is_closed = ~np.isnan(closed)
    ends = is_closed & (end == SOLVED), ~is_closed, is_closed & (end != SOLVED)
    in_customers_time, in_ours = (median_wait(*(clock[end] for end in ends)) for clock in (customer, working))
    return Waits(in_customers_time, in_ours)


def _held(cases: CaseQuerySet, keys: Any, until: Any, hours: Mapping[int | None, Hours]) -> Any:
    """Working hours of each case in which its customer had asked us to wait."""
    found = np.zeros(len(keys))
    place: dict[int, int] = {}
    holds = Hold.objects.filter(case__in=cases.values("pk")).values_list(
        "case", "case__calendar", Epoch(F("started_at")), Epoch(Coalesce("ended_at", "until"))
    )
    for case, calendar, begins, ends in holds:
        place = place or dict(zip(keys.tolist(), range(len(keys)), strict=True))
        row = place[case]
        span = np.array([float(begins)]), np.array([min(float(ends), max(float(begins), until[row]))])
        found[row] += working_hours(*span, hours[calendar])[0]
    return found


def working_hours(starts: Any, ends: Any, hours: Hours) -> Any:
    """As `working_minutes`, in hours, for arrays of seconds since 1970; no end lies before its start."""
    if not len(starts):
        return np.zeros(0)
    # A local year may begin a day before or after the one of UTC.
    first = datetime.fromtimestamp(float(starts.min()), UTC).year - 1
    last = datetime.fromtimestamp(float(ends.max()), UTC).year + 1
    spans = [_seconds_open(year, hours) for year in range(first, last + 1)]
    opens, closes = (np.concatenate([span[side] for span in spans]) for side in (0, 1))
    if not len(opens):
        return np.zeros(len(starts))
    worked = np.concatenate([[0.0], np.cumsum(closes - opens)])

    # Found by its hour, in which hardly ever two spans open: to look for each among all takes several times as long.
    until = max(float(opens[0]), float(ends.max()))  # it may open for the first time after everything asked about
    hourly = np.arange(opens[0], until + 2 * SECONDS_AN_HOUR, SECONDS_AN_HOUR)
    at_hour = np.searchsorted(opens, hourly, side="right") - 1
    following = np.append(opens[1:], np.inf)

    def span_at(instants: Any) -> Any:
        hour = np.maximum((instants - opens[0]) // SECONDS_AN_HOUR, 0).astype(np.intp)
        span = at_hour[hour]
        while (late := following[span] <= instants).any():
            span += late
        return np.where(instants < opens[0], -1, span)

    def worked_until(instants: Any) -> Any:
        span = span_at(instants)
        inside = np.clip(instants - opens[span], 0, closes[span] - opens[span])
        return np.where(span < 0, 0.0, worked[span] + inside)

    return (worked_until(ends) - worked_until(starts)) / SECONDS_AN_HOUR


@lru_cache(maxsize=64)
def _seconds_open(year: int, hours: Hours) -> tuple[Any, Any]:
    """Opening and closing seconds of one year."""
    spans = open_spans(year, hours)
    return tuple(np.array([span[side].timestamp() for span in spans], dtype=float) for side in (0, 1))  # type: ignore[return-value]
