"""When is an office open, and why is it not on a day? A working calendar as a plain value."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from functools import cached_property
from types import MappingProxyType
from zoneinfo import ZoneInfo

from loop import public_holidays

MINUTES_A_DAY = 24 * 60
SATURDAY = 5

Intervals = tuple[tuple[int, int], ...]


class NoOpenHours(ValueError):
    """The calendar has no open minute, so no working time can be counted in it."""


@dataclass(frozen=True)
class Hours:
    """A working calendar.

    `zone` is an IANA time zone. `country` is an ISO 3166 code whose public holidays are closed ("SE", or "DE-BY" for
    one with its own), "" for none. `week` maps a weekday (Monday is 0) to half-open intervals in minutes from local
    midnight: (480, 1020) is 08:00-17:00, several make a split shift, 1440 is 24:00, a missing weekday is closed.
    `closed` are the company's own closed dates; `open_holidays` are holidays on which it works all the same. `short`
    gives single dates hours of their own, whatever else is said of them. `pauses` are closed every year, from one day
    to another as ("07-01", "07-31"); one that ends before it begins goes over the new year.

    Raises ValueError for an unknown zone or country and for intervals that overlap or leave the day.
    """

    zone: str
    country: str
    week: Mapping[int, Intervals]
    closed: frozenset[date] = field(default=frozenset())
    open_holidays: frozenset[date] = field(default=frozenset())
    short: Mapping[date, Intervals] = field(default_factory=dict)
    pauses: tuple[tuple[str, str], ...] = ()

    def __post_init__(self) -> None:
        week = {day: tuple(sorted((start, end) for start, end in self.week[day])) for day in sorted(self.week)}
        for day, intervals in week.items():
            if day not in range(7):
                raise ValueError(f"There is no weekday {day!r}: Monday is 0, Sunday is 6.")
            _check_intervals(intervals)
        object.__setattr__(self, "week", MappingProxyType({day: spans for day, spans in week.items() if spans}))
        short = {day: tuple(sorted((start, end) for start, end in self.short[day])) for day in sorted(self.short)}
        for intervals in short.values():
            _check_intervals(intervals)
        for first, last in self.pauses:
            _check_yearly(first)
            _check_yearly(last)
        object.__setattr__(self, "short", MappingProxyType(short))
        object.__setattr__(self, "pauses", tuple((first, last) for first, last in self.pauses))
        object.__setattr__(self, "closed", frozenset(self.closed))
        object.__setattr__(self, "open_holidays", frozenset(self.open_holidays))
        try:
            ZoneInfo(self.zone)
        except (KeyError, ValueError, OSError) as error:
            raise ValueError(f"There is no time zone {self.zone!r}.") from error
        if self.country:
            public_holidays.check_country(self.country)

    def __hash__(self) -> int:
        return self._hash

    @cached_property
    def _hash(self) -> int:
        days = (tuple(self.week.items()), self.closed, self.open_holidays, tuple(self.short.items()), self.pauses)
        return hash((self.zone, self.country, *days))

    @cached_property
    def day_minutes(self) -> int:
        """The length of an ordinary working day: the commonest one of the week, the longer where two are as common."""
        lengths = [sum(end - start for start, end in intervals) for intervals in self.week.values()]
        if not lengths:
            raise NoOpenHours(no_open_hours(self))
        return max(lengths, key=lambda length: (lengths.count(length), length))


def closed_because(day: date, hours: Hours) -> str:
    """Why nobody works on `day`: "weekend", "holiday", "closed" (any other day without hours), or "" when open."""
    if day in hours.short:
        return "" if hours.short[day] else "closed"
    if day.weekday() not in hours.week:
        return "weekend" if day.weekday() >= SATURDAY else "closed"
    if day in hours.closed or _is_paused(day, hours):
        return "closed"
    if day not in hours.open_holidays and hours.country and day in public_holidays.named(hours.country, day.year):
        return "holiday"
    return ""


def holiday_name(day: date, hours: Hours, language: str = "en") -> str:
    """The public holiday on `day` in the reader's language, "" when there is none.

    Where the library does not know the language for that country the name is in English, else the country's own.
    A holiday on which the company works is named too.
    """
    if not hours.country:
        return ""
    return public_holidays.named(hours.country, day.year, language).get(day, "")


def no_open_hours(hours: Hours) -> str:
    return f"The working calendar ({hours.zone}) has no open hours, so no due time can be worked out."


def _check_intervals(intervals: Intervals) -> None:
    earlier_end = 0
    for start, end in intervals:
        if not 0 <= start < end <= MINUTES_A_DAY:
            raise ValueError(f"{start}-{end} is no interval of a day: minutes from midnight, at most {MINUTES_A_DAY}.")
        if start < earlier_end:
            raise ValueError(f"The interval {start}-{end} begins before the one before it ends.")
        earlier_end = end


def _check_yearly(day: str) -> None:
    try:
        date.fromisoformat(f"2028-{day}")  # a leap year: the 29th of February is a day
    except ValueError:
        raise ValueError(f"“{day}” is no day of a year such as 07-31.") from None


def _is_paused(day: date, hours: Hours) -> bool:
    shown = f"{day:%m-%d}"
    return any(
        first <= shown <= last if first <= last else shown >= first or shown <= last for first, last in hours.pauses
    )
