"""Who decides about a suspect answer, and what follows? It counts after all, or is put away with its link's others."""

from datetime import datetime

from django.db import transaction
from django.db.models import QuerySet

from feedback import responses
from feedback.models import Invitation, SurveyLink, SuspectAnswer
from feedback.models.suspicion import Settlement
from feedback.responses import Recorded
from feedback.suspects.keeping import Sending, record, settle, to_verify


class AlreadySettled(Exception):
    """Somebody decided about this suspect answer before, or an answer overtook it."""


@transaction.atomic
def accept(suspect_id: int, *, by: str, now: datetime) -> Recorded:
    """Count a suspect answer after all, as given when it was sent. The others of its page are overtaken by it.

    Args:
        by: who says so; kept with the answer.

    Raises:
        SuspectAnswer.DoesNotExist, AlreadySettled: there is nothing to accept.
        ResponseRefused: as `record_response`.
        LinkUsedUp: as `take`.
    """
    suspect = _locked(suspect_id)
    if suspect.invitation is not None:
        # One from before the names of pages were kept is somebody by itself.
        page = suspect.external_id or f"suspect-{suspect.pk}"
        sending = Sending(
            score=suspect.score,
            comment=suspect.comment,
            wants_callback=suspect.wants_callback,
            phone=suspect.phone,
            forwarded_as=page if suspect.is_forwarded else "",
        )
        recorded = record(suspect.invitation, sending, by_person=True, responded_at=suspect.at, now=now)
    else:
        recorded = _record_of_nobody(suspect, now)
    settle(SuspectAnswer.objects.filter(pk=suspect.pk), Settlement.ACCEPTED, by=by, now=now)
    settle(_of_the_page(suspect), Settlement.OVERTAKEN, by=by, now=now)
    return recorded


@transaction.atomic
def dismiss(suspect_id: int, *, by: str, now: datetime) -> int:
    """Put away a suspect answer and the others of its link, the invited person's or everybody else's. Returns how many.

    Raises:
        SuspectAnswer.DoesNotExist, AlreadySettled: there is nothing to dismiss.
    """
    suspect = _locked(suspect_id)
    others = to_verify().filter(
        invitation=suspect.invitation_id, link=suspect.link_id, is_forwarded=suspect.is_forwarded
    )
    return settle(others, Settlement.DISMISSED, by=by, now=now)


def _locked(suspect_id: int) -> SuspectAnswer:
    found = SuspectAnswer.objects.select_related("invitation__survey", "invitation__contact", "link__survey")
    suspect = found.get(pk=suspect_id)
    # As `take`, and `feedback.open_answers`, do.
    if suspect.invitation is not None:
        Invitation.objects.select_for_update(of=("self",)).get(pk=suspect.invitation.pk)
    elif suspect.link is not None:
        SurveyLink.objects.select_for_update(of=("self",)).get(pk=suspect.link.pk)
    if not to_verify().filter(pk=suspect.pk).exists():
        raise AlreadySettled
    return suspect


def _record_of_nobody(suspect: SuspectAnswer, now: datetime) -> Recorded:
    link = suspect.link
    if link is None:
        raise ValueError(f"{suspect} came by no link")
    return responses.record_response(
        survey=link.survey,
        contact=None,
        score=suspect.score,
        comment=suspect.comment,
        wants_callback=suspect.wants_callback,
        phone=suspect.phone,
        source=link.source,
        external_id=suspect.external_id,
        responded_at=suspect.at,
        may_correct=True,
        by_person=True,
        respondent_name=suspect.respondent_name,
        respondent_email=suspect.respondent_email,
        is_late=responses.is_closed(link.survey, suspect.at),
        now=now,
    )


def _of_the_page(suspect: SuspectAnswer) -> QuerySet[SuspectAnswer]:
    """Those that wait for the same decision as this one."""
    return to_verify().filter(
        invitation=suspect.invitation_id,
        link=suspect.link_id,
        is_forwarded=suspect.is_forwarded,
        external_id=suspect.external_id,
    )
