"""When would answers be due, as things are and with a change of the deadlines?"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from django.conf import settings

from loop import sla
from loop.open_hours import closed_because

YEAR = 366  # days looked ahead for a public holiday


@dataclass(frozen=True)
class Sample:
    """An answer that comes at an instant, and when it would be due: as things are, and with the change."""

    at: datetime
    score: int
    now: sla.Due
    then: sla.Due


def preview(
    *, targets: sla.Targets, hours: sla.Hours, new_targets: sla.Targets, new_hours: sla.Hours, now: datetime
) -> list[Sample]:
    """When answers that come at telling instants would be due, now and with the change."""
    language = settings.LANGUAGE_CODE
    return [
        Sample(
            at,
            score,
            sla.due_times(score, at, targets, hours, language),
            sla.due_times(score, at, new_targets, new_hours, language),
        )
        for at, score in _instants(new_targets, new_hours, now)
    ]


def _instants(targets: sla.Targets, hours: sla.Hours, now: datetime) -> Iterator[tuple[datetime, int]]:
    """Late on a Friday with an urgent and with another score, a Saturday, a Tuesday morning, before a holiday."""
    zone = ZoneInfo(hours.zone)
    today = now.astimezone(zone).date()
    urgent, other = targets.urgent_max_score, min(10, targets.urgent_max_score + 1)

    def at(day: date, hour: int, minute: int = 0) -> datetime:
        return datetime.combine(day, time(hour, minute), zone)

    def weekday(number: int) -> date:
        return today + timedelta(days=(number - today.weekday()) % 7 or 7)

    yield at(weekday(4), 16, 40), urgent
    yield at(weekday(4), 16, 40), other
    yield at(weekday(5), 12), urgent
    yield at(weekday(1), 9), other
    ahead = (today + timedelta(days=offset) for offset in range(1, YEAR))
    holiday = next((day for day in ahead if day.weekday() < 5 and closed_because(day, hours) == "holiday"), None)
    if holiday is not None:
        yield at(holiday - timedelta(days=1), 15), urgent
        yield at(holiday, 10), other
