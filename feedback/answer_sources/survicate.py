"""Survicate: who signed, and which part of an answer does a call tell?

Header `Hmac`: lower-case hex HMAC-SHA256 of the body with the signing secret. (`Token` is sent in plain text and proves
less, so it is not asked for.) It calls once for each question: the score comes by one call, the words by another, in
any order. Of an NPS question `choice.id` is the score and `choice.body` a category; of others it is the id of a choice.
See https://developers.survicate.com/webhooks/security/.
"""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from feedback.answer_sources.calls import Call, Verdict, hex_of, judged
from feedback.answer_sources.readings import (
    NotTaken,
    Reading,
    Wants,
    instant,
    only,
    part,
    score_of,
    text_of,
    thing,
    things,
    who,
)

CATEGORIES = ("promoter", "passive", "detractor")


def verify(call: Call, secrets: Sequence[str], now: datetime) -> Verdict:
    """Whether Survicate signed these bytes with one of the secrets."""
    return judged(call.headers.get("hmac", ""), secrets, lambda secret: hex_of(secret.encode(), call.body))


def events(told: Any, call: Call) -> list[str]:
    """What names this event, at every repeat."""
    return [text_of(part(told, "messageId"))]


def read(told: Any, wants: Wants) -> Reading:
    """The part of an answer in a call: the score, or the words.

    Raises:
        NotTaken: it is neither.
    """
    answered = thing(told, "event", "questionAnswered")
    if not answered:
        raise NotTaken("no_answer", ", ".join(thing(told, "event")), ignored=True)
    only(wants, part(answered, "survey", "id"))
    question = text_of(part(answered, "question", "id"))
    score, comment = _said(answered, question, wants)
    at = instant(part(answered, "timestamp"), wants.zone)
    return Reading(
        external_id=text_of(part(answered, "responseUuid")),
        score=score,
        comment=comment,
        responded_at=at,
        changed_at=at,
        aspect=question,
        **who(_attributes(part(answered, "respondent", "attributes"))),
    )


def _said(answered: Mapping[str, Any], question: str, wants: Wants) -> tuple[int | None, str]:
    choice = thing(answered, "choice")
    is_nps = text_of(part(choice, "body")).lower() in CATEGORIES
    if question == wants.score_question if wants.score_question else is_nps:
        told = part(choice, "id") if is_nps else part(choice, "body")
        return score_of(told, wants.scale), text_of(part(choice, "comment"))
    text = text_of(part(answered, "text"))
    if text and wants.comment_question in ("", question):
        return None, text
    raise NotTaken("other_question", question, ignored=True)


def _attributes(told: Any) -> Mapping[str, Any]:
    """What is known of the respondent: an object, or a list of names with values, empty where nothing is known."""
    if isinstance(told, Mapping):
        return told
    return {text_of(part(each, "name")): part(each, "value") for each in things({"": told}, "")}
