"""When is the first contact due while a call is agreed, and when again once it is off?

What the customer was promised stays: a call of theirs that lies later moves the due time, not the promise.
"""

from datetime import datetime

from loop import deadlines, working_time
from loop.models import Callback, Case, CustomerPage, State

DUE = ("version", "contact_due_at", "resolve_due_at", "remind_at", "remind_level", "remind_round")


def wait_for(case: Case, ends_at: datetime, now: datetime) -> None:
    """A customer who chose a later time than ours is not called late: the first contact is due when that call ends."""
    if case.state != State.NEW or ends_at <= case.contact_due_at:
        return
    case.contact_due_at = ends_at
    case.resolve_due_at = max(case.resolve_due_at, ends_at)
    deadlines.plan_reminders(case, start=now)
    case.version += 1
    case.save(update_fields=DUE)


def promise_the_call(case: Case, call: Callback, now: datetime) -> None:
    """The call is off and not by the customer. Where they chose a time beyond what was promised, and that is over, they
    were to hear from us by the end of the call: nobody was late before it."""
    page = CustomerPage.objects.filter(case=case).first()
    agreed = min(call.ends_at, case.contact_due_at)
    if (
        case.state == State.NEW
        and page is not None
        and page.contact_promised_at < agreed
        and (page.contact_promised_at <= now)
    ):
        page.contact_promised_at = agreed
        page.save(update_fields=["contact_promised_at"])


def promise_again(case: Case, now: datetime) -> None:
    """As `as_promised`, stored."""
    if as_promised(case, now):
        save(case)


def as_promised(case: Case, now: datetime) -> bool:
    """The call is off: what was promised before it was agreed on holds again; where that is over, a new time does.

    Returns whether the case is due at another time; who has locked it saves it.
    """
    page = CustomerPage.objects.filter(case=case).first()
    if case.state != State.NEW or page is None or case.contact_due_at <= page.contact_promised_at:
        return False
    if page.contact_promised_at <= now:
        page.contact_promised_at = working_time.add_working(
            now, deadlines.policy_of(case).contact_minutes, deadlines.hours_of(case)
        )
        page.save(update_fields=["contact_promised_at"])
    case.contact_due_at = page.contact_promised_at
    case.resolve_due_at = max(case.resolve_due_at, case.contact_due_at)
    deadlines.plan_reminders(case, start=now)
    return True


def save(case: Case) -> None:
    case.version += 1
    case.save(update_fields=DUE)
