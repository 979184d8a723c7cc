"""When does somebody call this customer, and what if that changes?

A call is booked, moved and cancelled by the customer on their page or by our people, through the functions here. It
follows its case to another owner who is free then, and to whoever stands in on a day its owner is away; where nobody is
free, new times are offered. Each change is a line of the timeline with the sequence number by which calendars tell old
from new; `notifications` tells both sides.
"""

import logging
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from feedback.contact_zones import zone_of
from loop import access, call_dues, deadlines, free_times, heard, timeline
from loop.free_times import LENGTH, is_half_hour
from loop.locking import StaleVersion, told
from loop.models import Callback, CallbackState, Case, Channel, User
from loop.models.event import EventKind
from loop.presence import Outlook

logger = logging.getLogger(__name__)

REMIND_BEFORE = timedelta(hours=1)
MISSED_AFTER = timedelta(hours=1)  # after its end, when nobody has said whether the call took place
CALLS = (Channel.PHONE, Channel.MEETING)

# Why a call is not held as agreed, as the timeline keeps it; the mails put it into words.
BY_CUSTOMER, BY_STAFF, OTHER_OWNER, CASE_CLOSED, SPOKEN = "customer", "staff", "owner", "closed", "spoken"
AWAY, NO_ANSWER, NOBODY_CALLED = "away", "no_answer", "nobody_called"


class CallRefused(ValueError):
    """The call cannot be booked, moved or cancelled; says why."""

    def __init__(self, message: str) -> None:
        super().__init__(message)
        self.message = message


class TimeTaken(CallRefused):
    """Somebody else has that time by now, or it has gone by."""


def of_case(case: Case) -> Callback | None:
    """The call that is agreed, if one is."""
    return Callback.objects.booked().filter(case=case).select_related("owner").first()


def times_for(case: Case, *, now: datetime) -> list[datetime]:
    """When the customer of a case can be called, in UTC. The call they have may be moved to any of them.

    These are in the owner's own hours; on days its owner is away, in those of whoever stands in, and none where nobody
    does.
    """
    calendar, zone, besides = deadlines.calendar_of(case), _zone(case), of_case(case)

    def free(caller: User | None) -> list[datetime]:
        hours = deadlines.office_of(caller, calendar).hours()
        return free_times.free_times(caller, hours=hours, now=now, zone=zone, besides=besides)

    if case.owner is None:
        return free(None)
    outlook = Outlook.between(now, free_times.horizon(calendar.hours(), now=now))
    callers = [case.owner, *outlook.stand_ins_of(case.owner)]
    return sorted(at for caller in callers for at in free(caller) if who_calls(case, at, outlook) == caller)


def who_calls(case: Case, at: datetime, outlook: Outlook) -> User | None:
    """Who makes a call of this case at that time: its owner, or while they are away whoever stands in, if anybody.

    Nobody it was taken past: the customer is not called by whom they asked to be spared.
    """
    owner = case.owner
    if owner is None:
        return None
    presence = outlook.at(at)
    if owner.pk not in presence.running:
        return owner
    other = presence.stand_in_for(owner)
    return None if other is not None and other.pk == case.instead_of_id else other


@transaction.atomic
def book(
    *,
    case_id: int,
    starts_at: datetime,
    actor: User | None,
    version: int | None = None,
    now: datetime,
    via: str = "",
) -> Callback:
    """Agree on a time, or on another one than before.

    Args:
        actor: None, with no `via`, is the customer, who chooses among the free times; our people and their machines may
            agree on any half hour.

    Raises:
        Case.DoesNotExist, NotAllowed, StaleVersion: as the steps of `loop.workflow`.
        TimeTaken: the time is not free.
        CallRefused: the case is closed, or nobody would make the call.
    """
    case, by_customer = _locked(case_id, actor, version), actor is None and not via
    if not case.is_open:
        raise CallRefused(_("The case is closed: there is nothing to call about."))
    booked = of_case(case)
    if booked is not None and booked.starts_at == starts_at:
        return booked
    if by_customer and starts_at not in times_for(case, now=now):
        raise TimeTaken(_("This time has just been taken. Please choose another one."))
    if not is_half_hour(starts_at) or starts_at <= now:
        raise CallRefused(_("A call begins at a whole or half hour that is still to come."))
    caller = who_calls(case, starts_at, Outlook.between(starts_at, starts_at))
    if caller is None and case.owner is not None:
        raise CallRefused(
            _("%(name)s is away then and nobody stands in. Choose another time, or give the case to somebody first.")
            % {"name": case.owner.display_name}
        )
    try:
        with transaction.atomic():
            if booked is None:
                call = Callback.objects.create(
                    case=case, owner=caller, starts_at=starts_at, ends_at=starts_at + LENGTH, booked_at=now
                )
            else:
                call = _moved(booked, caller, starts_at)
    except IntegrityError:  # the other one was faster
        raise TimeTaken(_("This time has just been taken. Please choose another one.")) from None
    kind = EventKind.CALLBACK_BOOKED if booked is None else EventKind.CALLBACK_MOVED
    _record(call, kind, actor, now, **told({"by": BY_CUSTOMER if by_customer else BY_STAFF}, via))
    heard.from_customer(case)
    if by_customer:
        call_dues.wait_for(case, call.ends_at, now)
    return call


@transaction.atomic
def cancel(*, case_id: int, actor: User | None, version: int | None = None, now: datetime, via: str = "") -> bool:
    """Call it off. Returns whether there was one. The first contact is then due as if none had been agreed."""
    case, by_customer = _locked(case_id, actor, version), actor is None and not via
    booked = of_case(case)
    if booked is None:
        return False
    _settle(booked, CallbackState.CANCELLED, now)
    why = BY_CUSTOMER if by_customer else BY_STAFF
    _record(booked, EventKind.CALLBACK_CANCELLED, actor, now, **told({"why": why}, via))
    if by_customer:
        heard.from_customer(case)
    else:
        call_dues.promise_the_call(case, booked, now)
    call_dues.promise_again(case, now)
    return True


def follow(case: Case, *, actor: User | None, now: datetime) -> None:
    """Keep the agreed call in step with its case, which the caller has locked and is about to save.

    Of a closed case it is cancelled. It goes to whoever calls now, another owner or who stands in that day, when they
    are free then; else it is cancelled and the customer is offered new times.
    """
    booked = of_case(case)
    if booked is None:
        return
    if not case.is_open:
        _settle(booked, CallbackState.CANCELLED, now)
        _record(booked, EventKind.CALLBACK_CANCELLED, actor, now, why=CASE_CLOSED)
        return
    caller = who_calls(case, booked.starts_at, Outlook.between(booked.starts_at, booked.starts_at))
    if booked.owner_id == (caller.pk if caller else None):
        return
    before = booked.owner_id
    nobody = caller is None and case.owner is not None
    if not nobody and _is_free(caller, booked):
        _moved(booked, caller, booked.starts_at)
        _record(booked, EventKind.CALLBACK_HANDED_OVER, actor, now, owner_before=before)
    else:
        _settle(booked, CallbackState.CANCELLED, now)
        call_dues.promise_the_call(case, booked, now)
        why = OTHER_OWNER if caller == case.owner else AWAY
        _record(booked, EventKind.CALLBACK_CANCELLED, actor, now, why=why, owner_before=before)
        call_dues.as_promised(case, now)


def follow_absences(*, now: datetime) -> int:
    """Take the agreed calls to come to whoever calls by the absences as they are planned. Returns how many changed."""
    ahead = Callback.objects.booked().filter(starts_at__gt=now, case__owner__isnull=False)
    calls = list(ahead.select_related("case__owner").order_by("starts_at", "pk"))
    if not calls:
        return 0
    outlook = Outlook.between(now, calls[-1].starts_at)
    changed = [call.pk for call in calls if _is_with_another(call, outlook)]
    return _each(ahead.filter(pk__in=changed), _follow_absence, now)


def _follow_absence(call: Callback, now: datetime) -> None:
    due_at = call.case.contact_due_at
    follow(call.case, actor=None, now=now)
    if call.case.contact_due_at != due_at:
        call_dues.save(call.case)


def _is_with_another(call: Callback, outlook: Outlook) -> bool:
    caller = who_calls(call.case, call.starts_at, outlook)
    return call.owner_id != (caller.pk if caller is not None else None)


def called(case: Case, *, channel: str, reached: bool, actor: User | None, now: datetime) -> None:
    """Somebody of ours has logged a contact: the agreed call was held, came to nothing, or is not needed any more."""
    booked = of_case(case)
    if booked is None or channel not in CALLS:
        return
    is_time = now >= booked.starts_at - LENGTH
    if reached and is_time:
        _settle(booked, CallbackState.HELD, now)
        _record(booked, EventKind.CALLBACK_HELD, actor, now)
    elif reached:
        _settle(booked, CallbackState.CANCELLED, now)
        _record(booked, EventKind.CALLBACK_CANCELLED, actor, now, why=SPOKEN)
    elif is_time:
        _settle(booked, CallbackState.MISSED, now)
        _record(booked, EventKind.CALLBACK_MISSED, actor, now, why=NO_ANSWER)


def remind_due(*, now: datetime) -> int:
    """Remind both sides of the calls that begin soon. Returns of how many."""
    return _each(Callback.objects.to_remind(now + REMIND_BEFORE), _remind, now)


def close_missed(*, now: datetime) -> int:
    """Note the calls nobody has logged as missed: the customer is told and offered new times. Returns how many."""
    return _each(Callback.objects.booked().filter(ends_at__lte=now - MISSED_AFTER), _miss, now)


def _remind(call: Callback, now: datetime) -> None:
    Callback.objects.filter(pk=call.pk).update(reminded_at=now)
    if call.starts_at > now:
        key = f"callback_reminder:{call.pk}:{call.sequence}"
        _record(call, EventKind.CALLBACK_REMINDER, None, now, key=key)


def _miss(call: Callback, now: datetime) -> None:
    _settle(call, CallbackState.MISSED, now)
    call_dues.promise_the_call(call.case, call, now)
    _record(call, EventKind.CALLBACK_MISSED, None, now, why=NOBODY_CALLED)


def _each(calls: Any, do: Any, now: datetime) -> int:
    done = 0
    for call_id, case_id in list(calls.order_by("pk").values_list("pk", "case_id")):
        try:
            with transaction.atomic():
                Case.objects.select_for_update(of=("self",)).get(pk=case_id)
                call = calls.select_related("case").filter(pk=call_id).first()
                if call is not None:
                    do(call, now)
                    done += 1
        except Exception:  # one call that fails must not hold up the others
            logger.exception("callback %s could not be attended to", call_id)
    return done


def _locked(case_id: int, actor: User | None, version: int | None) -> Case:
    case = Case.objects.select_for_update(of=("self",)).select_related("response").get(pk=case_id)
    access.require(actor, "attempt", case)  # who may log a call may agree on one
    if version is not None and version != case.version:
        raise StaleVersion(_("Somebody changed this case meanwhile."), case)
    return case


def _moved(call: Callback, owner: User | None, starts_at: datetime) -> Callback:
    if call.starts_at != starts_at:
        call.reminded_at = None
    call.owner, call.starts_at, call.ends_at = owner, starts_at, starts_at + LENGTH
    call.sequence += 1
    call.save(update_fields=["owner", "starts_at", "ends_at", "sequence", "reminded_at"])
    return call


def _settle(call: Callback, state: CallbackState, now: datetime) -> None:
    call.state, call.settled_at = state, now
    call.sequence += 1
    call.save(update_fields=["state", "settled_at", "sequence"])


def _is_free(caller: User | None, call: Callback) -> bool:
    """Whether this person, who is here that day, has no other call then, nor time off by a week of their own; the
    hours of the office were minded when the call was agreed."""
    if caller is None:
        return True
    others = Callback.objects.booked().filter(owner=caller, starts_at=call.starts_at).exclude(pk=call.pk)
    office = deadlines.office_of(caller, deadlines.calendar_of(call.case)).hours()
    at_work = caller.working_week is None or free_times.is_in(call.starts_at, free_times.hours_of(caller, office))
    return at_work and not others.exists()


def _zone(case: Case) -> ZoneInfo:
    return zone_of(case.contact)


def _record(
    call: Callback, kind: EventKind, actor: User | None, now: datetime, *, key: str | None = None, **more: Any
) -> None:
    data = {"callback": call.pk, "starts_at": call.starts_at.isoformat(), "sequence": call.sequence, **more}
    timeline.record(call.case, kind, actor=actor, now=now, data=data, key=key)
