"""May a question leave now? In working hours where the customer is: not at night, not on a weekend or a holiday there.

Asked twice of every survey mail and text message: when its time is set, and when it is about to leave, since whatever
stood still in between may go on at any hour. Mornings of waves are narrower; see `feedback.sending_times`.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from django.conf import settings

from feedback.contact_zones import whereabouts_of
from feedback.models import Contact
from feedback.sending_times import LOOK_AHEAD_DAYS, SATURDAY, country_of, is_holiday

MIDNIGHT = 24

_never_closed: ContextVar[bool] = ContextVar("asking_hours_never_closed", default=False)


@contextmanager
def never_closed() -> Iterator[None]:
    """Let what is due leave at any hour meanwhile: for a clock that is only played, at which nothing had to wait."""
    token = _never_closed.set(True)
    try:
        yield
    finally:
        _never_closed.reset(token)


def clock_is_played() -> bool:
    """Whether nothing can be late now, because the clock is only played."""
    return _never_closed.get()


def are_open(contact: Contact, moment: datetime) -> bool:
    """Whether a question to this contact may leave at that moment."""
    return _never_closed.get() or next_for(contact, moment) == moment


def next_for(contact: Contact, moment: datetime) -> datetime:
    """`moment` itself where it lies in this contact's working hours, else when they begin next."""
    return next_opening(moment, *whereabouts_of(contact))


def next_opening(moment: datetime, zone: ZoneInfo, country: str) -> datetime:
    """`moment` itself where it lies in working hours there, else the instant (UTC) at which the next ones begin.

    Args:
        country: whose holidays are kept; empty: that of the zone.
    """
    first, last = settings.SURVEY_HOURS
    if last - first >= MIDNIGHT:
        return moment
    country = country or country_of(zone)
    today = moment.astimezone(zone).date()
    for offset in range(LOOK_AHEAD_DAYS):
        day = today + timedelta(days=offset)
        if day.weekday() >= SATURDAY or is_holiday(country, day):
            continue
        opens, closes = (_at(day, hour, zone) for hour in (first, last))
        if moment < closes:
            return max(moment, opens)
    raise ValueError(f"There is no working day in {country} within two years.")


def _at(day: date, hour: int, zone: ZoneInfo) -> datetime:
    if hour == MIDNIGHT:
        day, hour = day + timedelta(days=1), 0
    return datetime.combine(day, time(hour), tzinfo=zone).astimezone(UTC)
