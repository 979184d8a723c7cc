"""How long has a customer waited, by their own clock and by the staff's?

The customer's clock runs day and night from the answer; the staff's counts working time from when the case opened, and
stands still while the customer asked us to wait. Both stop at the first contact, then at the resolution.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from loop import deadlines
from loop.models import Case, Hold
from loop.open_hours import Hours
from loop.working_time import working_time

HOUR = timedelta(hours=1)


@dataclass(frozen=True)
class Clocks:
    """Hours from the answer to the first contact and to the resolution, or until now where that has not come.

    Of a case that was opened again the resolution is counted from then.
    """

    customer_contact: float
    staff_contact: float
    customer_resolve: float | None  # None before the first contact
    staff_resolve: float | None


def clocks(case: Case, holds: Iterable[Hold], *, now: datetime) -> Clocks:
    """Both clocks of a case.

    Args:
        case: with its response, policy and calendar read.
        holds: all of the case.
    """
    hours = deadlines.hours_of(case)
    answered = min(case.response.responded_at, case.opened_at)
    contacted = case.contacted_at or case.closed_at or now
    ended = case.closed_at or now
    resolve: tuple[float | None, float | None] = None, None
    if case.contacted_at is not None:
        since, worked_since = case.reopened_at or answered, case.reopened_at or case.opened_at
        resolve = (ended - since) / HOUR, worked(worked_since, ended, holds, hours) / HOUR
    return Clocks((contacted - answered) / HOUR, worked(case.opened_at, contacted, (), hours) / HOUR, *resolve)


def worked(start: datetime, end: datetime, holds: Iterable[Hold], hours: Hours) -> timedelta:
    """Working time from `start` to `end` in which the clock did not stand still; holds do not overlap."""
    held = timedelta(0)
    for hold in holds:
        begins, ends = max(start, hold.started_at), min(end, hold.ended_at or hold.until)
        held += max(timedelta(0), working_time(begins, ends, hours)) if ends > begins else timedelta(0)
    return working_time(start, end, hours) - held
