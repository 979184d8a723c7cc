"""When does somebody work, if not as the office does? Everybody sets their own week, leads and administrators others'.

Customers book calls within it, and calls are handed to somebody only within it. Deadlines, reminders and what is
promised to customers stay with the working calendar: the company owes them, whoever is at work. A call agreed outside
a new week stands, since the customer counts on it; it is shown to whoever changes the week and on the person's page.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction
from django.utils.dates import WEEKDAYS
from django.utils.translation import gettext as _

from loop import access, deadlines, free_times, setup_history
from loop.changes import ChangeRefused
from loop.models import Callback, User

SHORTEST = 30  # minutes that a call takes

Week = Mapping[str, list[list[int]]]


@dataclass(frozen=True)
class Day:
    """A weekday as it is and as it would be: intervals of minutes from midnight."""

    name: str
    before: list[list[int]]
    after: list[list[int]]

    @property
    def is_changed(self) -> bool:
        return self.before != self.after


@dataclass(frozen=True)
class Preview:
    """What a week would mean. `free` and `free_before` count the half hours a customer could choose from now."""

    days: list[Day]
    free_before: int
    free: int
    outside: list[Callback]


def require(actor: User | None, person: User) -> None:
    """Raise NotAllowed unless `actor` may set the week of `person`: as for absences."""
    if actor is not None and not access.may_plan_absence(actor, person):
        raise access.NotAllowed(f"{actor} may not set the working hours of {person}.")


@transaction.atomic
def change(person: User, week: Week | None, *, actor: User | None, now: datetime) -> User:
    """Give somebody a week of their own, or with None that of the office again.

    Args:
        actor: who sets it; None for a machine that may.

    Raises:
        NotAllowed: neither their own, nor of somebody in a team the actor leads.
        ChangeRefused: there is no time for a call in it.
    """
    require(actor, person)
    person = changed(User.objects.select_for_update(no_key=True).get(pk=person.pk), week)
    setup_history.changed_by(person, actor, now)
    person.save(update_fields=["working_week"])
    return person


def changed(person: User, week: Week | None) -> User:
    """A copy of the person with this week, checked and not stored. Raises ChangeRefused, which names the field."""
    spans = [span for of_day in (week or {}).values() for span in of_day]
    if week is not None and not any(end - start >= SHORTEST for start, end in spans):
        message = _("No customer could book a call then. For a time away, plan an absence instead.")
        raise ChangeRefused("like", message)
    copy = User.objects.get(pk=person.pk)
    copy.working_week = None if week is None else {day: of_day for day, of_day in sorted(week.items()) if of_day}
    return copy


def preview(person: User, then: User, *, now: datetime) -> Preview:
    """What it would mean for `person` to have the week of their changed copy `then`."""
    office = deadlines.office_of(person).hours()
    free_before, free = (len(free_times.free_times(one, hours=office, now=now)) for one in (person, then))
    return Preview(days(person, then), free_before, free, calls_outside(then, now=now))


def days(person: User, then: User) -> list[Day]:
    """The seven days of the week somebody works, and of that of their changed copy."""
    before, after = week_of(person), week_of(then)
    return [Day(str(name), before.get(str(day), []), after.get(str(day), [])) for day, name in WEEKDAYS.items()]


def calls_outside(person: User, *, now: datetime) -> list[Callback]:
    """The agreed calls of this person that lie outside their hours: they stand until somebody moves them."""
    hours = free_times.hours_of(person, deadlines.office_of(person).hours())
    ahead = Callback.objects.booked().filter(owner=person, starts_at__gt=now).select_related("case__contact__account")
    return [call for call in ahead.order_by("starts_at", "pk") if not free_times.is_in(call.starts_at, hours)]


def week_of(person: User) -> Week:
    """The week somebody works: their own, or that of the office."""
    week: Week = deadlines.office_of(person).week if person.working_week is None else person.working_week
    return week
