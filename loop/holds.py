"""May the staff's clock of a case stand still, because the customer asked us to wait? Steps, and when a hold ends.

Only a case whose customer was reached can be held: before that there is nobody who could have asked. The due time
moves by the working time of the hold, which is kept as a row. The customer's own clock goes on, and so does what was
promised.
"""

import logging
from datetime import datetime, timedelta

from django.db import transaction
from django.utils.translation import gettext as _

from loop import deadlines, sla, timeline
from loop.locking import StepNotAllowed, StepRefused, cleaned, step, told
from loop.models import Case, Hold, User
from loop.models.event import EventKind

logger = logging.getLogger(__name__)

LONGEST = timedelta(days=90)
REASON_LIMIT = 300  # characters


def hold(
    *,
    case_id: int,
    until: datetime,
    reason: str,
    actor: User | None,
    version: int | None = None,
    now: datetime,
    via: str = "",
) -> Case:
    """Stop the staff's clock until a time the customer asked for. Held already, the time is another from now on."""
    reason = cleaned("reason", reason, needed=_("Say what the customer asked for."))
    if len(reason) > REASON_LIMIT:
        raise StepRefused("reason", _("At most %(limit)d characters are allowed.") % {"limit": REASON_LIMIT})
    if not now < until <= now + LONGEST:
        raise StepRefused("until", _("A hold ends ahead, and within %(days)d days.") % {"days": LONGEST.days})
    with step("hold", case_id, actor, version) as case:
        if case.held_until is not None:
            _end(case, now)
        case.hold(until=until)
        made = Hold(
            case=case, started_at=now, until=until, reason=reason, held_by=actor, due_before=case.resolve_due_at
        )
        made.save()
        case.resolve_due_at = sla.after_hold(made.due_before, now, until, deadlines.hours_of(case))
        deadlines.plan_reminders(case, start=until)
        data = {"until": until.isoformat(), "reason": reason, "due_at": case.resolve_due_at.isoformat()}
        timeline.record(case, EventKind.HELD, actor=actor, now=now, data=told(data, via))
    return case


def resume(*, case_id: int, actor: User | None, version: int | None = None, now: datetime, via: str = "") -> Case:
    """Let the staff's clock run again before the time has come: the customer is ready."""
    with step("resume", case_id, actor, version) as case:
        _go_on(case, now)
        data = {"due_at": case.resolve_due_at.isoformat()}
        timeline.record(case, EventKind.RESUMED, actor=actor, now=now, data=told(data, via))
    return case


def close(case: Case, *, now: datetime) -> None:
    """End the hold of a case that closes; its step saves the case."""
    Hold.objects.filter(case=case, ended_at=None).update(ended_at=now)


def end_due(*, now: datetime) -> int:
    """Let the clock run again on every case whose hold is over. Returns on how many."""
    ended = 0
    held = Case.objects.with_ended_hold(now).order_by("held_until", "pk").values_list("pk", flat=True)
    for case_id in list(held):
        try:
            ended += _end_one(case_id, now)
        except Exception:  # one that cannot go on must not hold up the others
            logger.exception("case %s is still on hold", case_id)
    return ended


@transaction.atomic
def _end_one(case_id: int, now: datetime) -> bool:
    case = Case.objects.select_for_update(of=("self",)).get(pk=case_id)
    if case.held_until is None or case.held_until > now:
        return False  # somebody was faster
    with step("resume", case_id, None, None) as case:
        until = case.held_until
        _go_on(case, until or now)  # it ended when it was to end, however late the sweep comes
        data = {"due_at": case.resolve_due_at.isoformat()}
        key = f"resumed:{case.holds.order_by('-pk').values_list('pk', flat=True)[0]}"
        timeline.record(case, EventKind.RESUMED, actor=None, now=now, data=data, key=key)
    return True


def _go_on(case: Case, at: datetime) -> None:
    if case.held_until is None:
        raise StepNotAllowed(_("This case is not on hold."), case)
    _end(case, at)
    case.resume(now=at)
    deadlines.plan_reminders(case, start=at)


def _end(case: Case, at: datetime) -> None:
    """End the running hold: the due time is what it was, later by the working time of the hold."""
    running = Hold.objects.get(case=case, ended_at=None)
    running.ended_at = at
    running.save(update_fields=["ended_at"])
    case.resolve_due_at = sla.after_hold(running.due_before, running.started_at, at, deadlines.hours_of(case))
