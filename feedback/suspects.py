"""Did a person send this answer, or a machine? What may be a machine's waits to be verified, and counts nowhere.

Mail scanners open every link of a mail, and some send the forms they find. An address, a browser's name or a pause of
seconds tells none of them from a person (they change all three), so the rules look at what only a machine does. They
are in `suspicion`, which knows nothing but facts; `take` is the one door for what the survey page is sent.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import Q, QuerySet

from feedback import responses
from feedback.models import Invitation, Response, SurveyLink, SuspectAnswer
from feedback.models.invitation import HANDED_OVER
from feedback.models.suspicion import Settlement, Suspicion
from feedback.responses import Recorded, Said

BURST = timedelta(seconds=60)
TOO_SOON = timedelta(seconds=10)  # no faster has anybody read a mail, opened its link and pressed a button

#: A person corrects a slip at once: two, where the page saw somebody or there are words. Nobody means three.
SCORES_OF_A_PERSON = 2

#: In the address of the link no person sees; it looks like any other.
UNSEEN = ("v", "2")

PAGE, FORWARDED = "page", "forwarded"  # sources of a response

MOST_FORWARDED = 5  # answers by others through one person's link
MOST_WAITING = 50  # suspects kept of one link


class LinkUsedUp(Exception):
    """So many other people have answered by this link that no more are believed."""


class AlreadySettled(Exception):
    """Somebody decided about this suspect answer before, or an answer overtook it."""


@dataclass(frozen=True)
class Evidence:
    """What the page's script saw before the form was sent; a browser without scripts reports nothing."""

    presses: int = 0  # of pointer or keyboard, from the device and not from a script
    seconds: int = 0  # on the page

    @classmethod
    def read(cls, text: str) -> "Evidence":
        """Read `presses:seconds` as the page sends it; anything else is no evidence."""
        presses, _colon, seconds = text.partition(":")
        if not all(part.isascii() and part.isdigit() and len(part) <= 6 for part in (presses, seconds)):
            return cls()
        return cls(int(presses), int(seconds))

    @property
    def of_a_person(self) -> bool:
        return self.presses > 0 and self.seconds > 0


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


@dataclass(frozen=True)
class Facts:
    """All that the decision rests on. `scores` are those sent by the link within `BURST`, this one included."""

    scores: frozenset[int]
    is_hidden: bool = False
    has_comment: bool = False
    by_person: bool = False
    after_mail: timedelta | None = None


def unseen_link(link: str) -> str:
    """The address, beside a survey's `link`, that a mail holds for machines alone."""
    return f"{link}?{'='.join(UNSEEN)}"


def is_unseen(query: Mapping[str, str]) -> bool:
    """Whether a page was opened by the link no person sees."""
    return query.get(UNSEEN[0]) == UNSEEN[1]


def suspicion(facts: Facts) -> Suspicion | None:
    """Why this may be a machine's answer; None when it is taken for a person's."""
    if facts.is_hidden:
        return Suspicion.HIDDEN_LINK
    if len(facts.scores) > (SCORES_OF_A_PERSON if facts.by_person or facts.has_comment else 1):
        return Suspicion.SEVERAL_SCORES
    if facts.after_mail is not None and facts.after_mail < TOO_SOON and not facts.has_comment:
        return Suspicion.TOO_SOON
    return None


@transaction.atomic
def take(invitation: Invitation, sending: Sending, *, now: datetime) -> Recorded | None:
    """Record what was sent by a link, or keep it for somebody to verify.

    Sendings by one link wait for each other here, so that of many at once each sees those before it. Where this one
    shows that earlier ones, already counted, came from a machine, those are taken back too. An answer that counts
    overtakes the suspects of its link.

    Returns:
        What became of the response; None for a suspect, of which whoever sent it learns nothing.

    Raises:
        ResponseRefused: as `record_response`.
        LinkUsedUp: the page was for somebody else than the invited, and too many have been there.
    """
    invitation = (
        Invitation.objects.select_for_update(of=("self",)).select_related("survey", "contact").get(pk=invitation.pk)
    )
    since = now - BURST
    counted, waiting = _sent_by(invitation, since)
    why = suspicion(
        Facts(
            scores=frozenset({sending.score, *_scores(counted, since), *(suspect.score for suspect in waiting)}),
            is_hidden=sending.is_hidden or any(suspect.suspicion == Suspicion.HIDDEN_LINK for suspect in waiting),
            has_comment=bool(sending.comment.strip()),
            by_person=sending.evidence.of_a_person,
            after_mail=_after_mail(invitation, now),
        )
    )
    if why is None:
        recorded = _record(invitation, sending, now)
        _settle(_waiting(invitation, sending.forwarded_as != ""), Settlement.OVERTAKEN, by="", now=now)
        return recorded
    if why != Suspicion.TOO_SOON:
        for response in counted:
            _take_back(invitation, response, why, since, now)
    _keep(invitation, _said(sending, now), why, is_forwarded=sending.forwarded_as != "")
    return None


def latest(invitation: Invitation, *, is_forwarded: bool = False) -> SuspectAnswer | None:
    """What was sent last by this link and waits to be verified."""
    return _waiting(invitation, is_forwarded).order_by("-at", "-pk").first()


def to_verify() -> QuerySet[SuspectAnswer]:
    """The suspect answers nobody has decided about, and no answer has overtaken."""
    return SuspectAnswer.objects.filter(settled_at=None)


@transaction.atomic
def accept(suspect_id: int, *, by: str, now: datetime) -> Recorded:
    """Count a suspect answer after all, as given when it was sent. The others of its link are overtaken by it; of a
    link that anybody may answer by, those of the same page.

    Args:
        by: who says so; kept with the answer.

    Raises:
        SuspectAnswer.DoesNotExist, AlreadySettled: there is nothing to accept.
        ResponseRefused: as `record_response`.
    """
    suspect = _locked(suspect_id)
    sending = Sending(
        score=suspect.score,
        comment=suspect.comment,
        wants_callback=suspect.wants_callback,
        phone=suspect.phone,
        forwarded_as=f"suspect-{suspect.pk}" if suspect.is_forwarded else "",
        name=suspect.respondent_name,
        email=suspect.respondent_email,
    )
    if suspect.invitation is not None:
        recorded = _record(suspect.invitation, sending, now, responded_at=suspect.at)
    else:
        recorded = _record_of_nobody(suspect, sending, now)
    _settle(SuspectAnswer.objects.filter(pk=suspect.pk), Settlement.ACCEPTED, by=by, now=now)
    _settle(_beside(suspect), Settlement.OVERTAKEN, by=by, now=now)
    return recorded


@transaction.atomic
def dismiss(suspect_id: int, *, by: str, now: datetime) -> int:
    """Put away a suspect answer and the others of its link. Returns how many.

    Raises:
        SuspectAnswer.DoesNotExist, AlreadySettled: there is nothing to dismiss.
    """
    suspect = _locked(suspect_id)
    if suspect.link_id is not None:
        return _settle(to_verify().filter(link=suspect.link_id), Settlement.DISMISSED, by=by, now=now)
    return _settle(_beside(suspect), Settlement.DISMISSED, by=by, now=now)


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


def _sent_by(invitation: Invitation, since: datetime) -> tuple[list[Response], list[SuspectAnswer]]:
    """The responses that have come to count by this link since then, and the suspects kept since then."""
    recent = Q(received_at__gte=since) | Q(revised_at__gte=since)
    by_link = Response.objects.filter(invitation=invitation), _forwarded(invitation)
    lately = [found.filter(recent, retracted_at=None).select_related("survey") for found in by_link]
    counted = [response for found in lately for response in found]
    return counted, list(SuspectAnswer.objects.filter(invitation=invitation, at__gte=since))


def _forwarded(invitation: Invitation) -> QuerySet[Response]:
    """What others answered by this link. Written as a range, and without the empty ids, for the sake of the index."""
    mine = f"{invitation.public_id}:"
    return (
        Response.objects.filter(source=FORWARDED, external_id__gte=mine, external_id__lt=f"{mine}~")
        .exclude(external_id="")
        .order_by("pk")
    )


def _scores(counted: list[Response], since: datetime) -> set[int]:
    """Every score these responses have held since then."""
    scores = {response.score for response in counted if response.stands_since >= since}
    for response in counted:
        scores.update(response.revisions.filter(stood_from__gte=since).values_list("score", flat=True))
    return scores


def _after_mail(invitation: Invitation, now: datetime) -> timedelta | None:
    """How long ago the mail left, or the reminder, which scanners open as well; None where none did."""
    if invitation.channel in HANDED_OVER:
        return None
    mails = [at for at in (invitation.sent_at, invitation.reminded_at) if at is not None and at <= now]
    return now - max(mails) if mails else None


def _record(
    invitation: Invitation, sending: Sending, now: datetime, *, responded_at: datetime | None = None
) -> Recorded:
    forwarded = sending.forwarded_as
    external_id = f"{invitation.public_id}:{forwarded}" if forwarded else ""
    if forwarded:
        others = _forwarded(invitation).exclude(external_id=external_id)
        if others.count() >= MOST_FORWARDED:
            raise LinkUsedUp
    return responses.record_response(
        survey=invitation.survey,
        contact=None if forwarded else invitation.contact,
        invitation=None if forwarded else invitation,
        score=sending.score,
        comment=sending.comment,
        wants_callback=sending.wants_callback,
        phone=sending.phone,
        language=sending.language,
        source=FORWARDED if forwarded else PAGE,
        external_id=external_id,
        responded_at=responded_at,
        may_correct=True,
        now=now,
    )


def _record_of_nobody(suspect: SuspectAnswer, sending: Sending, now: datetime) -> Recorded:
    link = suspect.link
    if link is None:
        raise ValueError(f"{suspect} came by no link")
    return responses.record_response(
        survey=link.survey,
        contact=None,
        score=sending.score,
        comment=sending.comment,
        wants_callback=sending.wants_callback,
        phone=sending.phone,
        source=link.source,
        external_id=suspect.external_id,
        responded_at=suspect.at,
        may_correct=True,
        respondent_name=sending.name,
        respondent_email=sending.email,
        now=now,
    )


def _take_back(invitation: Invitation, response: Response, why: Suspicion, since: datetime, now: datetime) -> None:
    is_forwarded = response.invitation_id is None
    SuspectAnswer.objects.bulk_create(
        SuspectAnswer(invitation=invitation, is_forwarded=is_forwarded, suspicion=why, **said._asdict())
        for said in responses.retract(response, since=since, now=now)
    )
    # What this answer had overtaken waits again.
    SuspectAnswer.objects.filter(
        invitation=invitation, is_forwarded=is_forwarded, settlement=Settlement.OVERTAKEN, settled_at__gte=since
    ).update(settled_at=None, settlement="")


def _said(sending: Sending, now: datetime) -> Said:
    comment, phone = (text.replace("\x00", "").strip() for text in (sending.comment, sending.phone))
    return Said(sending.score, comment, sending.wants_callback, phone[:50], now)


def _keep(invitation: Invitation, said: Said, why: Suspicion, *, is_forwarded: bool) -> None:
    """Keep what was said for somebody to verify; of a machine that goes on, the last in place of the one before."""
    waiting = _waiting(invitation, is_forwarded)
    suspect = SuspectAnswer(invitation=invitation, is_forwarded=is_forwarded, suspicion=why, **said._asdict())
    if waiting.count() >= MOST_WAITING:
        suspect.pk = waiting.order_by("-pk").values_list("pk", flat=True)[0]
    suspect.save()


def _waiting(invitation: Invitation, is_forwarded: bool) -> QuerySet[SuspectAnswer]:
    return to_verify().filter(invitation=invitation, is_forwarded=is_forwarded)


def _beside(suspect: SuspectAnswer) -> QuerySet[SuspectAnswer]:
    """Those that wait for the same decision as this one."""
    if suspect.invitation is None:
        return to_verify().filter(link=suspect.link_id, external_id=suspect.external_id)
    return _waiting(suspect.invitation, suspect.is_forwarded)


def _settle(suspects: QuerySet[SuspectAnswer], how: Settlement, *, by: str, now: datetime) -> int:
    return suspects.update(settled_at=now, settlement=how, settled_by=by)
