"""How long did the customers of these cases wait for the first contact, by their clock and by ours?

Many cases at once: the database hands out whole seconds and the arithmetic is done on arrays. One at a time, 40,000
cases took seconds, most of it spent on making times out of text.
"""

from collections.abc import Mapping
from datetime import UTC, datetime
from functools import lru_cache
from typing import Any

from django.db.models import BigIntegerField, F, Func
from django.db.models.functions import Least

from loop.models import Resolution
from loop.models.case_query import CaseQuerySet
from loop.reporting.waiting_times import MedianWait, median_wait
from loop.sla import Hours
from loop.working_time import open_spans

SECONDS_AN_HOUR = 3600


class Epoch(Func):
    """A time as whole seconds since 1970, UTC."""

    template = "CAST(FLOOR(EXTRACT(EPOCH FROM %(expressions)s)) AS bigint)"
    output_field = BigIntegerField()

    def as_sqlite(self, compiler: Any, connection: Any, **context: Any) -> Any:
        template = "CAST(ROUND((julianday(%(expressions)s) - 2440587.5) * 86400) AS integer)"  # 1970 as a Julian day
        return self.as_sql(compiler, connection, template=template, **context)


def waits(cases: CaseQuerySet, hours: Mapping[int | None, Hours], now: datetime) -> tuple[MedianWait, MedianWait]:
    """The median waits in hours: of the customer's clock, which begins with the answer, and of working time.

    Cases withdrawn before a contact were called off and do not wait.

    Args:
        hours: by the id of the calendar a case is counted in; under None those of the office.
    """
    import numpy as np

    times = cases.exclude(resolution=Resolution.WITHDRAWN, contacted_at=None).values_list(
        Epoch(Least("response__responded_at", "opened_at")),
        Epoch(F("opened_at")),
        Epoch(F("contacted_at")),
        Epoch(F("closed_at")),
        "calendar",
    )
    rows = np.array([*times.order_by()], dtype=float).reshape(-1, 5)  # None becomes NaN
    answered, opened, contacted, closed, calendar = rows.T
    until = np.where(np.isnan(contacted), np.where(np.isnan(closed), now.timestamp(), closed), contacted)
    customer = (until - answered) / SECONDS_AN_HOUR
    working = np.zeros(len(rows))
    for key, those in hours.items():
        mask = np.isnan(calendar) if key is None else calendar == key
        working[mask] = working_hours(opened[mask], until[mask], those)
    was_contacted, was_closed = ~np.isnan(contacted), np.isnan(contacted) & ~np.isnan(closed)
    ends = was_contacted, ~was_contacted & ~was_closed, was_closed
    return median_wait(*(customer[end] for end in ends)), median_wait(*(working[end] for end in ends))


def working_hours(starts: Any, ends: Any, hours: Hours) -> Any:
    """As `working_minutes`, in hours, for arrays of seconds since 1970; no end lies before its start."""
    import numpy as np

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

    def worked_until(instants: Any) -> Any:
        span = np.searchsorted(opens, instants, side="right") - 1
        inside = np.clip(instants - opens[span], 0, closes[span] - opens[span])
        return np.where(span < 0, 0.0, worked[span] + inside)

    return (worked_until(ends) - worked_until(starts)) / SECONDS_AN_HOUR


@lru_cache(maxsize=64)
def _seconds_open(year: int, hours: Hours) -> tuple[Any, Any]:
    """Opening and closing seconds of one year."""
    import numpy as np

    spans = open_spans(year, hours)
    return tuple(np.array([span[side].timestamp() for span in spans], dtype=float) for side in (0, 1))  # type: ignore[return-value]
