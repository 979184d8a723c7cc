"""What becomes of an answer that is sent by a link? It counts, or is kept for somebody to verify; `take` is the door.

A person's answer wins: what left a trace of a person is not taken back, nor changed, for what left none.
"""

from dataclasses import dataclass, field
from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import QuerySet

from feedback import invitations, responses
from feedback.models import Invitation, Response, SuspectAnswer
from feedback.models.invitation import HANDED_OVER
from feedback.models.suspicion import Settlement, Suspicion
from feedback.responses import Recorded, Said
from feedback.suspects import deciding, lately
from feedback.suspects.deciding import BURST, Evidence, Facts
from feedback.suspects.lately import FORWARDED, PAGE, Minute

MOST_FORWARDED = 5  # answers by others through one person's link
MOST_WAITING = 50  # suspects kept of one link


class LinkUsedUp(Exception):
    """So many other people have answered by this link that no more are believed."""


@dataclass(frozen=True)
class Sending:
    """One sending of the form behind a link."""

    score: int
    comment: str = ""
    wants_callback: bool = False
    phone: str = ""
    language: str = ""
    is_hidden: bool = False  # came by the link, or filled the field, that no person sees
    evidence: Evidence = field(default_factory=Evidence)
    forwarded_as: str = ""  # names the page of somebody who says the link is not theirs
    name: str = ""  # of somebody without an invitation, as is `email`
    email: str = ""


@transaction.atomic
def take(invitation: Invitation, sending: Sending, *, now: datetime) -> Recorded | None:
    """Record what was sent by a link, or keep it for somebody to verify.

    Sendings by one link wait for each other here, so that of many at once each sees those before it. Where this one
    shows that earlier ones, already counted, came from a machine, those are taken back too. An answer that counts
    overtakes the suspects of its page.

    Returns:
        What became of the response; None for a suspect.

    Raises:
        ResponseRefused: as `record_response`.
        LinkUsedUp: the page was for somebody else than the invited, and too many have been there.
    """
    invitation = (
        Invitation.objects.select_for_update(of=("self",)).select_related("survey", "contact").get(pk=invitation.pk)
    )
    page = sending.forwarded_as
    standing = _standing(invitation, page)
    minute = lately.of(invitation, now - BURST)
    has_words = _has_words(sending, standing)
    by_person = has_words or sending.evidence.of_a_person
    said = _said(sending, by_person, now)
    says_the_same = standing is not None and not _differs(said, standing)
    alike = minute.like(page, by_person=by_person)
    why = deciding.suspicion(
        Facts(
            scores=frozenset({sending.score, *(one.score for one in alike)}),
            is_hidden=sending.is_hidden or any(one.is_hidden for one in alike),
            by_person=by_person,
            has_words=has_words,
            changes_a_persons=standing is not None and standing.by_person and not says_the_same,
            after_mail=_after_mail(invitation, now),
        )
    )
    if why == Suspicion.TOO_SOON and says_the_same:
        why = None  # there is nothing to verify in what is said again
    if why is None:
        recorded = record(invitation, sending, by_person=by_person, now=now)
        if by_person or recorded.created or recorded.revised:
            settle(waiting(invitation, page), Settlement.OVERTAKEN, by="", now=now)
        return recorded
    if why in (Suspicion.HIDDEN_LINK, Suspicion.SEVERAL_SCORES):
        for response, since in minute.to_take_back(page, by_person=by_person):
            _take_back(invitation, response, why, since, minute, now)
    _keep(invitation, page, said, why)
    return None


def latest(invitation: Invitation) -> SuspectAnswer | None:
    """What was sent last from the invited person's page and waits to be verified."""
    return waiting(invitation, "").order_by("-at", "-pk").first()


def held_change(invitation: Invitation, standing: Response) -> SuspectAnswer | None:
    """What was sent after the answer that stands, says something else and waits to be verified."""
    later = waiting(invitation, lately.page_of(standing)).filter(at__gte=standing.stands_since)
    held = later.order_by("-at", "-pk").first()
    return held if held is not None and _differs(held, standing) else None


def to_verify() -> QuerySet[SuspectAnswer]:
    """The suspect answers nobody has decided about, and no answer has overtaken."""
    return SuspectAnswer.objects.filter(settled_at=None)


def waiting(invitation: Invitation, page: str) -> QuerySet[SuspectAnswer]:
    """Those of one page behind a link."""
    return to_verify().filter(invitation=invitation, is_forwarded=page != "", external_id=page)


def is_persons(sending: Sending, standing: Response | None) -> bool:
    """Whether there is a trace of a person: the page saw one, or they wrote something that was not there before."""
    return sending.evidence.of_a_person or _has_words(sending, standing)


def record(
    invitation: Invitation,
    sending: Sending,
    *,
    by_person: bool,
    responded_at: datetime | None = None,
    now: datetime,
) -> Recorded:
    """Let an answer by a link count.

    Raises:
        ResponseRefused, LinkUsedUp: as `take`.
    """
    page = sending.forwarded_as
    standing = _standing(invitation, page)
    # What was answered in time is corrected until the survey closes, and never becomes late.
    is_late = standing.is_late if standing is not None else invitations.is_late(invitation, responded_at or now)
    external_id = lately.external_id(invitation, page) if page else ""
    if page:
        others = lately.forwarded(invitation).exclude(external_id=external_id)
        if others.count() >= MOST_FORWARDED:
            raise LinkUsedUp
    return responses.record_response(
        survey=invitation.survey,
        contact=None if page else invitation.contact,
        invitation=None if page else invitation,
        score=sending.score,
        comment=sending.comment,
        wants_callback=sending.wants_callback,
        phone=sending.phone,
        language=sending.language,
        source=FORWARDED if page else PAGE,
        external_id=external_id,
        responded_at=responded_at,
        may_correct=True,
        by_person=by_person,
        is_late=is_late,
        now=now,
    )


def settle(suspects: QuerySet[SuspectAnswer], how: Settlement, *, by: str, now: datetime) -> int:
    """Note what became of them. Returns how many they were."""
    return suspects.update(settled_at=now, settlement=how, settled_by=by)


def _standing(invitation: Invitation, page: str) -> Response | None:
    """The answer that counts from this page."""
    found = Response.objects.filter(invitation=invitation)
    if page:
        found = Response.objects.filter(source=FORWARDED, external_id=lately.external_id(invitation, page))
    return found.filter(retracted_at=None).first()


def _has_words(sending: Sending, standing: Response | None) -> bool:
    """Whether something was written now: the form holds the words from before, and a machine sends them along."""
    words = " ".join(sending.comment.replace("\x00", "").split())
    if not words or standing is None:
        return words != ""
    known = {standing.comment, *standing.revisions.values_list("comment", flat=True)}
    return words not in {" ".join(comment.split()) for comment in known}


def _differs(said: Said | SuspectAnswer, standing: Response) -> bool:
    return any(
        getattr(standing, name) != getattr(said, name) for name in ("score", "comment", "wants_callback", "phone")
    )


def _after_mail(invitation: Invitation, now: datetime) -> timedelta | None:
    """How long ago the mail left, or the reminder, which scanners open as well; None where none did."""
    if invitation.channel in HANDED_OVER:
        return None
    mails = [at for at in (invitation.sent_at, invitation.reminded_at) if at is not None and at <= now]
    return now - max(mails) if mails else None


def _take_back(
    invitation: Invitation, response: Response, why: Suspicion, since: datetime, minute: Minute, now: datetime
) -> None:
    page = lately.page_of(response)
    SuspectAnswer.objects.bulk_create(
        SuspectAnswer(invitation=invitation, is_forwarded=page != "", external_id=page, suspicion=why, **said._asdict())
        for said in responses.retract(response, since=since, now=now)
    )
    # What this answer had overtaken waits again.
    SuspectAnswer.objects.filter(
        invitation=invitation,
        is_forwarded=page != "",
        external_id=page,
        settlement=Settlement.OVERTAKEN,
        settled_at__gte=minute.since,
    ).update(settled_at=None, settlement="")


def _said(sending: Sending, by_person: bool, now: datetime) -> Said:
    comment, phone = (text.replace("\x00", "").strip() for text in (sending.comment, sending.phone))
    return Said(sending.score, comment, sending.wants_callback, phone[:50], now, by_person)


def _keep(invitation: Invitation, page: str, said: Said, why: Suspicion) -> None:
    """Keep what was said for somebody to verify; of a machine that goes on, the last in place of the one before."""
    kept = to_verify().filter(invitation=invitation, is_forwarded=page != "")
    suspect = SuspectAnswer(
        invitation=invitation, is_forwarded=page != "", external_id=page, suspicion=why, **said._asdict()
    )
    if kept.count() >= MOST_WAITING:
        suspect.pk = kept.order_by("-pk").values_list("pk", flat=True)[0]
    suspect.save()
