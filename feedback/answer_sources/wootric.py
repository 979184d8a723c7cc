"""Wootric, now InMoment: what does an answer say now?

No signature of its calls is documented; the secret stands in the address (`shared_secret`). Everything is a text, also
`"false"`. It calls when an answer is created and when it is updated; `excluded_from_calculations` says that somebody
took an answer out of the figures there.
"""

from typing import Any

from feedback.answer_sources.calls import Call
from feedback.answer_sources.readings import NotTaken, Reading, Wants, instant, part, score_of, text_of, thing, who


def events(told: Any, call: Call) -> list[str]:
    """No event has a name: the same bytes are the same event."""
    return [""]


def read(told: Any, wants: Wants) -> Reading:
    """The answer in a call.

    Raises:
        NotTaken: there is none.
    """
    if (event := text_of(part(told, "event_name"))) not in ("created", "updated"):
        raise NotTaken("no_answer", event, ignored=True)
    given = thing(told, "response")
    if str(part(given, "excluded_from_calculations")).lower() == "true":
        raise NotTaken("left_out", ignored=True)
    created = instant(part(given, "created_at"), wants.zone)
    told_who = who(part(given, "end_user_properties"))
    return Reading(
        external_id=text_of(part(given, "id")),
        score=score_of(part(given, "score"), wants.scale),
        comment=text_of(part(given, "text")),
        responded_at=created,
        changed_at=instant(part(given, "updated_at"), wants.zone) or created,
        **{
            **told_who,
            "email": text_of(part(given, "email")),
            "contact_id": text_of(part(given, "external_id")) or told_who.get("contact_id", ""),
        },
    )
