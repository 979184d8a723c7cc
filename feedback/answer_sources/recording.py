"""How does an answer that was read become one of ours? By the door for all answers, and the newest word counts.

Calls arrive in any order, and again. What is older than what we have changes nothing; what is newer is a correction,
and what it said before stays as a revision. The caller holds the lock of the source, so two of them never cross.
"""

from datetime import datetime
from typing import NamedTuple

from django.db import transaction
from django.db.models import Q

from feedback import contacts
from feedback.answer_sources import keeping
from feedback.answer_sources.readings import NotTaken, Reading
from feedback.contacts import ContactRefused, clean_line
from feedback.erasure import is_erased
from feedback.models import Account, AnswerSource, ArrivedAnswer, Contact, Response
from feedback.responses import (
    CLOCK_TOLERANCE,
    COMMENT_LIMIT,
    Recorded,
    ResponseRefused,
    is_closed,
    record_response,
)


class Stored(NamedTuple):
    """The response, and what should be known about how it was taken, as a key of `reasons.WORDS`."""

    response: Response
    note: str


def store(row: ArrivedAnswer, reading: Reading, *, now: datetime) -> Stored:
    """Store what was read, and note in `row`, which the caller saves, which answer it is and since when it says so.

    Raises:
        NotTaken: it is older than what we have, about somebody erased, or refused.
    """
    source = row.source
    row.external_id = reading.external_id or row.event
    row.aspect = reading.aspect[:100]
    if len(row.external_id) > 200:
        raise NotTaken("refused", "external_id")
    standing = _standing(source, row.external_id)
    if standing is not None:
        row.response = standing
        if is_erased(standing.contact) or keeping.is_erased(standing):
            raise NotTaken("erased", ignored=True)
    # A clock that runs ahead must not keep out what is told later.
    told_at = min(reading.changed_at or row.arrived_at, row.arrived_at + CLOCK_TOLERANCE)
    if _told_later(row, told_at):
        raise NotTaken("older", ignored=True)
    row.told_at = told_at
    recorded, note = _record(source, row, reading, standing, now)
    row.response = recorded.response
    return Stored(recorded.response, note or ("" if recorded.created or recorded.revised else "same"))


def _standing(source: AnswerSource, external_id: str) -> Response | None:
    found = Response.objects.select_related("contact", "survey").filter(source=source.source, external_id=external_id)
    return found.first()


def _told_later(row: ArrivedAnswer, told_at: datetime) -> bool:
    """Whether we have a later word of this part of the answer; of two of one time what arrived later counts."""
    others = ArrivedAnswer.objects.filter(source=row.source, external_id=row.external_id, aspect=row.aspect)
    later = Q(told_at__gt=told_at) | Q(told_at=told_at, pk__gt=row.pk)
    return others.filter(later).exclude(pk=row.pk).exists()


def _record(
    source: AnswerSource, row: ArrivedAnswer, reading: Reading, standing: Response | None, now: datetime
) -> tuple[Recorded, str]:
    score, comment = _said(reading, standing)
    if standing is None:
        contact, note = _respondent(reading, now)
        survey, responded_at = source.survey, reading.responded_at
        name, email = (reading.name, reading.email) if contact is None else ("", "")
    else:  # what is known of an answer besides what it says stays as it was first told
        contact, note = standing.contact, ""
        survey, responded_at = standing.survey, standing.responded_at
        name, email = standing.respondent_name, standing.respondent_email
    try:
        recorded = record_response(
            survey=survey,
            contact=contact,
            score=score,
            comment=comment[:COMMENT_LIMIT],
            language=_language(reading.language),
            responded_at=responded_at,
            source=source.source,
            external_id=row.external_id,
            may_correct=True,
            is_late=is_closed(survey, responded_at or now),
            respondent_name=name,
            respondent_email=email,
            now=now,
        )
    except ResponseRefused as refusal:
        row.told_at = None  # it is no word of the answer that an earlier one would have to give way to
        raise NotTaken("refused", refusal.message) from None
    return recorded, note


def _said(reading: Reading, standing: Response | None) -> tuple[int, str]:
    """The score and the words, where a call tells only a part of them."""
    if reading.score is None:
        if standing is None:
            raise NotTaken("waits_for_score", ignored=True)
        return standing.score, reading.comment
    is_part = reading.aspect != "" and standing is not None
    return reading.score, standing.comment if is_part and standing and not reading.comment else reading.comment


def _respondent(reading: Reading, now: datetime) -> tuple[Contact | None, str]:
    """Who answered, and what to know about it. Nobody's details are changed by what a survey tool says of them."""
    if reading.contact_id:
        known = Contact.objects.filter(external_id=reading.contact_id[:200]).first()
        if known is not None:
            return known, ""
    if not reading.email:
        return None, "unknown_contact" if reading.contact_id else ""
    account = Account.objects.filter(external_id=reading.account_id[:200]).first() if reading.account_id else None
    there = Contact.objects.with_email(reading.email)
    found = list((there.filter(account=account) if account is not None else there)[:2])
    if len(found) == 1:
        return found[0], ""
    if len(found) > 1:
        return None, "several_contacts"
    try:
        with transaction.atomic():
            made, _new = contacts.upsert_contact(
                email=reading.email,
                name=clean_line(reading.name)[:300] or None,
                account=account,
                now=now,
            )
    except ContactRefused:
        return None, "bad_contact"
    return made, ""


def _language(told: str) -> str:
    """A language as we write it, such as `sv` or `pt-br`; empty for what is none."""
    plain = told.strip().replace("_", "-").lower()
    return plain if len(plain) <= 10 and plain.replace("-", "").isalpha() and plain.isascii() else ""
