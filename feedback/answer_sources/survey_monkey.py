"""SurveyMonkey: who signed, which response changed, and which of its choices is which score?

Header `Sm-Signature`: base64 HMAC-SHA1 of the body; the key is `client_id&client_secret` of the app. The body has ids
only: the response is fetched, and the survey's details, for a `choice_id` is no score: it stands for a choice whose
text has the number. (Its weight does not: of an NPS question that is -100, 0 or 100.) Before it
calls, SurveyMonkey asks the address by HEAD.
See https://github.com/SurveyMonkey/public_api_docs.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from typing import Any
from urllib.parse import quote

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

CHANGES = ("response_completed", "response_updated")
_NUMBER = re.compile(r"(?<!\d)(\d{1,2})(?!\d)")


def verify(call: Call, secrets: Sequence[str], now: datetime) -> Verdict:
    """Whether SurveyMonkey signed these bytes with one of the secrets."""
    given = call.headers.get("sm-signature", "")
    return judged(given, secrets, lambda secret: base64_of(secret.encode(), call.body, "sha1"))


def events(told: Any, call: Call) -> list[str]:
    """What names this event, at every repeat."""
    return [text_of(part(told, "event_id"))]


def wanted(told: Any, nth: int) -> tuple[str, str]:
    """The paths to fetch: the response, and the details of its survey.

    Raises:
        NotTaken: the call tells of no answer.
    """
    if (event := text_of(part(told, "event_type"))) not in CHANGES:
        raise NotTaken("no_answer", event, ignored=True)
    survey, response = text_of(part(told, "resources", "survey_id")), text_of(part(told, "object_id"))
    if not survey or not response:
        raise NotTaken("no_answer")
    survey, response = quote(survey, safe=""), quote(response, safe="")
    return f"/v3/surveys/{survey}/responses/{response}/details", f"/v3/surveys/{survey}/details"


def read(fetched: Any, details: Any, wants: Wants) -> Reading:
    """The answer in a response that was fetched, by the details of its survey.

    Raises:
        NotTaken: there is none.
    """
    if (status := text_of(part(fetched, "response_status"))) != "completed":
        raise NotTaken("not_complete", status, ignored=True)
    only(wants, part(fetched, "survey_id"))
    scored = _scored(details, wants)
    answers = {text_of(part(each, "id")): things(each, "answers") for each in _questions(fetched)}
    contact = thing(fetched, "metadata", "contact")
    names = (text_of(part(contact, name, "value")) for name in ("first_name", "last_name"))
    told_who = who(part(fetched, "custom_variables"))
    return Reading(
        external_id=text_of(part(fetched, "id")),
        score=score_of(_score(scored, answers.get(text_of(part(scored, "id")), [])), wants.scale),
        comment=_comment(details, answers, wants.comment_question),
        responded_at=instant(part(fetched, "date_created"), wants.zone),
        changed_at=instant(part(fetched, "date_modified"), wants.zone),
        **{
            **told_who,
            "email": text_of(part(contact, "email", "value")) or told_who.get("email", ""),
            "name": " ".join(filter(None, names)) or told_who.get("name", ""),
        },
    )


def _questions(told: Any) -> Iterator[Mapping[str, Any]]:
    for page in things(told, "pages"):
        yield from things(page, "questions")


def _choices(question: Mapping[str, Any]) -> dict[str, int]:
    """The number each choice of a question has in its text, where all of them have one."""
    found = {}
    for choice in things(question, "answers", "choices"):
        numbers = _NUMBER.findall(text_of(part(choice, "text")))
        if len(numbers) == 1:
            found[text_of(part(choice, "id"))] = int(numbers[0])
    return found


def _scored(details: Any, wants: Wants) -> Mapping[str, Any]:
    """The question whose choices are the survey's scale."""
    questions = list(_questions(details))
    if wants.score_question:
        return next((each for each in questions if text_of(part(each, "id")) == wants.score_question), {})
    low, high = wants.scale
    fitting = [each for each in questions if sorted(_choices(each).values()) == list(range(low, high + 1))]
    if len(fitting) != 1:
        raise NotTaken("which_question", ", ".join(text_of(part(each, "id")) for each in fitting))
    return fitting[0]


def _score(question: Mapping[str, Any], answers: Sequence[Mapping[str, Any]]) -> int | None:
    chosen = [text_of(part(each, "choice_id")) for each in answers if part(each, "choice_id") is not None]
    if not chosen:
        return None
    scores = _choices(question)
    if len(chosen) != 1 or chosen[0] not in scores:
        raise NotTaken("unknown_choice", ", ".join(chosen))
    return scores[chosen[0]]


def _comment(details: Any, answers: Mapping[str, Sequence[Mapping[str, Any]]], question: str) -> str:
    open_ended = [
        text_of(part(each, "id"))
        for each in _questions(details)
        if (text_of(part(each, "id")) == question if question else part(each, "family") == "open_ended")
    ]
    texts = (text_of(part(each, "text")) for asked in open_ended for each in answers.get(asked, []))
    return next(filter(None, texts), "")
