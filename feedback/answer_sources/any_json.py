"""Any JSON: which place of a body holds which field? A person has said so on the mapping page.

Nothing is known of its sender but the secret that goes along (`shared_secret`).
"""

from typing import Any

from feedback.answer_sources import pointers
from feedback.answer_sources.calls import Call
from feedback.answer_sources.readings import NotTaken, Reading, Wants, instant, score_of, text_of

#: What can be mapped, each with what `importing.vocabulary` calls it; the first has to be.
FIELDS = {
    "score": "score",
    "comment": "comment",
    "external_id": "external_id",
    "email": "email",
    "name": "name",
    "contact_id": "contact",
    "account_id": "account_id",
    "responded_at": "responded_at",
    "changed_at": "",
    "language": "language",
}
TIMES = ("responded_at", "changed_at")


def events(told: Any, call: Call) -> list[str]:
    """No event has a name: the same bytes are the same event."""
    return [""]


def read(told: Any, wants: Wants) -> Reading:
    """The answer in a body, by the mapping of its source.

    Raises:
        NotTaken: there is none, or nobody has said yet where it stands.
    """
    if not wants.mapping.get("score"):
        raise NotTaken("no_mapping")
    found = {field: pointers.at(told, pointer) for field, pointer in wants.mapping.items() if pointer}
    texts = {field: text_of(found.get(field)) for field in FIELDS if field not in ("score", *TIMES)}
    return Reading(
        score=score_of(found["score"], wants.scale),
        responded_at=instant(found.get("responded_at"), wants.zone),
        changed_at=instant(found.get("changed_at"), wants.zone),
        **texts,
    )
