"""Does this answer need a case? If so, open it, with its due times and its owner."""

import logging
from datetime import datetime
from typing import Any, NamedTuple

from django.conf import settings
from django.db import transaction
from django.utils import translation
from django.utils.translation import gettext as _

from feedback import responses
from feedback.models import Response, ResponseRevision
from loop import (
    call_dues,
    callbacks,
    conflicts,
    customer_pages,
    deadlines,
    heard,
    outcomes,
    sla,
    studies,
    timeline,
    word_rules,
    workflow,
)
from loop.circumstances import Circumstances
from loop.models import Case, Resolution, State
from loop.models.event import EventKind
from loop.openings import opening_of

logger = logging.getLogger(__name__)

# By way of which Loop withdraws a case: no person gave the answer, or whoever gave it put a slip right at once.
MACHINE, SLIP = "machine", "slip"


class Need(NamedTuple):
    """An answer needs a case: for its score or the call it asks for, else for this word in it."""

    word: str = ""


def need_of(response: Response, around: Circumstances | None = None) -> Need | None:
    """Why this answer, as it stands, needs a case; None where it needs none."""
    if response.is_detractor or response.wants_callback:
        return Need()
    word = word_rules.word_in(response, rule_for=around.word_rule if around else word_rules.stored_rule)
    return Need(word) if word else None


@transaction.atomic(savepoint=False)  # whoever goes on when it fails opens one: `receivers.decide_about`
def triage(response: Response, *, now: datetime, unseen: bool = False) -> Case | None:
    """Decide about an answer, as it stands, and note that it was decided. Safe to repeat.

    A detractor's answer opens a case, once; so does any other answer that asks for a call, or holds a word by which the
    survey's rule opens one. A recovery answer that is worse than before is followed up in the case it reopens. A
    corrected answer is told to the case it already has. One to the question of a study is about the case it was asked
    about, whatever its score. One that was retracted needs no case; when a person answers
    after all, the case is opened again.

    Args:
        unseen: the answer was stored in this very transaction, so that no case of it need be looked for.

    Returns:
        The case this answer is followed up in, if any.

    Raises:
        NoPolicy, NoOpenHours: due times cannot be computed; nothing is written, the sweep tries again.
    """
    case = None if unseen else Case.objects.select_for_update(of=("self",)).filter(response=response).first()
    if response.retracted_at is not None:
        case = _withdraw(case, now)
    elif case is not None:
        opened_again = _open_after_all(case, response, now)
        if opened_again is None:
            _tell_of_correction(case, response, now)
            case = _withdraw_slip(case, response, now)
        case = opened_again or case
        outcomes.judge(response, now=now)
        conflicts.look_again(Case.objects.select_related("owner").get(pk=case.pk), response, now=now)
    elif (asked_about := studies.case_asked_about(response)) is not None:
        case = asked_about
        studies.note_answer(case, response, now=now)
    else:
        case = outcomes.judge(response, now=now, unseen=unseen)
        if case is None and (need := need_of(response)) is not None:
            case = open_case(response, now=now, word=need.word)
    responses.mark_triaged(response, now=now)
    return case


@transaction.atomic
def undo(response: Response, *, since: datetime, now: datetime) -> None:
    """Take back what was done about an answer since `since`, because a machine gave it; then decide about what stands.

    The case it opened is withdrawn, the outcome it gave is deleted, and a case it reopened is closed as it was.
    """
    outcomes.undo(response, since=since, now=now)
    case = Case.objects.select_for_update(of=("self",)).filter(response=response, opened_at__gte=since).first()
    if case is None:
        triage(response, now=now)
        return
    _withdraw(case, now)
    responses.mark_triaged(response, now=now)


@translation.override(settings.LANGUAGE_CODE)  # what is stored is in the language of the project
def _withdraw(case: Case | None, now: datetime) -> Case | None:
    if case is None or not case.is_open:
        return case
    reason = _("A machine answered, not the customer: several scores came by one link within a minute.")
    return workflow.withdraw(case_id=case.pk, reason=reason, actor=None, now=now, via=MACHINE)


@translation.override(settings.LANGUAGE_CODE)
def _withdraw_slip(case: Case, response: Response, now: datetime) -> Case:
    """Withdraw a case whose customer corrected the answer within minutes to one that needs none: it was a slip.

    Later, once somebody has been in touch, or where no trace shows that a person corrected it, a better score is told
    and closes nothing.
    """
    before = response.revisions.order_by("-pk").first()
    if before is None or case.state != State.NEW or need_of(response) is not None:
        return case
    if not response.by_person:
        return case
    if now > case.opened_at + customer_pages.SETTLING or case.reopened_count or case.attempts.exists():
        return case
    if before.score == response.score:
        reason = _("The customer corrected the answer within minutes: it needs no call any more.")
    else:
        told = {"before": before.score, "after": response.score}
        reason = _("The customer corrected the score from %(before)d to %(after)d within minutes.") % told
    return workflow.withdraw(case_id=case.pk, reason=reason, actor=None, now=now, via=SLIP)


@translation.override(settings.LANGUAGE_CODE)
def _open_after_all(case: Case, response: Response, now: datetime) -> Case | None:
    """Open the case again that Loop withdrew, if the answer as the customer means it needs one after all."""
    if case.resolution != Resolution.WITHDRAWN or need_of(response) is None:
        return None
    closing = case.events.filter(kind=EventKind.WITHDRAWN).order_by("-pk").first()
    if closing is None or closing.data.get("via") not in (MACHINE, SLIP):
        return None
    reason = _("The customer has answered: %(score)d.") % {"score": response.score}
    return workflow.reopen(case_id=case.pk, reason=reason, actor=None, now=now, via=MACHINE)


@translation.override(settings.LANGUAGE_CODE)
def open_case(response: Response, *, now: datetime, word: str = "") -> Case:
    """Open the case of a response. Its clock starts when the answer that needs it came in, not when we got to it.

    Args:
        word: of the survey's list, for which it is opened; it stands in the case and on its timeline.
    """
    around = Circumstances(now)
    case, page, events = opening_of(response, now=now, word=word, around=around)
    case.save(force_insert=True)
    if page is not None:
        page.save(force_insert=True)
    timeline.record_all(events)
    if around.studies_run:
        studies.draw([case], now=now)
    return case


def _tell_of_correction(case: Case, response: Response, now: datetime) -> None:
    """Put a corrected answer on the timeline; a lower score may bring the deadline forward, never back."""
    earlier = response.revisions.order_by("-pk").first()
    if earlier is None or response.triaged_at is not None:
        return
    data = {"before": earlier.score, "after": response.score, "comment": response.comment != earlier.comment}
    key = f"answer_changed:{earlier.pk}"
    if case.events.filter(key=key).exists():
        return
    timeline.record(case, EventKind.ANSWER_CHANGED, actor=None, now=now, data=data, key=key)
    heard.from_customer(case)
    if case.state == State.RESOLVED:
        _reopen_if_worse(case, earlier, response, now)
        return
    if case.state != State.NEW:
        return
    if response.score >= earlier.score:
        _keep_reason(case, case.due_reason, response)
        return
    due_before, resolve_before, reason_before = case.contact_due_at, case.resolve_due_at, case.due_reason
    call = callbacks.of_case(case)
    deadlines.set_due_times(case, score=response.score, clock_start=case.clock_start)
    if call is not None and case.contact_due_at < call.ends_at <= due_before:  # the time they chose themselves
        case.contact_due_at, case.due_reason = call.ends_at, _reason_for(reason_before, response)
        case.resolve_due_at = max(case.resolve_due_at, call.ends_at)
        deadlines.plan_reminders(case, start=now)
    if case.contact_due_at >= due_before:
        case.contact_due_at, case.resolve_due_at = due_before, resolve_before
        _keep_reason(case, reason_before, response)
        return
    case.version += 1
    case.save(update_fields=[*call_dues.DUE, "due_reason"])


def _keep_reason(case: Case, reason: dict[str, Any], response: Response) -> None:
    """The deadline stands."""
    case.due_reason = _reason_for(reason, response)
    case.save(update_fields=["due_reason"])


def _reason_for(reason: dict[str, Any], response: Response) -> dict[str, Any]:
    """What a deadline that stands rests on may be the score from before the correction, and says so."""
    return sla.Why.from_dict(reason).for_score(response.score).as_dict() if reason else reason


@translation.override(settings.LANGUAGE_CODE)
def _reopen_if_worse(case: Case, earlier: ResponseRevision, response: Response, now: datetime) -> None:
    """A customer who lowers the score, or now asks to be called, has not been helped by a case that is closed."""
    if case.resolution == Resolution.WITHDRAWN:
        return
    if response.score < earlier.score:
        reason = _("The customer corrected the score from %(before)d to %(after)d after the case was closed.") % {
            "before": earlier.score,
            "after": response.score,
        }
    elif response.wants_callback and not earlier.wants_callback:
        reason = _("The customer asked to be called after the case was closed.")
    else:
        return
    workflow.reopen(case_id=case.pk, reason=reason, actor=None, now=now)


def open_missed(*, now: datetime) -> int:
    """Triage the answers that are still undecided, because deciding failed when they came in. Returns how many."""
    decided = 0
    undecided = (
        Response.objects.filter(triaged_at=None, received_at__lte=now).order_by("pk").values_list("pk", flat=True)
    )
    for response_id in list(undecided):
        try:
            with transaction.atomic():
                response = (
                    Response.objects.select_for_update(of=("self",))
                    .select_related("survey", "contact__account")
                    .get(pk=response_id)
                )
                if response.triaged_at is None:
                    triage(response, now=now)
                    decided += 1
        except Exception:  # one answer that cannot be decided must not hold up the others
            logger.exception("response %s is still without a decision", response_id)
    return decided
