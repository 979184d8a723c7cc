"""When is a file fetched next? In the time zone of the installation; an hour that the clocks leave out ends at once."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from django.conf import settings

from loop.models import PullRhythm
from loop.working_time import first_instant

#: After a failure it is tried again so soon, where that is before its time: servers are restarted, files come late.
AGAIN_AFTER = (timedelta(minutes=5), timedelta(minutes=30), timedelta(hours=2))


def next_due(*, rhythm: str, hour: int, weekday: int, after: datetime) -> datetime:
    """The first time after this instant.

    Args:
        hour: of the day; of no matter where it is fetched every hour.
        weekday: 0 is Monday; for what is fetched every week.
    """
    if rhythm == PullRhythm.HOURLY:
        return after.astimezone(UTC).replace(minute=0, second=0, microsecond=0) + timedelta(hours=1)
    zone = ZoneInfo(settings.TIME_ZONE)
    day = after.astimezone(zone).date()
    while True:
        at = first_instant(day, hour * 60, zone)
        if at > after and (rhythm == PullRhythm.DAILY or day.weekday() == weekday):
            return at
        day += timedelta(days=1)


def again_at(due: datetime, *, failures: int, now: datetime) -> datetime:
    """When it is tried again after so many failures in a row: soon, and no more often than in its time later on."""
    soon = AGAIN_AFTER[failures - 1 : failures]
    return min(due, now + soon[0]) if soon else due
