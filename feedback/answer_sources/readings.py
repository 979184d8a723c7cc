"""What does a call say: which answer, of whom, changed when? And how is it said that there is none?"""

import math
import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Protocol
from zoneinfo import ZoneInfo

from feedback.importing.dates import DateReading, UnreadableDate
from feedback.importing.headers import normalise
from feedback.importing.scores import NotAScore, parse_score
from feedback.importing.vocabulary import NAMES

_UNIX = re.compile(r"(\d{10})(\d{3})?(\.\d+)?")


class NotTaken(Exception):
    """There is no answer to store here.

    Args:
        code: why, as a key of `reasons.WORDS`.
        detail: what it is about, such as the value nobody can read.
        ignored: nothing is wrong; it is no answer that counts.
    """

    def __init__(self, code: str, detail: object = "", *, ignored: bool = False) -> None:
        super().__init__(f"{code}: {detail}")
        self.code = code
        self.detail = str(detail)[:200]
        self.ignored = ignored


class Wants(Protocol):
    """What was set up about a source: which of all that is sent is the answer."""

    only_survey: str  # the tool's id of the survey to take; empty: whichever comes
    score_question: str  # the tool's id of the question; empty: the one that can be it
    comment_question: str
    mapping: Mapping[str, str]  # of any JSON: field to pointer

    @property
    def scale(self) -> tuple[int, int]:
        """Of the survey the answers are for."""

    @property
    def zone(self) -> ZoneInfo:
        """Of times without an offset."""


@dataclass(frozen=True)
class Reading:
    """An answer as it was told. Its category, if told, is not read: it follows from the score.

    Args:
        external_id: what the tool calls the answer.
        score: None where this call tells only another part of it, such as the comment.
        changed_at: since when it says what it says here; the newer counts.
        aspect: which part of the answer it tells, of a tool that calls once a question.
    """

    external_id: str
    score: int | None
    comment: str = ""
    email: str = ""
    name: str = ""
    contact_id: str = ""
    account_id: str = ""
    language: str = ""
    responded_at: datetime | None = None
    changed_at: datetime | None = None
    aspect: str = ""


def score_of(told: Any, scale: tuple[int, int]) -> int:
    """The score that is told, as a number or in words.

    Raises:
        NotTaken: there is none, or it is not on the scale.
    """
    if isinstance(told, float) and math.isfinite(told) and told.is_integer():
        told = int(told)
    try:
        score = parse_score("" if told is None else str(told), scale)
    except NotAScore:
        raise NotTaken("off_scale", told) from None
    if score is None:
        raise NotTaken("no_score", ignored=True)
    return score


def instant(told: Any, zone: ZoneInfo) -> datetime | None:
    """The instant that is told, with its fractions: of two changes in one second the later counts. None for none.

    Raises:
        NotTaken: it cannot be read.
    """
    text = text_of(told)
    if not text:
        return None
    try:
        if unix := _UNIX.fullmatch(text):
            seconds, thousandths = int(unix[1]), int(unix[2] or 0)
            return datetime.fromtimestamp(seconds, UTC).replace(microsecond=thousandths * 1000)
        if "T" in text:
            read = datetime.fromisoformat(text)
            if 2000 <= read.year < 2100:
                return (read if read.tzinfo else read.replace(tzinfo=zone)).astimezone(UTC)
    except (ValueError, OverflowError):
        pass
    try:
        return DateReading(None).parse(text, zone)
    except UnreadableDate:
        raise NotTaken("unreadable_time", text) from None


def part(told: Any, *path: str) -> Any:
    """What stands at the end of a path of names; None where there is nothing."""
    for name in path:
        told = told.get(name) if isinstance(told, Mapping) else None
    return told


def thing(told: Any, *path: str) -> Mapping[str, Any]:
    """The object at the end of a path; an empty one where there is none."""
    found = part(told, *path)
    return found if isinstance(found, Mapping) else {}


def things(told: Any, *path: str) -> list[Mapping[str, Any]]:
    """The objects in the list at the end of a path."""
    found = part(told, *path)
    return [each for each in found if isinstance(each, Mapping)] if isinstance(found, list) else []


def text_of(told: Any) -> str:
    """A value as text; of what is no single value, and of nothing, the empty text."""
    if isinstance(told, bool) or not isinstance(told, str | int | float):
        return ""
    return str(told).replace("\x00", "").strip()


def who(*properties: Any) -> dict[str, str]:
    """Who is meant, by the names that other systems give such fields in what they send along."""
    found: dict[str, str] = {}
    for told in properties:
        by_name = {normalise(str(name)): text_of(value) for name, value in thing(told).items()}
        for ours, field_name in (
            ("email", "email"), ("name", "name"), ("contact_id", "contact"), ("account_id", "account_id"),
            ("language", "language"),
        ):  # fmt: skip
            value = next((by_name[name] for name in NAMES[field_name] if by_name.get(name)), "")
            if value:
                found.setdefault(ours, value)
    return found


def only(wants: Wants, survey: Any) -> None:
    """Raise NotTaken for an answer to a survey of the tool that is not to be taken."""
    if wants.only_survey and text_of(survey) != wants.only_survey:
        raise NotTaken("other_survey", text_of(survey), ignored=True)
