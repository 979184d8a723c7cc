"""How would a body be read, if it came now? Nothing is stored."""

import copy
from collections.abc import Mapping
from typing import Any, NamedTuple

from feedback.answer_sources.payloads import NoPayload, told_in
from feedback.answer_sources.readings import NotTaken, Reading
from feedback.answer_sources.tools import TOOLS
from feedback.models import AnswerSource, ArrivedAnswer


class Tried(NamedTuple):
    """What would be read; or why nothing would, as a key of `reasons.WORDS`, and what that is about."""

    reading: Reading | None
    why: str = ""
    detail: str = ""


def payload(body: bytes) -> Any:
    """What a body says, as JSON or, where it is none, as a form; None where it is neither."""
    for content_type in ("application/json", "application/x-www-form-urlencoded" if b"=" in body else ""):
        try:
            return told_in(body, content_type)
        except NoPayload:
            continue
    return None


def read_as(source: AnswerSource, told: Any, mapping: Mapping[str, str] | None = None) -> Tried:
    """How a payload would be read by this source, of a tool that tells answers whole.

    Args:
        mapping: instead of the one that is stored.
    """
    asked = copy.copy(source)
    if mapping is not None:
        asked.mapping = dict(mapping)
    if told is None:
        return Tried(None, "not_json")
    try:
        return Tried(TOOLS[source.kind].read(told, asked))
    except NotTaken as why:
        return Tried(None, why.code, why.detail)


def last_body(source: AnswerSource) -> str:
    """What arrived last, as text; empty where nothing has, or it is deleted already."""
    last = ArrivedAnswer.objects.filter(source=source, forgotten_at=None).order_by("-pk").first()
    return bytes(last.body).decode("utf-8", "replace") if last is not None else ""
