"""When may a survey mail leave? Monday and Tuesday mornings where the recipient is, not on a holiday there, so that the
cases its answers open do not pile up over a weekend; at most so many an hour.

Source of the days and hours: practice of B2B programmes (Monday and Tuesday, 07-10).
"""

from collections.abc import Iterable, Iterator, Mapping
from datetime import UTC, date, datetime, time, timedelta
from functools import cache, lru_cache
from importlib import resources
from math import ceil
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

import holidays

WEEKDAYS = (0, 1)  # Monday, Tuesday
FIRST_HOUR, LAST_HOUR = 7, 10  # half-open, wall clock of the recipient
LOOK_AHEAD_DAYS = 800
SATURDAY = 5
HOUR = timedelta(hours=1)


class NoSendingTime(ValueError):
    """No morning within two years suits: every month is closed."""


def known_zone(name: str, default: str) -> ZoneInfo:
    """The zone of that name, or the default one when it is empty or unknown."""
    try:
        return ZoneInfo(name or default)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        return ZoneInfo(default)


@cache
def _countries() -> Mapping[str, str]:
    lines = resources.files("tzdata").joinpath("zoneinfo/zone.tab").read_text(encoding="utf-8").splitlines()
    rows = [line.split("\t") for line in lines if line and not line.startswith("#")]
    return {zone: country for country, _place, zone, *_comment in rows}


def country_of(zone: ZoneInfo) -> str:
    """The country a time zone lies in, as the tz database has it; "" for zones of no country, such as UTC."""
    return _countries().get(zone.key, "")


def zones() -> list[str]:
    """The time zones people live in, each once: without the tz database's older names and offsets."""
    return sorted(_countries())


def next_morning(moment: datetime, zone: ZoneInfo, country: str, closed_months: frozenset[int]) -> datetime:
    """`moment` itself (in UTC) when mails may leave then, else as many minutes into the next morning on which they may.

    Raises:
        NoSendingTime: none within two years.
    """
    local = moment.astimezone(zone)
    for opens, closes in _mornings(local.date(), zone, country, closed_months):
        if opens <= moment < closes:
            return moment.astimezone(UTC)
        if moment < opens:
            return opens + timedelta(minutes=local.minute, seconds=local.second)
    raise NoSendingTime("There is no morning on which mails may leave within two years.")


def after_a_working_day(moment: datetime, zone: ZoneInfo) -> date:
    """The first day before which a whole working day (Monday to Friday, no holiday there) lies after `moment`."""
    day = moment.astimezone(zone).date() + timedelta(days=1)
    while day.weekday() >= SATURDAY or is_holiday(country_of(zone), day):
        day += timedelta(days=1)
    return day + timedelta(days=1)


class Ramp:
    """Hands out sending times, at most `per_hour` in each hour (of UTC), in the order they are asked for.

    Args:
        start: nothing leaves before it.
        given: the times handed out already, so that scheduling that was interrupted goes on where it stopped.
    """

    def __init__(
        self, start: datetime, per_hour: int, closed_months: frozenset[int], given: Iterable[datetime] = ()
    ) -> None:
        self.start = start.astimezone(UTC)
        self.per_hour = per_hour
        self.closed_months = closed_months
        self._next_place: dict[datetime, int] = {}  # in each hour; places before it are taken or have gone by
        self._at: dict[tuple[str, str], _Place] = {}
        for moment in given:
            hour = _hour_of(moment)
            place = round((moment - hour) * per_hour / HOUR)
            self._next_place[hour] = max(self._next_place.get(hour, 0), place + 1)

    def next_for(self, zone: ZoneInfo, country: str) -> datetime:
        """The next free sending time of a recipient in this zone and country.

        Raises:
            NoSendingTime: none within two years.
        """
        key = (zone.key, country)
        if key not in self._at:
            self._at[key] = _Place(_mornings(self.start.astimezone(zone).date(), zone, country, self.closed_months))
        morning = self._at[key]
        while True:
            while morning.hour < morning.closes:
                moment = self._take(morning.hour, max(morning.opens, self.start), morning.closes)
                if moment is not None:
                    return moment
                morning.hour += HOUR
            morning.turn_to_next()

    def _take(self, hour: datetime, earliest: datetime, closes: datetime) -> datetime | None:
        gone_by = max(0, ceil((earliest - hour) * self.per_hour / HOUR))
        place = max(self._next_place.get(hour, 0), gone_by)
        moment = hour + HOUR * place / self.per_hour
        if place >= self.per_hour or moment >= closes:
            return None
        self._next_place[hour] = place + 1
        return moment


class _Place:
    """How far handing out has come in one zone and country: the morning, and the hour of it."""

    def __init__(self, mornings: Iterator[tuple[datetime, datetime]]) -> None:
        self._mornings = mornings
        self.turn_to_next()

    def turn_to_next(self) -> None:
        try:
            self.opens, self.closes = next(self._mornings)
        except StopIteration:
            raise NoSendingTime("There is no morning on which mails may leave within two years.") from None
        self.hour = _hour_of(self.opens)


def _mornings(
    first: date, zone: ZoneInfo, country: str, closed_months: frozenset[int]
) -> Iterator[tuple[datetime, datetime]]:
    """When mails may leave from that day on, as instants of UTC."""
    for offset in range(LOOK_AHEAD_DAYS):
        day = first + timedelta(days=offset)
        if (
            day.weekday() in WEEKDAYS
            and day.month not in closed_months
            and not is_holiday(country or country_of(zone), day)
        ):
            opens, closes = (datetime.combine(day, time(hour), tzinfo=zone) for hour in (FIRST_HOUR, LAST_HOUR))
            yield opens.astimezone(UTC), closes.astimezone(UTC)


def _hour_of(moment: datetime) -> datetime:
    return moment.astimezone(UTC).replace(minute=0, second=0, microsecond=0)


def is_holiday(country: str, day: date) -> bool:
    """Whether offices are closed in that country then; nobody knows it of a country without a calendar."""
    return day in _holidays(country, day.year)


@lru_cache(maxsize=256)
def _holidays(country: str, year: int) -> frozenset[date]:
    try:
        supported = holidays.country_holidays(country).supported_categories if country else ()
    except NotImplementedError:
        return frozenset()
    categories = tuple(name for name in ("public", "de_facto") if name in supported)
    return (
        frozenset(holidays.country_holidays(country, years=year, categories=categories)) if categories else frozenset()
    )
