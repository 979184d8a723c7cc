"""Which tools can tell us of answers, and how is each of them verified and read? The one table of them."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from feedback.answer_sources import (
    any_json,
    ask_nicely,
    delighted,
    hubspot,
    shared_secret,
    standard,
    survey_monkey,
    survicate,
    typeform,
    wootric,
)
from feedback.answer_sources.calls import Call, Verdict
from feedback.answer_sources.readings import Reading, Wants
from feedback.models import SourceKind


@dataclass(frozen=True)
class Tool:
    """One tool.

    Args:
        verify: whether a call is believed: call, secrets, now.
        events: what names each answer of a call at every repeat; an empty name stands for the bytes.
        read: the answer in what a call tells, or in what was fetched for it.
        makes_secret: the tool makes the secret, and it is given to us; else we make it for the tool.
        secret_in_address: the secret stands in the address.
        by_id: a call has ids only; what was said is fetched.
        hosts: where that is, the usual one first.
        mapped: a person says which place of a body is what.
        has_questions: it may be said which question is the score.
        has_surveys: one address may be told of several surveys.
    """

    verify: Callable[[Call, Sequence[str], datetime], Verdict]
    events: Callable[[Any, Call], list[str]]
    read: Callable[..., Reading]
    makes_secret: bool = True
    secret_in_address: bool = False
    by_id: bool = False
    hosts: tuple[str, ...] = ()
    mapped: bool = False
    has_questions: bool = False
    has_surveys: bool = False


TOOLS: dict[str, Tool] = {
    SourceKind.TYPEFORM: Tool(
        typeform.verify, typeform.events, typeform.read, makes_secret=False, has_questions=True, has_surveys=True
    ),
    SourceKind.SURVEY_MONKEY: Tool(
        survey_monkey.verify,
        survey_monkey.events,
        survey_monkey.read,
        by_id=True,
        hosts=("https://api.surveymonkey.com", "https://api.eu.surveymonkey.com", "https://api.surveymonkey.ca"),
        has_questions=True,
        has_surveys=True,
    ),
    SourceKind.DELIGHTED: Tool(delighted.verify, delighted.events, delighted.read),
    SourceKind.ASK_NICELY: Tool(
        shared_secret.verify,
        ask_nicely.events,
        ask_nicely.read,
        makes_secret=False,
        secret_in_address=True,
        has_surveys=True,
    ),
    SourceKind.SURVICATE: Tool(
        survicate.verify, survicate.events, survicate.read, has_questions=True, has_surveys=True
    ),
    SourceKind.WOOTRIC: Tool(
        shared_secret.verify, wootric.events, wootric.read, makes_secret=False, secret_in_address=True
    ),
    SourceKind.HUBSPOT: Tool(
        hubspot.verify, hubspot.events, hubspot.read, by_id=True, hosts=("https://api.hubapi.com",), has_surveys=True
    ),
    SourceKind.STANDARD: Tool(standard.verify, standard.events, standard.read, mapped=True),
    SourceKind.ANY_JSON: Tool(
        shared_secret.verify,
        any_json.events,
        any_json.read,
        makes_secret=False,
        secret_in_address=True,
        mapped=True,
    ),
}

BY_ID = tuple(kind for kind, tool in TOOLS.items() if tool.by_id)

__all__ = ["BY_ID", "TOOLS", "Tool", "Wants"]
