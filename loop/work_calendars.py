"""How is a working calendar written down: hours, public holidays, days and weeks of the company's own?"""

from collections.abc import Mapping
from datetime import UTC, date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from django.db import transaction
from django.utils.translation import gettext as _

from loop import public_holidays, setup_history, setup_versions, sla
from loop.changes import ChangeRefused
from loop.models import Case, Team, User, WorkCalendar
from loop.open_hours import NoOpenHours, closed_because

FIELDS = (
    "name", "time_zone", "country", "week", "closed_days", "worked_holidays", "short_days", "pauses"
)  # fmt: skip
YEARS_SHOWN = 2  # of public holidays that are still to come


def changed(calendar: WorkCalendar, facts: Mapping[str, Any]) -> WorkCalendar:
    """A copy of the calendar with these facts, checked and not stored. Raises ChangeRefused, which names the field."""
    copy = WorkCalendar() if calendar._state.adding else WorkCalendar.objects.get(pk=calendar.pk)
    for name in FIELDS:
        setattr(copy, name, facts[name])
    if not copy.name:
        raise ChangeRefused("name", _("A calendar needs a name."))
    if WorkCalendar.objects.filter(name__iexact=copy.name).exclude(pk=calendar.pk).exists():
        raise ChangeRefused("name", _("There is a calendar of this name already."))
    try:
        ZoneInfo(copy.time_zone)
    except (LookupError, ValueError, OSError):
        message = _("“%(name)s” is not a time zone such as Europe/Helsinki.") % {"name": copy.time_zone}
        raise ChangeRefused("time_zone", message) from None
    try:
        hours = copy.hours()
        closed_because(date(2026, 1, 1), hours)
    except ValueError:
        message = _("No public holidays are known for “%(country)s”.") % {"country": copy.country}
        raise ChangeRefused("country", message) from None
    try:
        sla.next_opening(datetime(2026, 1, 1, tzinfo=UTC), hours)
    except NoOpenHours:
        raise ChangeRefused(
            "day-0", _("There must be working hours on some day, or nothing would ever be due.")
        ) from None
    return copy


@transaction.atomic
def save(
    calendar: WorkCalendar,
    facts: Mapping[str, Any],
    *,
    actor: User | None,
    now: datetime,
    seen: int | None = None,
) -> WorkCalendar:
    """Store a new calendar, or change one for due times worked out from now on.

    Raises:
        ChangeRefused: names the field.
        ChangedMeanwhile: it is not the version that was `seen`.
    """
    if not calendar._state.adding:
        calendar = WorkCalendar.objects.select_for_update().get(pk=calendar.pk)
        setup_versions.require_seen(calendar, seen)
    saved = changed(calendar, facts)
    setup_history.save(saved, actor=actor, now=now)
    return saved


def holidays_ahead(country: str, *, today: date, language: str) -> dict[str, str]:
    """The public holidays of a country that are still to come, by ISO date: their weekday is not left out.

    Empty for a country of which none are known.
    """
    try:
        public_holidays.check_country(country)
    except ValueError:
        return {}
    last = today + timedelta(days=365 * YEARS_SHOWN)
    found: dict[date, str] = {}
    for year in range(today.year, last.year + 1):
        found |= public_holidays.named(country, year, language)
    return {day.isoformat(): name for day, name in sorted(found.items()) if today <= day <= last}


def used_by(calendar: WorkCalendar) -> tuple[list[Team], int]:
    """The teams that work by it, and how many open cases are counted in it."""
    if calendar._state.adding:
        return [], 0
    return list(calendar.teams.order_by("name")), Case.objects.open().filter(calendar=calendar).count()
