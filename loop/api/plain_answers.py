"""Which answers in JSON are written so plainly that no serializer has to look at them?

Of a thousand that come at once nearly all are: of the right types, not too long, on one line where they must be. The
serializer takes longer to see that than all the rest takes. What it makes of them is said here once more; a test holds
the two together, and whatever is in the least unusual goes to the serializer, which also says what is wrong.
"""

from typing import Any

from rest_framework.exceptions import ValidationError

from feedback.responses import COMMENT_LIMIT
from loop.api.fields import Instant

Values = dict[str, Any]

_DEFAULTS: Values = {
    "survey": "relational", "contact": None, "score": None, "comment": "", "responded_at": None, "source": "api",
    "external_id": "", "wants_callback": False, "wants_someone_else": False, "phone": "",
}  # fmt: skip
_MUST_BE_THERE = {"contact", "score"}
_LINES = {"contact": 200, "source": 100, "external_id": 200}  # stored as they are
_TEXTS = {"survey": 50, "comment": COMMENT_LIMIT, "phone": 50}  # without what stands around them
_SAY_SOMETHING = ("survey", "contact", "source", "responded_at")
_FLAGS = ("wants_callback", "wants_someone_else")
_instant = Instant()


def read(item: Any) -> Values | None:
    """What `AnswerBody` makes of this answer; None where it has to look at it."""
    if type(item) is not dict or not item.keys() <= _DEFAULTS.keys() or not item.keys() >= _MUST_BE_THERE:
        return None
    values = {**_DEFAULTS, **item}
    if type(values["score"]) is not int or any(type(values[name]) is not bool for name in _FLAGS):
        return None
    for name, longest in _TEXTS.items():
        text = values[name]
        if type(text) is not str or not text.isprintable() or len(text) > longest:
            return None
        values[name] = text.strip()
    for name, longest in _LINES.items():
        text = values[name]
        if name == "contact" and text is None:
            continue
        if type(text) is not str or not text.isprintable() or len(text) > longest or " ".join(text.split()) != text:
            return None
    if any(values[name] == "" for name in _SAY_SOMETHING):
        return None
    return _with_instant(values)


def _with_instant(values: Values) -> Values | None:
    said = values["responded_at"]
    if said is not None:
        try:
            values["responded_at"] = _instant.run_validation(said)
        except ValidationError:
            return None
    return values
