"""Typeform: who signed, and which of the answers of a form is the score?

Header `Typeform-Signature: sha256=<base64 HMAC-SHA256 of the body>`; no time, so a repeat is told by `event_id`.
Unanswered questions are absent. Whom it is about is told by hidden fields; a scale may begin at 0 or at 1.
See https://www.typeform.com/developers/webhooks/.
"""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from feedback.answer_sources.calls import Call, Verdict, base64_of, judged
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

SCORES = ("nps", "opinion_scale", "rating", "number")  # types of questions, the likeliest first


def verify(call: Call, secrets: Sequence[str], now: datetime) -> Verdict:
    """Whether Typeform signed these bytes with one of the secrets."""
    given = call.headers.get("typeform-signature", "")
    return judged(given, secrets, lambda secret: f"sha256={base64_of(secret.encode(), call.body)}")


def events(told: Any, call: Call) -> list[str]:
    """What names this event, at every repeat."""
    return [text_of(part(told, "event_id"))]


def read(told: Any, wants: Wants) -> Reading:
    """The answer in a call.

    Raises:
        NotTaken: there is none.
    """
    if part(told, "event_type") != "form_response":
        raise NotTaken("no_answer", text_of(part(told, "event_type")), ignored=True)
    form = thing(told, "form_response")
    only(wants, part(form, "form_id"))
    answers = things(form, "answers")
    scored = _scored(answers, wants.score_question)
    _check_scale(form, scored, wants.scale)
    submitted = instant(part(form, "submitted_at"), wants.zone)
    email = next((text_of(part(each, "email")) for each in answers if part(each, "type") == "email"), "")
    told_who = who(part(form, "hidden"))
    return Reading(
        external_id=text_of(part(form, "token")),
        score=score_of(part(scored, "number"), wants.scale),
        comment=_comment(answers, wants.comment_question),
        responded_at=submitted,
        changed_at=submitted,
        **{**told_who, "email": email or told_who.get("email", "")},
    )


def _is(answer: Mapping[str, Any], question: str) -> bool:
    return question in (text_of(part(answer, "field", "id")), text_of(part(answer, "field", "ref")))


def _scored(answers: Sequence[Mapping[str, Any]], question: str) -> Mapping[str, Any]:
    if question:
        return next((each for each in answers if _is(each, question)), {})
    numbers = [each for each in answers if part(each, "type") == "number"]
    for kind in SCORES:
        of_kind = [each for each in numbers if part(each, "field", "type") == kind]
        if len(of_kind) > 1:
            raise NotTaken("which_question", ", ".join(text_of(part(each, "field", "id")) for each in of_kind))
        if of_kind:
            return of_kind[0]
    return {}


def _check_scale(form: Mapping[str, Any], scored: Mapping[str, Any], scale: tuple[int, int]) -> None:
    """Raise NotTaken where the form says that its question has another scale than the survey here."""
    asked = next((each for each in things(form, "definition", "fields") if _same(each, scored)), {})
    steps = part(asked, "properties", "steps")
    if isinstance(steps, int) and not isinstance(steps, bool):
        low = 1 if part(asked, "properties", "start_at_one") else 0
        if (low, low + steps - 1) != scale:
            raise NotTaken("other_scale", f"{low}–{low + steps - 1}")


def _same(asked: Mapping[str, Any], answer: Mapping[str, Any]) -> bool:
    return bool(answer) and part(asked, "id") == part(answer, "field", "id")


def _comment(answers: Sequence[Mapping[str, Any]], question: str) -> str:
    for each in answers:
        wanted = _is(each, question) if question else part(each, "field", "type") == "long_text"
        if wanted and part(each, "type") == "text":
            return text_of(part(each, "text"))
    return ""
