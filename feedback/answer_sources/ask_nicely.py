"""AskNicely: what does an answer say now?

It signs nothing; the headers that can be set beside its address take a secret (`shared_secret`). Scores, ids and times
are texts. `count` above 1 says that the score was changed; the time of the answer may stay the same then.
"""

from datetime import timedelta
from typing import Any

from feedback.answer_sources.calls import Call
from feedback.answer_sources.readings import Reading, Wants, instant, only, part, score_of, text_of, thing, who


def events(told: Any, call: Call) -> list[str]:
    """No event has a name: the same bytes are the same event."""
    return [""]


def read(told: Any, wants: Wants) -> Reading:
    """The answer in a call.

    Raises:
        NotTaken: there is none.
    """
    asked, person = thing(told, "question"), thing(told, "person")
    only(wants, part(asked, "survey_template"))
    responded = instant(part(asked, "responded"), wants.zone)
    count = text_of(part(told, "count"))
    nth = int(count) if count.isascii() and count.isdigit() and len(count) < 6 else 0
    return Reading(
        external_id=text_of(part(asked, "id")),
        score=score_of(part(asked, "score"), wants.scale),
        comment=text_of(part(asked, "comment")),
        responded_at=responded,
        # Of two changes told with one time the one with the higher count is newer.
        changed_at=responded and responded + timedelta(microseconds=nth),
        **{**who(person), "email": text_of(part(person, "email")), "contact_id": text_of(part(person, "contact_id"))},
    )
