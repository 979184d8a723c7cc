"""Did the score change after we followed up? Compares a later answer of the same contact with the case's own."""

import logging
from collections.abc import Collection
from datetime import datetime, timedelta

from django.conf import settings
from django.db import transaction
from django.db.models import F, Q
from django.utils import translation
from django.utils.translation import gettext as _

from feedback import nps
from feedback.models import Response
from feedback.models.response import Category
from feedback.models.survey import SurveyKind
from feedback.prepared import Prepared
from loop import timeline, workflow
from loop.models import Case, Outcome, Resolution, State, Verdict
from loop.models.event import EventKind

logger = logging.getLogger(__name__)

SILENCE_AFTER = timedelta(days=14)  # from when the recovery survey left; a later answer still replaces the silence

# A case whose follow-up nobody has answered since it was closed, the last time if it was closed more than once.
UNANSWERED = Q(outcome=None) | Q(outcome__at__lt=F("closed_at"))

# A machine's answer is none.
NOBODY_ANSWERED = Q(recovery_invitation__response=None) | Q(recovery_invitation__response__retracted_at__isnull=False)

RANK = {Category.DETRACTOR: 0, Category.PASSIVE: 1, Category.PROMOTER: 2}


def verdict(before: int, after: Response) -> Verdict:
    """Recovered: at least one category better. Improved: a higher score in the same category.

    Args:
        before: the score that was followed up.
        after: the later answer.
    """
    scale = after.survey.scale
    if RANK[Category(after.category)] > RANK[Category(nps.category(max(before, scale[0]), scale))]:
        return Verdict.RECOVERED
    if after.score > before:
        return Verdict.IMPROVED
    if after.score < before:
        return Verdict.WORSENED
    return Verdict.UNCHANGED


def followed_up_score(case: Case) -> int:
    """The score that stood when the case was closed: what it is corrected to afterwards is no second answer."""
    outcome: Outcome | None = getattr(case, "outcome", None)
    if case.closed_at is None:  # reopened by the answer that is being judged again
        return outcome.before if outcome is not None else case.response.score
    replaced = case.response.revisions.filter(replaced_at__gt=case.closed_at).order_by("replaced_at", "pk").first()
    return replaced.score if replaced is not None else case.response.score


def followed_up_before(contacts: Collection[int]) -> set[int]:
    """Which of these contacts, by id, have a closed case that `judge` may have to look at."""
    closed = Case.objects.filter(contact__among=contacts, state=State.RESOLVED)
    return set(closed.values_list("contact_id", flat=True))


_any_other = Prepared(
    lambda contact, response: Case.objects.filter(contact=contact).exclude(response=response).only("pk")[:1],
    contact=int, response=int,
)  # fmt: skip
_resolved_before = Prepared(
    lambda contact, response: Case.objects.filter(contact=contact, state=State.RESOLVED)
    .exclude(response=response)
    .only("pk")[:1],
    contact=int, response=int,
)  # fmt: skip


@translation.override(settings.LANGUAGE_CODE)  # what is stored is in the language of the project
def judge(response: Response, *, now: datetime, unseen: bool = False) -> Case | None:
    """Give every case this answer speaks about its outcome; a worse score reopens the latest of them.

    Compared are the contact's resolved cases that were closed before the answer and have had no answer since, on the
    same scale (the recovery survey may ask for any), whose score was a detractor's. A corrected answer corrects the
    outcome it gave.

    Args:
        unseen: the answer was stored in this very transaction, so that it has given no outcome yet.

    Returns:
        The case this answer is followed up in, if one is: the one it reopens, or reopened before it was corrected.
    """
    if response.contact_id is None:
        return None
    others = Case.objects.filter(contact=response.contact_id).exclude(response=response)
    perhaps = _resolved_before if unseen else _any_other
    if not perhaps.all(contact=response.contact_id, response=response.pk):  # almost every answer
        return None
    silent = UNANSWERED | Q(outcome__verdict=Verdict.NO_ANSWER)
    waiting = Q(state=State.RESOLVED, closed_at__lt=response.responded_at) & silent
    cases = (
        # Locked, so that nobody records silence while the answer is being judged.
        others.select_for_update(of=("self",))
        .select_related("response__survey", "outcome")
        .filter(waiting | Q(outcome__response=response))
        .exclude(resolution=Resolution.WITHDRAWN)
        .order_by(F("closed_at").desc(nulls_first=True), "-pk")  # first one that this answer has reopened
    )
    followed_up = None
    for case in cases:
        if not _comparable(case.response, response):
            continue
        before = followed_up_score(case)
        if not _was_unhappy(before, case.response):
            continue
        reached = verdict(before, response)
        if not _has_given(response, case):
            _store(case, reached, before, response, now)
        if case.is_open:
            followed_up = case
        elif reached == Verdict.WORSENED and followed_up is None:
            reason = _("The customer's score fell from %(before)d to %(after)d after follow-up.") % {
                "before": before,
                "after": response.score,
            }
            followed_up = workflow.reopen(case_id=case.pk, reason=reason, actor=None, now=now)
    return followed_up


@translation.override(settings.LANGUAGE_CODE)
def undo(response: Response, *, since: datetime, now: datetime) -> None:
    """Take back the outcomes this response gave since `since`, for a machine answered, and close what it reopened."""
    given = Outcome.objects.select_related("case").filter(response=response, at__gte=since)
    for outcome in given:
        case = Case.objects.select_for_update(of=("self",)).get(pk=outcome.case_id)
        outcome.delete()
        told = _("A machine answered, not the customer: what followed from it is undone.")
        timeline.record(case, EventKind.NOTE, actor=None, now=now, data={"text": told})
        if case.is_open and case.reopened_at is not None and case.reopened_at >= since:
            workflow.undo_reopening(case_id=case.pk, asked_by=response.invitation, now=now)


def _comparable(before: Response, after: Response) -> bool:
    return after.survey.kind == SurveyKind.RECOVERY or after.survey.scale == before.survey.scale


def _was_unhappy(before: int, response: Response) -> bool:
    """Whether there is anything to recover from: a case of a score above 6 was opened for a call, or for its words."""
    return nps.category(before, response.survey.scale) == nps.Category.DETRACTOR


def _has_given(response: Response, case: Case) -> bool:
    """Whether the outcome of `case` already stands as this answer gives it."""
    given: Outcome | None = getattr(case, "outcome", None)
    return given is not None and given.response_id == response.pk and given.after == response.score


def _store(case: Case, reached: Verdict, before: int, response: Response | None, now: datetime) -> None:
    after = response.score if response else None
    Outcome.objects.update_or_create(
        case=case, defaults={"verdict": reached, "before": before, "after": after, "response": response, "at": now}
    )
    data = {"verdict": reached.value, "before": before, "after": after}
    timeline.record(case, EventKind.OUTCOME, actor=None, now=now, data=data)


def close_unanswered(*, now: datetime) -> int:
    """Record silence for cases whose recovery survey left a while ago and has no answer. Returns how many."""
    silent = Case.objects.filter(
        UNANSWERED,
        NOBODY_ANSWERED,
        state=State.RESOLVED,
        recovery_invitation__sent_at__lte=now - SILENCE_AFTER,
    ).values_list("pk", flat=True)
    closed = 0
    for case_id in list(silent):
        try:
            closed += _record_silence(case_id, now)
        except Exception:  # a case whose silence cannot be recorded must not hold up the others
            logger.exception("the silence of case %s could not be recorded", case_id)
    return closed


@transaction.atomic
def _record_silence(case_id: int, now: datetime) -> bool:
    """Record that a customer did not answer, unless something happened meanwhile. Returns whether it was recorded."""
    case = Case.objects.select_for_update(of=("self",)).select_related("response").get(pk=case_id)
    if case.state != State.RESOLVED or Outcome.objects.filter(case=case, at__gte=case.closed_at).exists():
        return False
    _store(case, Verdict.NO_ANSWER, followed_up_score(case), None, now)
    return True
