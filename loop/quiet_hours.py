"""May somebody be told of something now, or when next? Nobody of ours is disturbed at night or on a day off.

Asked when a message leaves, not when it is planned: deadlines pass at once and show everywhere, only the mail waits.
"""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from django.conf import settings
from django.db import transaction
from django.utils.translation import gettext as _

from feedback.prepared import Prepared
from loop import deadlines, setup_history, setup_versions
from loop.changes import ChangeRefused
from loop.models import QuietHours, Role, Team, User
from loop.open_hours import Hours, closed_because

MIDNIGHT = 24
LOOK_AHEAD_DAYS = 60  # a company that is shut for longer is told all the same


@dataclass(frozen=True)
class Reader:
    """What is asked of whoever is to be told: their clock, the calendar their team works by, the rule of their role."""

    zone: ZoneInfo
    hours: Hours
    rule: QuietHours


_by_role = Prepared(lambda role: QuietHours.objects.filter(role=role), role=str)


def of_role(role: str) -> QuietHours:
    """What holds for a role: what an administrator has chosen, else STAFF_HOURS; not stored then."""
    return _by_role.first(role=role) or _standard(role)


def _standard(role: str) -> QuietHours:
    begins, ends = settings.STAFF_HOURS
    return QuietHours(role=role, begins=begins, ends=ends, on_days_off=ends - begins >= MIDNIGHT)


def reader(user: User) -> Reader:
    """Read what decides when this person is told."""
    return Reader(_zone(user), deadlines.office_of(user).hours(), of_role(user.role))


def _zone(user: User) -> ZoneInfo:
    return ZoneInfo(user.time_zone or settings.TIME_ZONE)


def readers(users: Collection[User]) -> dict[int, Reader]:
    """`reader` for many, by their numbers, by three statements."""
    rules = {rule.role: rule for rule in QuietHours.objects.filter(role__in={user.role for user in users})}
    offices = deadlines.offices_of(users)
    return {
        user.pk: Reader(_zone(user), offices[user.pk].hours(), rules.get(user.role) or _standard(user.role))
        for user in users
    }


def reader_of(team: Team) -> Reader:
    """The same of a team, which reads a chat of its own: by the hours of those who work its cases."""
    calendar = team.calendar or deadlines.policy().calendar
    return Reader(ZoneInfo(calendar.time_zone), calendar.hours(), of_role(Role.AGENT))


def next_opening(told: Reader, now: datetime, *, urgent: bool = False) -> datetime:
    """`now` itself where that person may be told then, else the instant (UTC) from which they may.

    Args:
        urgent: people of a role for whom this is chosen are told of it at any hour.
    """
    rule = told.rule
    if urgent and rule.urgent_anyway:
        return now
    today = now.astimezone(told.zone).date()
    for offset in range(LOOK_AHEAD_DAYS):
        day = today + timedelta(days=offset)
        if not rule.on_days_off and closed_because(day, told.hours):
            continue
        begins, ends = (_wall(day, hour, told.zone) for hour in (rule.begins, rule.ends))
        if now < ends:
            return max(now, begins)
    return now


def _wall(day: date, hour: int, zone: ZoneInfo) -> datetime:
    day, hour = (day + timedelta(days=1), 0) if hour == MIDNIGHT else (day, hour)
    return datetime.combine(day, time(hour), zone).astimezone(UTC)


@transaction.atomic
def change(
    role: str,
    *,
    begins: int,
    ends: int,
    on_days_off: bool,
    urgent_anyway: bool,
    actor: User | None,
    now: datetime,
    seen: int | None = None,
) -> QuietHours:
    """Say when people of a role are told.

    Raises:
        ChangeRefused: the hours are the wrong way round; names the field.
        ChangedMeanwhile: it is not the version that was `seen`.
    """
    found = QuietHours.objects.select_for_update().filter(role=role).first() or of_role(role)
    setup_versions.require_seen(found, seen)
    if not 0 <= begins < ends <= MIDNIGHT:
        raise ChangeRefused("ends", _("It must end after it begins, on the same day."))
    found.begins, found.ends = begins, ends
    found.on_days_off, found.urgent_anyway = on_days_off, urgent_anyway
    setup_history.save(found, actor=actor, now=now)
    return found
