"""What was promised to a customer, and is it kept? Steps on promises, and when to remind of them.

A promise belongs to the case it was made in and changes only under that case's lock, as a step of the case. The case
keeps when its first unkept promise is due: lists, and the guard of the database, look there.
"""

from datetime import date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from django.db.models import Min
from django.utils.translation import gettext as _

from loop import access, deadlines, timeline
from loop.locking import StepNotAllowed, StepRefused, cleaned, step, told
from loop.models import Case, Promise, User
from loop.models.event import EventKind
from loop.models.promise import Ending
from loop.open_hours import Hours, NoOpenHours
from loop.working_time import add_working, opening_of_the_day

WHAT_LIMIT = 500  # characters
LATEST_DUE = timedelta(days=730)
# The levels of reminding, in their order; the last one comes back until the promise has ended.
BEFORE, DAY, OVERDUE = "before", "day", "overdue"


def promise(
    *,
    case_id: int,
    what: str,
    due_at: datetime,
    promised_by: User | None = None,
    actor: User | None,
    version: int | None = None,
    now: datetime,
    via: str = "",
) -> Case:
    """Note what was promised to the customer. Who promised is reminded before and on the day.

    Args:
        what: in words the customer may read.
        promised_by: whoever acts, when left out; for Loop itself the owner of the case.
    """
    what = cleaned("what", what, needed=_("Say what was promised."))
    if len(what) > WHAT_LIMIT:
        raise StepRefused("what", _("At most %(limit)d characters are allowed.") % {"limit": WHAT_LIMIT})
    _check_due(due_at, now)
    if promised_by is not None and not access.may_own(promised_by):
        raise StepRefused("promised_by", _("%(name)s takes no steps on cases.") % {"name": promised_by.display_name})
    with step("promise", case_id, actor, version) as case:
        case.promise()
        made = Promise(
            case=case, what=what, promised_by=promised_by or actor or case.owner, due_at=due_at, created_at=now
        )
        _plan_reminders(made, start=now, hours=deadlines.hours_of(case))
        made.save()
        refresh(case)
        timeline.record(case, EventKind.PROMISED, actor=actor, now=now, data=told(facts(made), via))
    return case


def keep_promise(
    *,
    case_id: int,
    promise_id: int,
    actor: User | None,
    version: int | None = None,
    now: datetime,
    via: str = "",
) -> Case:
    """The customer has what was promised."""
    with step("keep_promise", case_id, actor, version) as case:
        case.keep_promise()
        kept = _unkept(case, promise_id)
        _end(kept, Ending.KEPT, "", now)
        refresh(case)
        data = {**facts(kept), "late": kept.due_at < now}
        timeline.record(case, EventKind.PROMISE_KEPT, actor=actor, now=now, data=told(data, via))
    return case


def move_promise(
    *,
    case_id: int,
    promise_id: int,
    due_at: datetime,
    reason: str,
    actor: User | None,
    version: int | None = None,
    now: datetime,
    via: str = "",
) -> Case:
    """Another time was agreed with the customer; the reason says what they were told."""
    reason = cleaned("reason", reason, needed=_("Say what you agreed with the customer."))
    _check_due(due_at, now)
    with step("move_promise", case_id, actor, version) as case:
        case.move_promise()
        moved = _unkept(case, promise_id)
        before, moved.due_at = moved.due_at, due_at
        moved.moved += 1
        _plan_reminders(moved, start=now, hours=deadlines.hours_of(case))
        moved.save(update_fields=["due_at", "moved", "remind_at", "remind_level"])
        refresh(case)
        data = {**facts(moved), "before": before.isoformat(), "reason": reason}
        timeline.record(case, EventKind.PROMISE_MOVED, actor=actor, now=now, data=told(data, via))
    return case


def withdraw_promise(
    *,
    case_id: int,
    promise_id: int,
    reason: str,
    actor: User | None,
    version: int | None = None,
    now: datetime,
    via: str = "",
) -> Case:
    """Take a promise back. One whose time is over was broken, whatever is said about it now."""
    reason = cleaned("reason", reason, needed=_("Say why the promise will not be kept."))
    with step("withdraw_promise", case_id, actor, version) as case:
        case.withdraw_promise()
        ended = _unkept(case, promise_id)
        _end(ended, _ending_without_keeping(ended, now), reason, now)
        refresh(case)
        data = {**facts(ended), "ending": str(ended.ending), "reason": reason}
        timeline.record(case, EventKind.PROMISE_WITHDRAWN, actor=actor, now=now, data=told(data, via))
    return case


def close_with(case: Case, reason: str, *, field: str, now: datetime, take_back: bool = False) -> dict[str, Any]:
    """Let a case close although the customer waits for something promised: not without a reason.

    What is overdue was broken, for that reason. What is not due yet stays promised and is reminded of, unless
    `take_back`. Returns what the timeline tells of it. Called by the closing steps, under the case's lock.

    Raises:
        StepRefused: there is an unkept promise and no reason; names `field`.
    """
    waiting = list(case.promises.unkept().order_by("due_at", "pk")) if case.promise_due_at else []
    if not waiting:
        case.promises_reason = ""
        return {}
    if not reason:
        raise StepRefused(field, _("Unkept: “%(what)s”. Say why it closes before that promise is kept.") % {
            "what": waiting[0].what
        })  # fmt: skip
    case.promises_reason = reason
    for each in waiting:
        if take_back or each.due_at <= now:
            _end(each, _ending_without_keeping(each, now), reason, now)
    refresh(case)
    return {"promises_reason": reason, "promises": [facts(each) | {"ending": str(each.ending)} for each in waiting]}


def due_on(day: date, at: time | None, hours: Hours) -> datetime:
    """When something promised for a day is due: at the time named, else when that day's work ends."""
    zone = ZoneInfo(hours.zone)
    if at is not None:
        return datetime.combine(day, at, zone)
    spans = hours.week.get(day.weekday(), ())
    end = min(spans[-1][1], 24 * 60 - 1) if spans else 17 * 60
    return datetime.combine(day, time(end // 60, end % 60), zone)


def usual_due(now: datetime, hours: Hours) -> datetime | None:
    """By when things are promised unless somebody says otherwise: the end of the second working day from now."""
    try:
        return due_on(
            add_working(now, 2 * hours.day_minutes, hours).astimezone(ZoneInfo(hours.zone)).date(), None, hours
        )
    except NoOpenHours:
        return None


def plan_next_reminder(made: Promise, *, now: datetime) -> None:
    """Move the plan on after the reminder it stood at has been given; the caller saves it."""
    hours = deadlines.hours_of(made.case)
    if made.remind_level == BEFORE:
        _plan_from_the_day(made, start=now, hours=hours)
    elif made.remind_level == DAY:
        made.remind_at, made.remind_level = made.due_at, OVERDUE
    else:
        made.remind_at = add_working(now, deadlines.policy_of(made.case).overdue_repeat_minutes, hours)


def refresh(case: Case) -> None:
    """Let the case know when its first unkept promise is due; the step saves it."""
    case.promise_due_at = case.promises.unkept().aggregate(first=Min("due_at"))["first"]


def facts(made: Promise) -> dict[str, Any]:
    """A promise as the timeline keeps it."""
    by = made.promised_by
    return {
        "promise": made.pk,
        "what": made.what,
        "due_at": made.due_at.isoformat(),
        "promised_by": by.pk if by else None,
        "promised_by_name": by.display_name if by else "",
    }


def _unkept(case: Case, promise_id: int) -> Promise:
    found = Promise.objects.select_related("promised_by").filter(case=case, pk=promise_id).first()
    if found is None:
        raise StepRefused("promise", _("There is no such promise on this case."))
    if not found.is_unkept:
        raise StepNotAllowed(_("This promise has ended already: %(how)s.") % {"how": found.get_ending_display()}, case)
    return found


def _ending_without_keeping(made: Promise, now: datetime) -> Ending:
    return Ending.BROKEN if made.due_at <= now else Ending.WITHDRAWN


def _end(made: Promise, ending: Ending, reason: str, now: datetime) -> None:
    made.ended_at, made.ending, made.end_reason = now, ending, reason
    made.remind_at, made.remind_level = None, ""
    made.save(update_fields=["ended_at", "ending", "end_reason", "remind_at", "remind_level"])


def _check_due(due_at: datetime, now: datetime) -> None:
    if not now < due_at <= now + LATEST_DUE:
        raise StepRefused("due_at", _("A promise is due ahead, and within two years."))


def _plan_reminders(made: Promise, *, start: datetime, hours: Hours) -> None:
    """The working morning before the day, the morning of the day, and when it is overdue; none before `start`."""
    before = _morning_before(made.due_at, hours)
    if before is not None and before > start:
        made.remind_at, made.remind_level = before, BEFORE
    else:
        _plan_from_the_day(made, start=start, hours=hours)


def _plan_from_the_day(made: Promise, *, start: datetime, hours: Hours) -> None:
    morning = opening_of_the_day(made.due_at, hours)
    if morning is not None and start < morning < made.due_at:
        made.remind_at, made.remind_level = morning, DAY
    else:
        made.remind_at, made.remind_level = made.due_at, OVERDUE


def _morning_before(due_at: datetime, hours: Hours) -> datetime | None:
    mornings = (opening_of_the_day(due_at - timedelta(days=back), hours) for back in range(1, 15))
    return next((morning for morning in mornings if morning is not None), None)
