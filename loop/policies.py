"""How are deadlines set up, and what would a change do? Policy and calendar, with a preview of due times."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from django.conf import settings
from django.db import transaction
from django.utils.translation import gettext as _

from loop import setup_history, setup_versions, sla
from loop.changes import ChangeRefused
from loop.models import SlaPolicy, User, WorkCalendar
from loop.open_hours import NoOpenHours, closed_because

LONGEST_MINUTES = 60 * 24 * 250
YEAR = 366  # days looked ahead for a public holiday

POLICY_FIELDS = (
    "name", "calendar", "contact_minutes", "urgent_contact_minutes", "urgent_max_score", "resolve_minutes",
    "overdue_repeat_minutes", "attempts_before_unreached", "recovery_after_days",
)  # fmt: skip
CALENDAR_FIELDS = ("name", "time_zone", "country", "week", "closed_days", "worked_holidays")


@dataclass(frozen=True)
class Sample:
    """An answer that comes at an instant, and when it would be due: as things are, and with the change."""

    at: datetime
    score: int
    now: sla.Due
    then: sla.Due

    @property
    def is_changed(self) -> bool:
        return (self.now.contact_due_at, self.now.resolve_due_at) != (
            self.then.contact_due_at,
            self.then.resolve_due_at,
        )


def changed_policy(policy: SlaPolicy, facts: Mapping[str, Any]) -> SlaPolicy:
    """A copy of the policy with these facts, checked and not stored. Raises ChangeRefused, which names the field."""
    changed = SlaPolicy.objects.select_related("calendar").get(pk=policy.pk)
    for name in POLICY_FIELDS:
        setattr(changed, name, facts[name])
    for name in ("contact_minutes", "urgent_contact_minutes", "resolve_minutes", "overdue_repeat_minutes"):
        if not 0 < facts[name] <= LONGEST_MINUTES:
            raise ChangeRefused(name, _("More than nothing, and at most 6,000 working hours, please."))
    for name in ("contact_minutes", "urgent_contact_minutes"):
        if facts[name] > facts["resolve_minutes"]:
            raise ChangeRefused(name, _("The first contact cannot be due after the resolution."))
    if not 1 <= facts["attempts_before_unreached"] <= 20:
        raise ChangeRefused("attempts_before_unreached", _("A number of days from 1 to 20, please."))
    if not 1 <= facts["recovery_after_days"] <= 365:
        raise ChangeRefused("recovery_after_days", _("A number of days from 1 to 365, please."))
    if not 0 <= facts["urgent_max_score"] <= 10:
        raise ChangeRefused("urgent_max_score", _("A score from 0 to 10, please."))
    if SlaPolicy.objects.filter(name=changed.name).exclude(pk=policy.pk).exists():
        raise ChangeRefused("name", _("There is a policy of this name already."))
    return changed


def changed_calendar(calendar: WorkCalendar, facts: Mapping[str, Any]) -> WorkCalendar:
    """A copy of the calendar with these facts, checked and not stored. Raises ChangeRefused, which names the field."""
    changed = WorkCalendar.objects.get(pk=calendar.pk)
    for name in CALENDAR_FIELDS:
        setattr(changed, name, facts[name])
    if WorkCalendar.objects.filter(name=changed.name).exclude(pk=calendar.pk).exists():
        raise ChangeRefused("name", _("There is a calendar of this name already."))
    try:
        ZoneInfo(changed.time_zone)
    except (LookupError, ValueError, OSError):
        message = _("“%(name)s” is not a time zone such as Europe/Helsinki.") % {"name": changed.time_zone}
        raise ChangeRefused("time_zone", message) from None
    try:
        hours = changed.hours()
        closed_because(date(2026, 1, 1), hours)
    except (LookupError, ValueError, NotImplementedError):
        message = _("No public holidays are known for “%(country)s”.") % {"country": changed.country}
        raise ChangeRefused("country", message) from None
    try:
        sla.next_opening(datetime(2026, 1, 1, tzinfo=ZoneInfo(changed.time_zone)), hours)
    except NoOpenHours:
        raise ChangeRefused(
            "monday", _("There must be working hours on some day, or nothing would ever be due.")
        ) from None
    return changed


@transaction.atomic
def change_policy(
    *, policy_id: int, facts: Mapping[str, Any], actor: User | None, now: datetime, seen: int | None = None
) -> SlaPolicy:
    """Change a policy, for answers from now on. Raises ChangeRefused, which names the field, or ChangedMeanwhile."""
    found = SlaPolicy.objects.select_for_update().get(pk=policy_id)
    setup_versions.require_seen(found, seen)
    policy = changed_policy(found, facts)
    setup_history.save(policy, actor=actor, now=now)
    return policy


@transaction.atomic
def change_calendar(
    *, calendar_id: int, facts: Mapping[str, Any], actor: User | None, now: datetime, seen: int | None = None
) -> WorkCalendar:
    """Change a calendar, for due times worked out from now on.

    Raises:
        ChangeRefused: names the field.
        ChangedMeanwhile: it is not the version that was `seen`.
    """
    found = WorkCalendar.objects.select_for_update().get(pk=calendar_id)
    setup_versions.require_seen(found, seen)
    calendar = changed_calendar(found, facts)
    setup_history.save(calendar, actor=actor, now=now)
    return calendar


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
