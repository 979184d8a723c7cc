"""When is somebody free to call a customer?

Half hours in which that person works, by their own week where they have one and else by the working calendar, without
the days they are away and the calls already agreed. All of them begin at a whole or half hour of UTC, so that two calls
of one person overlap only when they begin together, which the database refuses.
"""

from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from itertools import groupby
from zoneinfo import ZoneInfo

from django.conf import settings

from loop import working_time
from loop.models import Absence, Callback, User
from loop.open_hours import Hours

LENGTH = timedelta(minutes=30)
NOTICE_MINUTES = 120  # of working time, before the first call that can be booked
AHEAD_DAYS = 5  # working days
CIVIL_HOURS = range(7, 21)  # on the customer's clock
SUGGESTED = 5


def free_times(
    owner: User | None, *, hours: Hours, now: datetime, zone: ZoneInfo | None = None, besides: Callback | None = None
) -> list[datetime]:
    """When `owner` can call, in UTC, the soonest first; with no owner yet, when the office is open.

    Args:
        hours: of the office; they say how far ahead calls can be booked.
        zone: of the customer, who is not called at night.
        besides: a call that does not count as taken, because it is the one to be moved.

    Raises:
        NoOpenHours: the calendar has no open minute.
    """
    own = hours_of(owner, hours)
    first, last = working_time.add_working(now, NOTICE_MINUTES, own), horizon(hours, now=now)
    taken, away = _taken(owner, first, besides), _away(owner, first)
    own_zone = ZoneInfo((owner.time_zone if owner is not None else "") or settings.TIME_ZONE)
    return [
        start
        for start in _half_hours(first, last, own)
        if start not in taken
        and not any(begins <= start.astimezone(own_zone).date() <= ends for begins, ends in away)
        and (zone is None or start.astimezone(zone).hour in CIVIL_HOURS)
    ]


def horizon(hours: Hours, *, now: datetime) -> datetime:
    """Until when calls can be booked, by the hours of the office, however few of them somebody works."""
    return working_time.add_working(now, AHEAD_DAYS * hours.day_minutes, hours)


def hours_of(person: User | None, office: Hours) -> Hours:
    """When this person works: their own week on their own clock, without the days the office is closed; else as it."""
    if person is None or person.working_week is None:
        return office
    week = {int(day): tuple((start, end) for start, end in spans) for day, spans in person.working_week.items()}
    return replace(office, zone=person.time_zone or office.zone, week=week)


def is_in(starts_at: datetime, hours: Hours) -> bool:
    """Whether a call that begins then lies wholly in these hours."""
    ends = starts_at + LENGTH - timedelta(seconds=1)
    return working_time.is_open(starts_at, hours) and working_time.is_open(ends, hours)


def is_half_hour(at: datetime) -> bool:
    """Whether a call can begin then, as far as the clock is concerned."""
    at = at.astimezone(UTC)
    return at.minute in (0, 30) and at.second == 0 and at.microsecond == 0


def suggest(times: Sequence[datetime], zone: ZoneInfo) -> list[datetime]:
    """A few of `times` to choose from at once: on each day one in the morning and one in the afternoon."""
    chosen: list[datetime] = []
    for _day, of_day in groupby(times, key=lambda at: at.astimezone(zone).date()):
        that_day = list(of_day)
        for begins, ends in ((9, 12), (13, 17)):
            chosen += [at for at in that_day if begins <= at.astimezone(zone).hour < ends][:1]
    return sorted(chosen[:SUGGESTED] or list(times[:SUGGESTED]))


def _half_hours(first: datetime, last: datetime, hours: Hours) -> Iterable[datetime]:
    local = ZoneInfo(hours.zone)
    for year in range(first.astimezone(local).year, last.astimezone(local).year + 1):
        for opens, closes in working_time.open_spans(year, hours):
            if closes <= first or opens >= last:
                continue
            start = _next_half_hour(max(opens, first))
            while start + LENGTH <= closes and start < last:
                yield start
                start += LENGTH


def _next_half_hour(at: datetime) -> datetime:
    since_hour = timedelta(minutes=at.minute, seconds=at.second, microseconds=at.microsecond)
    return at - since_hour + LENGTH * -(-since_hour // LENGTH)


def _taken(owner: User | None, first: datetime, besides: Callback | None) -> frozenset[datetime]:
    if owner is None:
        return frozenset()
    booked = Callback.objects.booked().filter(owner=owner, starts_at__gte=first)
    if besides is not None:
        booked = booked.exclude(pk=besides.pk)
    return frozenset(booked.values_list("starts_at", flat=True))


def _away(owner: User | None, first: datetime) -> list[tuple[date, date]]:
    if owner is None:
        return []
    ahead = Absence.objects.filter(user=owner, ends_on__gte=first.date() - timedelta(days=1))
    return list(ahead.values_list("starts_on", "ends_on"))
