"""When is the office open, and how much working time lies between two instants?

Pure arithmetic over a calendar that is passed in. One rule settles every odd hour: an interval opens at the first
instant at which the wall clock shows its start (or later) and closes at the first instant at which it shows its end
(or later). So a start in the spring gap waits for the first minute that exists, a time that the autumn shows twice
means the first of the two, and a night shift is an hour longer or shorter on those nights. Differences are only ever
taken in UTC.
"""

from bisect import bisect_left, bisect_right
from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache
from typing import NamedTuple
from zoneinfo import ZoneInfo

from loop.open_hours import Hours, NoOpenHours, closed_because, no_open_hours

#: A calendar that is shut for this many years in a row will not open; looking further would never end.
YEARS_TO_LOOK_AHEAD = 5


def add_working(start: datetime, minutes: int, hours: Hours) -> datetime:
    """The instant (UTC) at which `minutes` of working time have passed since `start`.

    A start outside the hours counts from the next opening. When the last minute is the last of a day, the result is
    that day's closing time, not the next opening. Raises NoOpenHours, and ValueError for a negative budget or a naive
    `start`.
    """
    return add_working_time(start, timedelta(minutes=minutes), hours)


def add_working_time(start: datetime, budget: timedelta, hours: Hours) -> datetime:
    """As `add_working`, for a budget that is not a whole number of minutes."""
    if budget < timedelta(0):
        raise ValueError("Working time can only be added, not taken away.")
    at = _utc(start)
    if not budget:
        return next_opening(at, hours)
    year = _first_year(at, hours)
    wanted = _worked_before(at, _timeline(hours, year)) + budget
    shut_years = 0
    while True:
        timeline = _timeline(hours, year)
        if wanted <= timeline.total:
            return timeline.at(wanted)
        wanted -= timeline.total
        year, shut_years = _next_year(year, shut_years, timeline, hours)


def working_minutes(a: datetime, b: datetime, hours: Hours) -> float:
    """Minutes of working time from `a` to `b`; negative when `b` is the earlier. Raises ValueError for naive times."""
    return working_time(a, b, hours) / timedelta(minutes=1)


def working_time(a: datetime, b: datetime, hours: Hours) -> timedelta:
    """As `working_minutes`, exact to the microsecond."""
    a, b = _utc(a), _utc(b)
    if b < a:
        return -working_time(b, a, hours)
    first, last = _first_year(a, hours), _first_year(b, hours)
    whole_years = sum((_timeline(hours, year).total for year in range(first, last)), timedelta(0))
    return whole_years + _worked_before(b, _timeline(hours, last)) - _worked_before(a, _timeline(hours, first))


def is_open(at: datetime, hours: Hours) -> bool:
    """Whether the office is open at `at`; at closing time it no longer is."""
    at = _utc(at)
    timeline = _timeline(hours, _first_year(at, hours))
    return any(opens <= at < closes for opens, closes in timeline.around(at))


def next_opening(at: datetime, hours: Hours) -> datetime:
    """`at` itself (in UTC) when the office is open then, else the next instant at which it opens.

    Raises NoOpenHours.
    """
    at = _utc(at)
    year, shut_years = _first_year(at, hours), 0
    while True:
        timeline = _timeline(hours, year)
        upcoming = bisect_right(timeline.closes, at)
        if upcoming < len(timeline.closes):
            return max(at, timeline.opens[upcoming])
        year, shut_years = _next_year(year, shut_years, timeline, hours)


def opening_of_the_day(at: datetime, hours: Hours) -> datetime | None:
    """When the working day that `at` lies in, or closes, began; None when it lies in no working time."""
    at = _utc(at)
    just_before = at - timedelta(microseconds=1)
    timeline = _timeline(hours, _first_year(just_before, hours))
    if not any(opens <= just_before < closes for opens, closes in timeline.around(just_before)):
        return None
    day = just_before.astimezone(ZoneInfo(hours.zone)).date()
    return _spans_of(day, hours)[0][0]


def open_spans(year: int, hours: Hours) -> list[tuple[datetime, datetime]]:
    """Opening and closing instant (UTC) of every open span of one local year, in order: for counting many cases."""
    timeline = _timeline(hours, year)
    return list(zip(timeline.opens, timeline.closes, strict=True))


class _Timeline(NamedTuple):
    """All open spans of one local year, in order, with the working time before each: what makes lookups a bisection."""

    opens: list[datetime]
    closes: list[datetime]
    before: list[timedelta]
    total: timedelta

    def at(self, wanted: timedelta) -> datetime:
        """The instant at which `wanted` (above zero, at most the total) has been worked this year."""
        span = bisect_left(self.before, wanted) - 1
        return self.opens[span] + (wanted - self.before[span])

    def around(self, at: datetime) -> list[tuple[datetime, datetime]]:
        """The last span that opened by `at`, if any."""
        span = bisect_right(self.opens, at) - 1
        return [(self.opens[span], self.closes[span])] if span >= 0 else []


def _worked_before(at: datetime, timeline: _Timeline) -> timedelta:
    span = bisect_right(timeline.opens, at) - 1
    if span < 0:
        return timedelta(0)
    return timeline.before[span] + min(at, timeline.closes[span]) - timeline.opens[span]


@lru_cache(maxsize=256)
def _timeline(hours: Hours, year: int) -> _Timeline:
    opens: list[datetime] = []
    closes: list[datetime] = []
    before: list[timedelta] = []
    total = timedelta(0)
    day, after = date(year, 1, 1), date(year + 1, 1, 1)
    while day < after:
        for opening, closing in _spans_of(day, hours):
            opens.append(opening)
            closes.append(closing)
            before.append(total)
            total += closing - opening
        day += timedelta(days=1)
    return _Timeline(opens, closes, before, total)


def _spans_of(day: date, hours: Hours) -> list[tuple[datetime, datetime]]:
    if closed_because(day, hours):
        return []
    zone = ZoneInfo(hours.zone)
    spans = []
    for start, end in hours.short[day] if day in hours.short else hours.week[day.weekday()]:
        opening, closing = first_instant(day, start, zone), first_instant(day, end, zone)
        if opening < closing:  # the spring gap can swallow a whole interval
            spans.append((opening, closing))
    return spans


def first_instant(day: date, minutes: int, zone: ZoneInfo) -> datetime:
    """The first instant (UTC) at which the clocks of `zone` show `minutes` after midnight of `day`, or later."""
    wall = datetime.combine(day, time()) + timedelta(minutes=minutes)
    late = wall.replace(tzinfo=zone).astimezone(UTC)  # fold=0: the first of two
    if late.astimezone(zone).replace(tzinfo=None) == wall:
        return late
    # A wall time that does not exist. Read with the offset before the jump it lies after the jump, read with the
    # offset after it lies before: the jump itself is in between, found by halving.
    early = wall.replace(tzinfo=zone, fold=1).astimezone(UTC)
    while late - early > timedelta(seconds=1):
        middle = early + (late - early) // 2
        if middle.astimezone(zone).replace(tzinfo=None) < wall:
            early = middle
        else:
            late = middle
    return late.replace(microsecond=0)


def _first_year(at: datetime, hours: Hours) -> int:
    return at.astimezone(ZoneInfo(hours.zone)).year


def _next_year(year: int, shut_years: int, timeline: _Timeline, hours: Hours) -> tuple[int, int]:
    """Go on to the next year, counting the years in a row without an open minute; raise when there is no point."""
    shut_years = 0 if timeline.total else shut_years + 1
    if shut_years >= YEARS_TO_LOOK_AHEAD or not hours.week or year >= date.max.year - 1:
        raise NoOpenHours(no_open_hours(hours))
    return year + 1, shut_years


def _utc(at: datetime) -> datetime:
    if at.tzinfo is None:
        raise ValueError(f"{at.isoformat()} names no time zone.")
    return at.astimezone(UTC)
