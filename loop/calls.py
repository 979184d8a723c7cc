"""How do people try to reach a customer, and when do they try next? Steps, and the words about them.

An attempt on a day counts once, whatever was tried on it: `tried` says how many days that makes of those the policy
asks for before a customer counts as not reached.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from django.utils.translation import gettext as _

from loop import callbacks, deadlines, guides, timeline
from loop.locking import StepRefused, cleaned, step, told
from loop.models import CallOutcome, Case, Channel, ContactAttempt, State, User
from loop.models.attempt import WRITTEN
from loop.models.event import EventKind
from loop.open_hours import Hours, NoOpenHours, closed_because
from loop.working_time import add_working, next_opening

LATEST_TRY = timedelta(days=365)
REASON_LIMIT = 300  # characters
SUGGESTIONS = 3


def attempt(
    *,
    case_id: int,
    channel: str,
    reached: bool,
    outcome: str = "",
    note: str = "",
    answers: Mapping[str, Any] | None = None,
    actor: User | None,
    version: int | None = None,
    now: datetime,
    via: str = "",
) -> Case:
    """Log one try to reach the customer. Reached, a new case is contacted; else it stays as it is.

    A next try that was planned is over with it.

    Args:
        outcome: one of `CallOutcome`; empty where only `reached` is known.
        answers: what the call form asked, by the keys of its questions.
    """
    if channel not in Channel.values:
        raise StepRefused("channel", _("“%(channel)s” is not one of %(known)s.") % {
            "channel": channel, "known": ", ".join(Channel.values)
        })  # fmt: skip
    _check_outcome(outcome, reached, channel)
    note = cleaned("note", note)
    with step("attempt", case_id, actor, version) as case:
        answered = guides.answered(case, answers or {}, reached=reached)
        if reached:
            was_new = case.state == State.NEW
            case.mark_contacted(now=now)
            if was_new:
                deadlines.plan_reminders(case, start=now)
        else:
            case.attempt(waits_since=now if channel in WRITTEN else None)
        made = ContactAttempt(
            case=case, actor=actor, at=now, channel=channel, reached=reached, outcome=outcome, note=note
        )
        made.answers = answered
        record(made, via=via, data={"outcome": outcome} if outcome else {})
        callbacks.called(case, channel=channel, reached=reached, actor=actor, now=now)
    return case


def record(made: ContactAttempt, *, via: str = "", data: Mapping[str, Any] | None = None) -> None:
    """Store an attempt on a case whose row is locked, and its line on the timeline.

    Args:
        data: what the line tells beside the attempt itself.
    """
    made.local_date = made.at.astimezone(ZoneInfo(deadlines.calendar_of(made.case).time_zone)).date()
    made.outcome = made.outcome or (CallOutcome.REACHED if made.reached else "")
    made.save()
    line: dict[str, Any] = {"channel": str(made.channel), "reached": made.reached, "note": made.note, **(data or {})}
    line |= {"answers": made.answers} if made.answers else {}
    timeline.record(made.case, EventKind.ATTEMPT, actor=made.actor, now=made.at, data=told(line, via))


def _check_outcome(outcome: str, reached: bool, channel: str) -> None:
    if not outcome:
        return
    if outcome not in CallOutcome.values:
        raise StepRefused("outcome", _("“%(outcome)s” is not one of %(known)s.") % {
            "outcome": outcome, "known": ", ".join(CallOutcome.values)
        })  # fmt: skip
    if reached != (outcome == CallOutcome.REACHED):
        raise StepRefused("outcome", _("Reached is yes with the outcome “reached” and with no other."))
    if outcome == CallOutcome.SENT and channel in (Channel.PHONE, Channel.MEETING):
        raise StepRefused("channel", _("A message is sent by e-mail or SMS: say by which."))


def plan_next(
    *,
    case_id: int,
    at: datetime | None,
    reason: str = "",
    actor: User | None,
    version: int | None = None,
    now: datetime,
    via: str = "",
) -> Case:
    """Plan when to try the customer next; its owner is reminded then. With `at` None the plan is dropped."""
    reason = cleaned("reason", reason)
    if len(reason) > REASON_LIMIT:
        raise StepRefused("reason", _("At most %(limit)d characters are allowed.") % {"limit": REASON_LIMIT})
    if at is not None and not now < at <= now + LATEST_TRY:
        raise StepRefused("at", _("The next try lies ahead, and at most a year."))
    with step("plan_next", case_id, actor, version) as case:
        case.plan_next(at=at, reason=reason if at else "")
        data = {"at": at.isoformat() if at else None, "reason": reason}
        timeline.record(case, EventKind.NEXT_TRY, actor=actor, now=now, data=told(data, via))
    return case


def days_with_attempts(case: Case) -> int:
    """On how many different days somebody tried to reach the customer, since the case was last opened again."""
    since = case.attempts.filter(at__gte=case.reopened_at) if case.reopened_at else case.attempts.all()
    return since.values("local_date").distinct().count()


@dataclass(frozen=True)
class Tried:
    """Days tried of those needed; `closable_on` is the first day the customer may count as not reached."""

    made: int
    needed: int
    closable_on: date | None

    @property
    def is_enough(self) -> bool:
        return self.made >= self.needed


def tried(at: Iterable[datetime], *, needed: int, hours: Hours, now: datetime) -> Tried:
    """What attempts at these instants make, and when they will be enough with one on each working day from now."""
    zone = ZoneInfo(hours.zone)
    today = now.astimezone(zone).date()
    days = {instant.astimezone(zone).date() for instant in at}
    missing = needed - len(days)
    if missing <= 0:
        return Tried(len(days), needed, today)
    ahead = (today + timedelta(days=offset) for offset in range(366))
    workable = [day for day in ahead if day not in days and not closed_because(day, hours)]
    return Tried(len(days), needed, workable[missing - 1] if len(workable) >= missing else None)


def suggested_tries(now: datetime, hours: Hours) -> list[datetime]:
    """Times to try next, while people work: later today, the next working morning, and an afternoon after that."""
    zone = ZoneInfo(hours.zone)
    try:
        soon = _half_hour(add_working(now, 120, hours), hours)
        tomorrow = datetime.combine(now.astimezone(zone).date() + timedelta(days=1), time(), zone)
        morning = add_working(next_opening(tomorrow, hours), 60, hours)
        day_after = datetime.combine(morning.astimezone(zone).date() + timedelta(days=1), time(), zone)
        afternoon = add_working(next_opening(day_after, hours), 360, hours)
    except NoOpenHours:
        return []
    return sorted({soon, morning, afternoon})[:SUGGESTIONS]


def _half_hour(at: datetime, hours: Hours) -> datetime:
    """The next full half-hour while people work."""
    rest = (at.minute % 30) * 60 + at.second
    at = at.replace(microsecond=0)
    return next_opening(at + timedelta(seconds=(1800 - rest) % 1800), hours)
