"""May somebody be left in peace about a case for a while? Put its reminders off, and have them back.

A snooze is one person's: nobody else's reminders wait, the lead is told of a breach as before, and no clock of the case
stands still. So it ends before the customer would notice: at the due time that lies ahead, a promise or an agreed call
at the latest. Any news of the case ends it at once, without a write: what has happened since is asked when it matters.
"""

import logging
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db import transaction
from django.db.models import Exists, OuterRef, QuerySet
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from loop import access, timeline
from loop.locking import StepNotAllowed, StepRefused
from loop.models import Callback, Case, CaseEvent, Snooze, User
from loop.models.event import EventKind

logger = logging.getLogger(__name__)

LONGEST = timedelta(days=14)
WHEN_OVERDUE = timedelta(days=1)  # a customer waits already

#: What ends a snooze before its time: the customer moved, or the case did.
NEWS = (
    EventKind.ASSIGNED, EventKind.REOPENED, EventKind.ANSWER_CHANGED, EventKind.MAIL_RECEIVED, EventKind.MAIL_RETURNED,
    EventKind.OUTCOME, EventKind.CALLBACK_BOOKED, EventKind.CALLBACK_MOVED, EventKind.CALLBACK_HANDED_OVER,
    EventKind.CALLBACK_CANCELLED, EventKind.CALLBACK_MISSED, EventKind.CUSTOMER_WISH, EventKind.CUSTOMER_OTHER_PERSON,
    EventKind.CUSTOMER_PHONE, EventKind.CUSTOMER_WROTE, EventKind.CUSTOMER_NOT_SOLVED,
)  # fmt: skip


@dataclass(frozen=True)
class Limit:
    """Until when at the latest, and why then, in the active language."""

    at: datetime
    why: str


def limit(case: Case, now: datetime) -> Limit:
    """How long reminders of this case may be put off."""
    if case.due_at <= now:
        return Limit(now + WHEN_OVERDUE, _("The case is overdue: at most a day."))
    limits = [Limit(now + LONGEST, _("At most %(days)d days.") % {"days": LONGEST.days})]
    limits.append(Limit(case.due_at, _("The case is due then.")))
    if case.promise_due_at is not None and case.promise_due_at > now:
        limits.append(Limit(case.promise_due_at, _("A promise is due then.")))
    call_at = case.call_at if hasattr(case, "call_at") else _call_at(case)  # a case that is shown has it
    if call_at is not None and call_at > now:
        limits.append(Limit(call_at, _("A call is agreed for then.")))
    return min(limits, key=lambda one: one.at)


def _call_at(case: Case) -> datetime | None:
    """When a call is agreed."""
    return Callback.objects.booked().filter(case=case).values_list("starts_at", flat=True).first()


@transaction.atomic
def snooze(*, case_id: int, until: datetime, actor: User, now: datetime) -> Snooze:
    """Remind `actor` of this case no sooner than `until`, unless there is news; put off again, the new time counts.

    Raises:
        Case.DoesNotExist: there is no such case.
        NotAllowed: somebody else acts on it: whoever is not reminded has nothing to put off.
        StepNotAllowed: it is closed.
        StepRefused: the time is over, or too far ahead; names the limit.
    """
    case = Case.objects.select_for_update(of=("self",)).get(pk=case_id)
    if not may(actor, case):
        raise access.NotAllowed(f"{actor} is not reminded of {case}.")
    if not case.is_open:
        raise StepNotAllowed(_("The case is closed: nobody is reminded of it."), case)
    if until <= now:
        raise StepRefused("until", _("Choose a time that is still to come."))
    latest = limit(case, now)
    if until > latest.at:
        told = date_format(timezone.localtime(latest.at), pgettext("date format: weekday, day, time", "D j M H:i"))
        raise StepRefused(
            "until", _("Until %(time)s at the latest. %(why)s") % {"time": told, "why": latest.why}
        )  # fmt: skip
    _end(Snooze.objects.filter(case=case, user=actor), now)
    return Snooze.objects.create(case=case, user=actor, since=now, until=until)


def wake(*, case_id: int, actor: User, now: datetime) -> bool:
    """Remind `actor` as usual from now on. Returns whether anything was put off."""
    return _end(Snooze.objects.filter(case=case_id, user=actor), now) > 0


def may(actor: User, case: Case) -> bool:
    """Whether this person is the one who is reminded: the owner, or who stands in for them."""
    return case.owner_id in access.doing_the_work_of(actor) and access.may_own(actor)


def running(user: User, now: datetime) -> QuerySet[Snooze]:
    """What this person has put off and has not come back: neither its time nor any news."""
    news = CaseEvent.objects.filter(case=OuterRef("case"), kind__in=NEWS, at__gt=OuterRef("since"))
    return Snooze.objects.filter(~Exists(news), user=user, ended_at=None, until__gt=now)


def put_off_until(user: User, now: datetime) -> QuerySet[Snooze, Any]:
    """`running` of an outer query's case, for an annotation: until when."""
    return running(user, now).filter(case=OuterRef("pk")).values("until")[:1]


def wake_due(*, now: datetime) -> int:
    """Remind whoever put a case off until now; part of each sweep. Returns of how many cases."""
    woken = 0
    for pk in list(Snooze.objects.filter(ended_at=None, until__lte=now).order_by("until").values_list("pk", flat=True)):
        try:
            woken += _wake_one(pk, now)
        except Exception:  # one that cannot come back must not keep the others away
            logger.exception("snooze %s is not over", pk)
    return woken


@transaction.atomic
def _wake_one(pk: int, now: datetime) -> bool:
    put_off = Snooze.objects.select_related("user").get(pk=pk)
    case = Case.objects.select_for_update(of=("self",)).get(pk=put_off.case_id)
    if not _end(Snooze.objects.filter(pk=pk), now):
        return False  # somebody was faster
    had_news = CaseEvent.objects.filter(case=case, kind__in=NEWS, at__gt=put_off.since).exists()
    if had_news or not case.is_open or not may(put_off.user, case):
        return False
    timeline.record(
        case,
        EventKind.REMINDER_SNOOZED,
        actor=None,
        now=now,
        data={"user": put_off.user.pk, "since": put_off.since.isoformat(), "planned_at": put_off.until.isoformat()},
        key=f"snooze:{put_off.pk}",
    )
    return True


def _end(those: QuerySet[Snooze], now: datetime) -> int:
    """Whatever is put off again, or over, ends no sooner than it began."""
    return those.filter(ended_at=None, since__lte=now).update(ended_at=now)
