"""Delighted: who signed, and what does an answer say now?

Header `X-Delighted-Webhook-Signature: sha256=<hex HMAC-SHA256 of the body>`, keyed by the project's API key; no time.
It calls again at every change of score, comment or further answers, each with an `event_id` of its own. Our ids go
along as person properties.
"""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from feedback.answer_sources.calls import Call, Verdict, hex_of, judged
from feedback.answer_sources.readings import NotTaken, Reading, Wants, instant, part, score_of, text_of, thing, who

ANSWERS = ("survey_response.created", "survey_response.updated")


def verify(call: Call, secrets: Sequence[str], now: datetime) -> Verdict:
    """Whether Delighted signed these bytes with one of the secrets."""
    given = call.headers.get("x-delighted-webhook-signature", "")
    return judged(given, secrets, lambda secret: f"sha256={hex_of(secret.encode(), call.body)}")


def events(told: Any, call: Call) -> list[str]:
    """What names this event, at every repeat."""
    return [text_of(part(told, "event_id"))]


def read(told: Any, wants: Wants) -> Reading:
    """The answer in a call.

    Raises:
        NotTaken: there is none.
    """
    event = part(told, "event_type")
    if event is not None and event not in ANSWERS:
        raise NotTaken("no_answer", text_of(event), ignored=True)
    data = thing(told, "event_data") or thing(told)
    if (kind := text_of(part(data, "survey_type"))) not in ("", "nps"):
        raise NotTaken("other_question", kind, ignored=True)
    created = instant(part(data, "created_at"), wants.zone)
    person = thing(data, "person")  # or the bare id of one
    return Reading(
        external_id=text_of(part(data, "id")),
        score=score_of(part(data, "score"), wants.scale),
        comment=text_of(part(data, "comment")),
        responded_at=created,
        changed_at=instant(part(data, "updated_at"), wants.zone) or created,
        **{
            **who(part(data, "person_properties")),
            "email": text_of(part(person, "email")),
            "name": text_of(part(person, "name")),
        },
    )
