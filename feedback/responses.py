"""How does an answer get into Loop? Through `record_response`, whichever way it comes: page, API or file.

The page asks `feedback.suspects` first whether a person sent it; what turns out to be a machine's leaves by `retract`.
"""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any, NamedTuple

from django.db import IntegrityError, transaction

from feedback import nps, tallies
from feedback.contacts import clean_line
from feedback.models import Contact, Invitation, Response, ResponseRevision, Survey, SuspectAnswer
from feedback.prepared import Prepared
from feedback.signals import response_recorded, response_retracted

COMMENT_LIMIT = 10_000  # characters
CLOCK_TOLERANCE = timedelta(minutes=5)  # another system's clock may be this far ahead of ours


class ResponseRefused(ValueError):
    """The answer cannot be stored; `field` names what is wrong with it."""

    def __init__(self, field: str, message: str) -> None:
        super().__init__(message)
        self.field = field
        self.message = message


class Recorded(NamedTuple):
    """What became of an answer: stored anew, a correction of one we had, or nothing new."""

    response: Response
    created: bool
    revised: bool = False


class Said(NamedTuple):
    """What one sending of a form said, and when."""

    score: int
    comment: str
    wants_callback: bool
    phone: str
    at: datetime
    by_person: bool = False  # there is a trace of a person: see `feedback.suspects`


def record_response(
    *,
    survey: Survey,
    contact: Contact | None,
    score: int,
    comment: str = "",
    wants_callback: bool = False,
    wants_someone_else: bool = False,
    phone: str = "",
    language: str = "",
    responded_at: datetime | None = None,
    source: str,
    external_id: str = "",
    invitation: Invitation | None = None,
    may_correct: bool = False,
    corrects: Response | None = None,
    respondent_name: str = "",
    respondent_email: str = "",
    by_person: bool = False,
    is_late: bool = False,
    now: datetime,
) -> Recorded:
    """Store an answer, or correct the one that stands.

    An answer to an invitation corrects the earlier answer to the same invitation, which stays in the history. The same
    `source` and `external_id` again is the same answer told twice: nothing new is stored. In the transaction that
    stores the answer `response_recorded` is sent, so that a detractor's case commits together with it. An answer that
    was retracted as a machine's counts again with what is said now.

    Args:
        survey: whose scale the score must be on.
        contact: who answered; None for anonymous answers.
        score: a whole number on the survey's scale.
        wants_someone_else: they asked for somebody other than their usual contact; once said it stays said.
        phone: where this respondent wants to be called, if not at the number we have.
        responded_at: when it was answered, aware; now when not given.
        source: which door it came by, such as "page", "api" or "import:relational".
        external_id: what the source calls this answer; empty when it has no name for it.
        may_correct: the same `source` and `external_id` again is the respondent correcting the answer.
        corrects: the answer that its respondent corrects, whichever door it came by.
        respondent_name, respondent_email: what somebody without an invitation left to be reached by. It stays with the
            answer: whoever says they are Eva need not be, so no contact is looked for or made.
        by_person: there is a trace of the person who gave it.
        is_late: the survey, or its link, had closed; the answer is kept all the same, and marked.
        now: the present instant, aware.

    Raises:
        ResponseRefused: the score is off the scale or not a whole number, the comment is too long, the time lies in
            the future, or the survey had closed and it is not said to be late.
    """
    check(survey, score, comment, external_id, responded_at, now, is_late=is_late)
    said = said_in(score, comment, wants_callback, phone, responded_at or now, by_person)
    left = {"respondent_name": clean_line(respondent_name)[:100], "respondent_email": respondent_email.strip()[:254]}
    may_correct = may_correct or invitation is not None or corrects is not None
    try:
        with transaction.atomic():
            standing = _standing(source, external_id, invitation, corrects)
            if standing is not None:
                if not may_correct:
                    return Recorded(standing, created=False)
                return _revise(standing, said, left, wants_someone_else, is_late, now)
            response = fresh(
                said,
                survey=survey,
                contact=contact,
                invitation=invitation,
                wants_someone_else=wants_someone_else,
                language=language,
                source=source,
                external_id=external_id,
                received_at=now,
                triaged_at=now if response_recorded.has_listeners(Response) else None,
                is_late=is_late,
                **left,
            )
            response.save(force_insert=True)
            tallies.mark([response.responded_at], now=now)
            response_recorded.send(sender=Response, response=response, now=now, revised=False)
            if response.triaged_at is None:
                Response.objects.filter(pk=response.pk).update(triaged_at=None)
    except IntegrityError:
        # Two requests told us the same answer at once and the other one was first.
        with transaction.atomic():
            winner = _standing(source, external_id, invitation, corrects)
            if winner is None:
                raise
            if not may_correct:
                return Recorded(winner, created=False)
            return _revise(winner, said, left, wants_someone_else, is_late, now)
    return Recorded(response, created=True)


def said_in(score: int, comment: str, wants_callback: bool, phone: str, at: datetime, by_person: bool = False) -> Said:
    """What an answer says, as it is stored."""
    return Said(score, kept_text(comment), wants_callback, kept_text(phone)[:50], at, by_person)


def kept_text(text: str) -> str:
    """A text as it is stored: without what no database keeps, and without blanks around it."""
    return text.replace("\x00", "").strip()


def fresh(said: Said, *, survey: Survey, **details: Any) -> Response:
    """An answer we have not had, to be stored; `details` are the other fields of the row."""
    return Response(
        survey=survey,
        score=said.score,
        category=nps.category(said.score, survey.scale),
        comment=said.comment,
        wants_callback=said.wants_callback,
        phone=said.phone,
        responded_at=said.at,
        by_person=said.by_person,
        **details,
    )


def mark_triaged(response: Response, *, now: datetime) -> None:
    """Note that it has been decided whether this answer, as it stands, needs a case."""
    if response.triaged_at == now:  # it was stored so
        return
    Response.objects.filter(pk=response.pk).update(triaged_at=now)
    response.triaged_at = now


def mark_all_triaged(those: Sequence[Response], *, now: datetime) -> None:
    """`mark_triaged` for many, by one statement."""
    Response.objects.filter(pk__in=[response.pk for response in those]).update(triaged_at=now)
    for response in those:
        response.triaged_at = now


def note_phone(response: Response, phone: str) -> None:
    """Keep where this respondent wants to be called. Their contact keeps its own number: the link may be forwarded."""
    response.phone = clean_line(phone)[:50]
    response.save(update_fields=["phone"])


def is_closed(survey: Survey, at: datetime) -> bool:
    """Whether the survey had closed by then: what was answered before still comes in, such as from a file."""
    return survey.closes_at is not None and at >= survey.closes_at


def check(
    survey: Survey,
    score: int,
    comment: str,
    external_id: str,
    responded_at: datetime | None,
    now: datetime,
    *,
    is_late: bool = False,
) -> None:
    """Raise ResponseRefused, as `record_response` does, for an answer that cannot be stored."""
    low, high = survey.scale
    if isinstance(score, bool) or not isinstance(score, int):
        raise ResponseRefused("score", f"The score must be a whole number from {low} to {high}, not {score!r}.")
    if not low <= score <= high:
        raise ResponseRefused("score", f"{score} is not on the scale of survey “{survey.key}”: {low} to {high}.")
    if len(comment) > COMMENT_LIMIT:
        raise ResponseRefused("comment", f"The comment has {len(comment)} characters; {COMMENT_LIMIT} are allowed.")
    if responded_at is not None and responded_at > now + CLOCK_TOLERANCE:
        raise ResponseRefused("responded_at", f"{responded_at.isoformat()} lies in the future.")
    if len(external_id) > 200 or "\x00" in external_id:
        raise ResponseRefused("external_id", "The external id must have at most 200 characters, none of them NUL.")
    if is_closed(survey, responded_at or now) and not is_late:
        raise ResponseRefused("survey", f"The survey “{survey.key}” takes no more answers.")


_told_before = Prepared(
    lambda source, external_id: Response.objects.filter(source=source, external_id=external_id),
    source=str, external_id=str,
)  # fmt: skip


def _standing(
    source: str, external_id: str, invitation: Invitation | None, corrects: Response | None
) -> Response | None:
    if corrects is not None:
        return Response.objects.select_for_update(of=("self",)).select_related("survey").get(pk=corrects.pk)
    if invitation is not None:
        return Response.objects.select_for_update(of=("self",)).filter(invitation=invitation).first()
    if external_id:
        return _told_before.first(source=source, external_id=external_id)
    return None


def _revise(
    standing: Response, said: Said, left: dict[str, str], wants_someone_else: bool, is_late: bool, now: datetime
) -> Recorded:
    before = _says(standing)._replace(at=said.at, by_person=said.by_person)
    if any(getattr(standing, name) != value for name, value in left.items()):
        for name, value in left.items():
            setattr(standing, name, value)
        standing.save(update_fields=[*left])
    asks_anew = wants_someone_else and not standing.wants_someone_else
    if before == said and standing.retracted_at is None and not asks_anew:
        if said.by_person and not standing.by_person:  # what left no trace of a person is said again by one
            standing.by_person = True
            standing.save(update_fields=["by_person"])
        return Recorded(standing, created=False)
    tallies.mark({standing.responded_at, said.at if standing.retracted_at else standing.responded_at}, now=now)
    _keep(standing, now)
    _say(standing, said)
    if standing.retracted_at is not None:  # a machine was first: only now has anybody responded
        standing.responded_at, standing.retracted_at, standing.is_late = said.at, None, is_late
    standing.revised_at, standing.triaged_at = now, None
    standing.wants_someone_else = standing.wants_someone_else or wants_someone_else
    standing.save(update_fields=CHANGED)
    response_recorded.send(sender=Response, response=standing, now=now, revised=True)
    return Recorded(standing, created=False, revised=True)


@transaction.atomic
def retract(response: Response, *, since: datetime, now: datetime) -> list[Said]:
    """Take back what this response has come to say since `since`, because a machine said it.

    What a person had answered before stands again; where there was nothing, the response counts nowhere until a person
    answers. `response_retracted` is sent in the same transaction, so that a case goes together with its reason.

    Returns:
        What was taken back, oldest first; the caller keeps it as suspect answers.
    """
    if response.retracted_at is not None or response.stands_since < since:
        return []
    taken = [_said(revision) for revision in response.revisions.filter(stood_from__gte=since).order_by("pk")]
    taken.append(_says(response))
    before = next((one for one in reversed(by_people(response)) if one.at < since), None)
    if before is not None:
        _keep(response, now)
        _say(response, before)
        response.revised_at = None if before.at == response.received_at else before.at
    else:
        response.retracted_at = now
    response.triaged_at = None
    response.save(update_fields=CHANGED)
    tallies.mark([response.responded_at], now=now)
    response_retracted.send(sender=Response, response=response, since=since, now=now)
    return taken


def sayings(response: Response) -> list[Said]:
    """All that this response has said, oldest first; last, what it says now."""
    return [*(_said(revision) for revision in response.revisions.order_by("pk")), _says(response)]


def by_people(response: Response) -> list[Said]:
    """What this response said before, oldest first, without what was retracted as a machine's."""
    machines = SuspectAnswer.objects.filter(invitation=response.invitation_id).values_list("at", flat=True)
    left_out = {response.stands_since, *machines} if response.invitation_id else {response.stands_since}
    told = {revision.stood_from: _said(revision) for revision in response.revisions.order_by("pk")}
    return [one for at, one in told.items() if at not in left_out]


CHANGED = (
    "score", "category", "comment", "wants_callback", "phone",
    "responded_at", "revised_at", "retracted_at", "triaged_at", "wants_someone_else", "by_person", "is_late",
)  # fmt: skip


def _said(revision: ResponseRevision) -> Said:
    return Said(
        revision.score,
        revision.comment,
        revision.wants_callback,
        revision.phone,
        revision.stood_from,
        revision.by_person,
    )


def _says(response: Response) -> Said:
    return Said(
        response.score,
        response.comment,
        response.wants_callback,
        response.phone,
        response.stands_since,
        response.by_person,
    )


def _say(response: Response, said: Said) -> None:
    response.score, response.comment = said.score, said.comment
    response.wants_callback, response.phone, response.by_person = said.wants_callback, said.phone, said.by_person
    response.category = nps.category(said.score, response.survey.scale)


def _keep(response: Response, now: datetime) -> None:
    """Put what a response says into its history, before it says something else."""
    ResponseRevision.objects.create(
        response=response,
        score=response.score,
        comment=response.comment,
        wants_callback=response.wants_callback,
        phone=response.phone,
        by_person=response.by_person,
        stood_from=response.stands_since,
        replaced_at=now,
    )
