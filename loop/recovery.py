"""When is the customer asked again after a case was resolved?

The recovery survey is short, goes out once, by the case rather than by a sampler, passes the quiet period, and never
counts in the programme's NPS. It is due on a day; at which hour it may leave, `feedback.asking_hours` says then. What
the answer means is decided in `loop.outcomes`.
"""

from datetime import datetime, timedelta

from django.conf import settings

from feedback import contacts, invitations
from feedback.models import AskBy, Contact, Invitation, Survey
from loop import deadlines, timeline
from loop.models import Case
from loop.models.event import EventKind

SURVEY_KEY = "recovery"


def plan(case: Case, *, now: datetime) -> None:
    """Plan the recovery survey of a case that has just been closed, if its customer may be asked again.

    Cases of customers nobody reached are asked too: they show what becomes of a score without a call. Sets
    `case.recovery_invitation`; the caller saves the case. Somebody with several cases is asked once.
    """
    channel = _reached_by(case.contact) if case.contact is not None else None
    if case.contact is None or channel is None or not case.response.is_detractor:
        return
    survey = Survey.objects.filter(key=SURVEY_KEY, is_active=True).first()
    if survey is None:
        return
    if waiting := _asked_already(case):
        # One question answers for all of somebody's cases: see `outcomes.judge`.
        data = {"due_at": waiting.due_at.isoformat(), "with_case": waiting.recovery_case.pk}
        timeline.record(case, EventKind.RECOVERY_PLANNED, actor=None, now=now, data=data)
        return
    due_at = now + timedelta(days=deadlines.policy_of(case).recovery_after_days)
    case.recovery_invitation = invitations.invite(
        survey=survey, contact=case.contact, channel=channel, due_at=due_at, now=now
    )
    timeline.record(case, EventKind.RECOVERY_PLANNED, actor=None, now=now, data={"due_at": due_at.isoformat()})


def _reached_by(contact: Contact) -> AskBy | None:
    """By mail; where none reaches them, by text message, if this installation sends any."""
    if contacts.may_be_mailed(contact):
        return AskBy.EMAIL
    return AskBy.SMS if settings.SMS_URL and contacts.may_be_texted(contact) else None


def _asked_already(case: Case) -> Invitation | None:
    """The recovery survey of another case of the same contact that has not left yet."""
    waiting = Invitation.objects.filter(
        contact=case.contact, recovery_case__isnull=False, sent_at=None, cancelled_at=None
    )
    return waiting.exclude(recovery_case=case.pk).select_related("recovery_case").order_by("due_at").first()


def call_off(case: Case, *, now: datetime) -> None:
    """Cancel a recovery survey that has not left yet, because the case is open again. The caller saves the case."""
    if case.recovery_invitation is None:
        return
    if invitations.cancel(case.recovery_invitation, reason="case reopened", now=now):
        timeline.record(case, EventKind.RECOVERY_CANCELLED, actor=None, now=now)
    case.recovery_invitation = None
