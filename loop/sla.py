"""By when must the customer be contacted and the cause resolved, and when do we remind about it?

Pure functions: the policy (`Targets`) and the working calendar (`Hours`) are passed in; all instants are UTC.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo

from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from loop.open_hours import Hours, NoOpenHours, closed_because, holiday_name
from loop.working_time import (
    add_working,
    add_working_time,
    is_open,
    next_opening,
    opening_of_the_day,
    working_minutes,
    working_time,
)

__all__ = [
    "ClosedDay",
    "Due",
    "Hours",
    "NoOpenHours",
    "ReminderPlan",
    "Targets",
    "Why",
    "add_working",
    "after_hold",
    "due_times",
    "holiday_name",
    "is_open",
    "next_opening",
    "reminder_plan",
    "working_minutes",
]


@dataclass(frozen=True)
class Targets:
    """What we aim for, in minutes of working time since the answer. The defaults assume days of nine hours."""

    contact_minutes: int = 1080
    urgent_contact_minutes: int = 540
    urgent_max_score: int = 3
    resolve_minutes: int = 5400

    def __post_init__(self) -> None:
        for name in ("contact_minutes", "urgent_contact_minutes", "resolve_minutes"):
            if getattr(self, name) <= 0:
                raise ValueError(f"{name} must be above zero.")


@dataclass(frozen=True)
class ClosedDay:
    """A date that did not count, and why: "weekend", "holiday" (with its name) or "closed" (the company's own day)."""

    day: date
    reason: str
    name: str = ""


@dataclass(frozen=True)
class Why:
    """What the contact target rests on. Kept as data, so that the reader's own language can tell it."""

    contact_minutes: int
    day_minutes: int
    urgent_max_score: int | None
    skipped: tuple[ClosedDay, ...] = ()
    of_earlier_score: bool = False  # the customer has raised the score since, which moves no deadline

    def as_dict(self) -> dict[str, object]:
        """As JSON for the case's timeline; `from_dict` reads it back."""
        return {
            "contact_minutes": self.contact_minutes,
            "day_minutes": self.day_minutes,
            "urgent_max_score": self.urgent_max_score,
            "skipped": [{"day": s.day.isoformat(), "reason": s.reason, "name": s.name} for s in self.skipped],
            **({"of_earlier_score": True} if self.of_earlier_score else {}),
        }

    @classmethod
    def from_dict(cls, stored: dict) -> "Why":
        skipped = (ClosedDay(date.fromisoformat(s["day"]), s["reason"], s["name"]) for s in stored["skipped"])
        earlier = stored.get("of_earlier_score", False)
        return cls(
            stored["contact_minutes"], stored["day_minutes"], stored["urgent_max_score"], tuple(skipped), earlier
        )

    def for_score(self, score: int) -> "Why":
        """The same reason, once the customer has corrected the score and the deadline stood."""
        return replace(self, of_earlier_score=self.urgent_max_score is not None and score > self.urgent_max_score)

    def sentence(self) -> str:
        """One line for the case page, in the active language."""
        days, rest = divmod(self.contact_minutes, self.day_minutes)
        hours = f"{self.contact_minutes / 60:g}"
        if self.urgent_max_score is None:
            if rest:
                return _("Contact within %(hours)s working hours.") % {"hours": hours}
            return ngettext("Contact within one working day.", "Contact within %(days)d working days.", days) % {
                "days": days
            }
        if self.of_earlier_score:
            told = {"hours": hours, "days": days, "score": self.urgent_max_score}
            if rest:
                return (
                    _("Contact within %(hours)s working hours because the score was %(score)d or lower at first.")
                    % told
                )
            return (
                ngettext(
                    "Contact within one working day because the score was %(score)d or lower at first.",
                    "Contact within %(days)d working days because the score was %(score)d or lower at first.",
                    days,
                )
                % told
            )
        if rest:
            return _("Contact within %(hours)s working hours because the score is %(score)d or lower.") % {
                "hours": hours,
                "score": self.urgent_max_score,
            }
        return ngettext(
            "Contact within one working day because the score is %(score)d or lower.",
            "Contact within %(days)d working days because the score is %(score)d or lower.",
            days,
        ) % {"days": days, "score": self.urgent_max_score}

    def skipped_sentence(self) -> str:
        """Which days did not count, "" when all did: "Not counted: Midsummer Eve (Fri 19 Jun), the weekend."."""
        told = [self._told(stretch) for stretch in _stretches(self.skipped)]
        return _("Not counted: %(days)s.") % {"days": ", ".join(dict.fromkeys(told))} if told else ""

    @staticmethod
    def _told(stretch: Sequence[ClosedDay]) -> str:
        first, last = stretch[0], stretch[-1]
        if first.reason == "weekend":
            return _("the weekend")
        name = first.name or _("closed")
        since = date_format(first.day, _("D j M"))
        if first == last:
            return _("%(name)s (%(date)s)") % {"name": name, "date": since}
        until = date_format(last.day, _("D j M"))
        return _("%(name)s (%(first)s to %(last)s)") % {"name": name, "first": since, "last": until}


def _stretches(days: Sequence[ClosedDay]) -> list[list[ClosedDay]]:
    """Days closed for the same reason, one after the other, together: a pause is one stretch, its weekends in it."""
    found: list[list[ClosedDay]] = []
    for day in days:
        if not found or not _follows(found[-1], day):
            found.append([day])
        elif _is_alike(found[-1], day):
            found[-1].append(day)
        elif len(found) > 1 and found[-1][0].reason == "weekend" and _is_pause_around(found[-2], found[-1], day):
            weekend = found.pop()
            found[-1] += [*weekend, day]
        else:
            found.append([day])
    return found


def _follows(stretch: Sequence[ClosedDay], day: ClosedDay) -> bool:
    return day.day - stretch[-1].day == timedelta(days=1)


def _is_alike(stretch: Sequence[ClosedDay], day: ClosedDay) -> bool:
    return (stretch[0].reason, stretch[0].name) == (day.reason, day.name)


def _is_pause_around(before: Sequence[ClosedDay], weekend: Sequence[ClosedDay], day: ClosedDay) -> bool:
    return day.reason == "closed" and _is_alike(before, day) and _follows(before, weekend[0])


@dataclass(frozen=True)
class Due:
    """The two due times of a case (UTC), and what the first rests on."""

    contact_due_at: datetime
    resolve_due_at: datetime
    why: Why


@lru_cache(maxsize=1024)  # of many answers that come at once, most cases have the same times
def due_times(score: int, opened_at: datetime, policy: Targets, hours: Hours, language: str = "en") -> Due:
    """Due times of a case whose customer gave `score` and whose clock started at `opened_at`.

    `language` is the one the names of skipped holidays are kept in. Raises NoOpenHours.
    """
    urgent = score <= policy.urgent_max_score
    minutes = policy.urgent_contact_minutes if urgent else policy.contact_minutes
    contact_due_at = add_working(opened_at, minutes, hours)
    why = Why(
        contact_minutes=minutes,
        day_minutes=hours.day_minutes,
        urgent_max_score=policy.urgent_max_score if urgent else None,
        skipped=closed_days(opened_at, contact_due_at, hours, language),
    )
    # Whoever resolves has made contact, so a policy that gives the resolution less time does not bring it forward.
    resolve_due_at = max(contact_due_at, add_working(opened_at, policy.resolve_minutes, hours))
    return Due(contact_due_at, resolve_due_at, why)


def after_hold(due: datetime, held_from: datetime, held_until: datetime, hours: Hours) -> datetime:
    """When something due at `due` is due, if the clock stood still from `held_from` to `held_until`.

    What was overdue when the hold began stays as overdue as it was.
    """
    left = working_time(held_from, due, hours)
    return due if left <= timedelta(0) else add_working_time(held_until, left, hours)


def closed_days(start: datetime, end: datetime, hours: Hours, language: str = "en") -> tuple[ClosedDay, ...]:
    """The local dates from `start` to `end`, both included, on which nobody works."""
    zone = ZoneInfo(hours.zone)
    first, last = start.astimezone(zone).date(), end.astimezone(zone).date()
    found = []
    for offset in range((last - first).days + 1):
        day = first + timedelta(days=offset)
        reason = closed_because(day, hours)
        if reason:
            found.append(ClosedDay(day, reason, holiday_name(day, hours, language) if reason == "holiday" else ""))
    return tuple(found)


@dataclass(frozen=True)
class ReminderPlan:
    """When to remind (UTC), never one before the one above it."""

    half_time_at: datetime
    due_day_at: datetime
    breach_at: datetime

    def __iter__(self) -> Iterator[datetime]:
        return iter((self.half_time_at, self.due_day_at, self.breach_at))


@lru_cache(maxsize=1024)
def reminder_plan(start: datetime, due: datetime, hours: Hours) -> ReminderPlan:
    """When to remind about something to be done between `start` and `due`.

    Half-time is half of the working time in between. The reminder of the due day comes when that day's work begins;
    when that is not after half-time (a short target), at three quarters of the working time. The breach is `due`.
    When no working time lies in between there is nothing to remind about earlier: all three are `due`.
    """
    due = due.astimezone(UTC)
    available = working_time(start, due, hours)
    if available <= timedelta(0):
        return ReminderPlan(due, due, due)
    half_time_at = add_working_time(start, available / 2, hours)
    due_day_at = opening_of_the_day(due, hours)
    if due_day_at is None or due_day_at <= half_time_at:
        due_day_at = add_working_time(start, available * 3 / 4, hours)
    return ReminderPlan(half_time_at, due_day_at, due)
