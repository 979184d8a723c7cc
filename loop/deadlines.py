"""Which deadline and which reminder come next for a case? Applies the policy to a case; the arithmetic is in `sla`."""

from datetime import datetime

from django.conf import settings

from loop import sla
from loop.models import Case, SlaPolicy, State

# The levels of a reminder plan in their order; the last one comes back until the case moves on.
HALF_TIME, DUE, OVERDUE = "half_time", "due", "overdue"


class NoPolicy(LookupError):
    """There is no default SLA policy, so no deadline can be computed."""


def policy() -> SlaPolicy:
    """The policy in force, with its calendar.

    Raises:
        NoPolicy: none is marked as default.
    """
    found = SlaPolicy.objects.select_related("calendar").filter(is_default=True).first()
    if found is None:
        raise NoPolicy("No SLA policy is marked as the default one.")
    return found


def set_due_times(case: Case, *, score: int, clock_start: datetime, policy: SlaPolicy) -> None:
    """Set both due times of a case whose clock starts at `clock_start`, and the first reminder."""
    due = sla.due_times(score, clock_start, policy.targets(), policy.calendar.hours(), settings.LANGUAGE_CODE)
    case.contact_due_at, case.resolve_due_at = due.contact_due_at, due.resolve_due_at
    case.due_reason = due.why.as_dict()
    plan_reminders(case, start=clock_start, policy=policy)


def extend_resolution(case: Case, *, now: datetime, policy: SlaPolicy) -> None:
    """Give a reopened case a new date for its resolution, counted from now."""
    case.resolve_due_at = sla.add_working(now, policy.resolve_minutes, policy.calendar.hours())


def plan_reminders(case: Case, *, start: datetime, policy: SlaPolicy) -> None:
    """Begin a new round of reminders towards the due time that counts in the state the case is in."""
    hours = policy.calendar.hours()
    case.remind_round += 1
    if case.due_at > start:
        case.remind_at, case.remind_level = sla.reminder_plan(start, case.due_at, hours).half_time_at, HALF_TIME
    else:  # contacted after even the resolution was due: only the repeats are left
        case.remind_at, case.remind_level = sla.add_working(start, policy.overdue_repeat_minutes, hours), OVERDUE


def plan_next_reminder(case: Case, *, now: datetime, policy: SlaPolicy) -> None:
    """Move the plan on after the reminder it stood at has been given."""
    hours = policy.calendar.hours()
    if case.remind_level == HALF_TIME:
        due_day_at = sla.reminder_plan(case.clock_start, case.due_at, hours).due_day_at
        case.remind_at, case.remind_level = due_day_at, DUE
    elif case.remind_level == DUE:
        case.remind_at, case.remind_level = case.due_at, OVERDUE
    else:
        # Counted from now, not from the last one: after an outage of a week one reminder comes, not a pile.
        case.remind_at = sla.add_working(now, policy.overdue_repeat_minutes, hours)


def stage(case: Case) -> str:
    """What is due: the first contact or the resolution."""
    return "contact" if case.state == State.NEW else "resolve"
