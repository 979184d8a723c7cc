"""Is this row of the file an answer, a blank, or a mistake, and which line, column and value is the mistake in?"""

from __future__ import annotations

import hashlib
import re
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from types import MappingProxyType
from typing import Any, BinaryIO, NamedTuple
from zoneinfo import ZoneInfo

from django.utils.translation import gettext as _
from django.utils.translation import ngettext_lazy

from feedback.importing.columns import Said, recognise
from feedback.importing.dates import DateReading, Order, OrderEvidence, UnreadableDate
from feedback.importing.headers import Column, Tool
from feedback.importing.records import EXCERPT, Record
from feedback.importing.scores import LONGEST_BLANK, NotAScore, is_blank, parse_score
from feedback.importing.table import Table, open_table

MAX_ID = 200  # characters, as the database stores them
MAX_SOURCE = 100
ENOUGH_FOR_A_ZERO = 200  # answers after which a 0-10 survey without a single 0 was probably asked on 1-10
LOST_LETTER = "\N{REPLACEMENT CHARACTER}"

_EMAIL = re.compile(r"[^@\s]+@[^@\s.]+(\.[^@\s.]+)+")
_LANGUAGE = re.compile(r"[A-Za-z]{2,3}([-_][A-Za-z0-9]{2,6})?")
_CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]")
_YES = frozenset({"1", "true", "yes", "y", "x", "ja", "j", "kyllä", "k"})
_NOT_AN_ANSWER = frozenset({"survey preview", "preview", "survey test", "test", "spam", "disqualified", "deleted"})
# Qualtrics writes the status as a number when "use numeric values" is chosen on export.
_QUALTRICS_NOT_AN_ANSWER = frozenset({"1", "2", "8", "9", "12", "17"})

_NOTES = {
    "labelled": ngettext_lazy(
        "%(n)d score was read from a label such as “10 - very likely”.",
        "%(n)d scores were read from labels such as “10 - very likely”.",
        "n",
    ),
    "comment without score": ngettext_lazy(
        "%(n)d row has a comment but no score; it counts as blank.",
        "%(n)d rows have a comment but no score; they count as blank.",
        "n",
    ),
    "nobody to write to": ngettext_lazy(
        "%(n)d answer names a person or company but no e-mail or contact id; it is stored as anonymous.",
        "%(n)d answers name a person or company but no e-mail or contact id; they are stored as anonymous.",
        "n",
    ),
    "undated": ngettext_lazy(
        "%(n)d answer has no date; the time of the import stands for it.",
        "%(n)d answers have no date; the time of the import stands for them.",
        "n",
    ),
}


class Respondent(NamedTuple):
    """Who a row says answered; empty where it does not say."""

    email: str = ""
    name: str = ""
    external_id: str = ""
    account: str = ""
    account_id: str = ""


class Answer(NamedTuple):
    """A row that can be stored."""

    line: int
    score: int
    comment: str
    responded_at: datetime | None
    source: str
    external_id: str
    respondent: Respondent | None
    phone: str
    language: str
    wants_callback: bool
    survey: str = ""  # by its key; empty where the file does not say
    more: Mapping[str, Any] = MappingProxyType({})  # what only a file of ours says, by the fields of `Told`


@dataclass(frozen=True, slots=True)
class Blank:
    """A row without a score."""

    line: int


@dataclass(frozen=True, slots=True)
class Problem:
    """A row that cannot be stored, or a value that was left out: where it is and what to do about it."""

    line: int
    column: str
    value: str
    message: str

    def __str__(self) -> str:
        where = [_("Line %d") % self.line, self.column, self.value and f"“{self.value}”"]
        return f"{', '.join(filter(None, where))}: {self.message}"


class Wrong(ValueError):
    """A value that cannot be stored, in the column of `name`."""

    def __init__(self, name: str, message: str) -> None:
        super().__init__(message)
        self.name = name
        self.message = message


@dataclass(slots=True)
class AnswerFile:
    """A file of answers, understood and ready to be read row by row."""

    table: Table
    columns: Mapping[str, Column]
    scale: tuple[int, int]
    zone: ZoneInfo
    dates: DateReading
    _warnings: list[str]
    _notes: list[str] = field(default_factory=list)
    _seen: Counter[bytes] = field(default_factory=Counter)
    _counts: Counter[str] = field(default_factory=Counter)

    @property
    def mapping(self) -> dict[str, str]:
        """Which column is read as which field, in the order of the file and the words of `--map`."""
        return {column.name: name for name, column in sorted(self.columns.items(), key=lambda item: item[1].index)}

    @property
    def warnings(self) -> list[str]:
        """What a person should check; complete once `rows` has ended."""
        return self._warnings + self._notes

    def rows(self) -> Iterator[Answer | Blank | Problem]:
        """Yield what each record below the header is, in the order of the file: nothing is left out."""
        for _record, row in self.read():
            yield row

    def read(self) -> Iterator[tuple[Record, Answer | Blank | Problem]]:
        """`rows`, each beside the record it was read from."""
        self._seen.clear()
        self._counts.clear()
        self._notes.clear()
        for record in self.table.records(self._has_score):
            yield record, self._row(record)
        self._warn_about_the_whole()

    def _has_score(self, cells: list[str]) -> bool:
        try:
            return parse_score(cells[self.columns["score"].index], self.scale) is not None
        except NotAScore:
            return False

    def _row(self, record: Record) -> Answer | Blank | Problem:
        if record.fault:
            return Problem(record.line, "", record.excerpt, record.fault)
        width, cells = len(self.table.columns), record.cells
        if len(cells) != width and (len(cells) < width or any(cell.strip() for cell in cells[width:])):
            message = _("This row has %d columns, the header has %d.") % (len(cells), width)
            return Problem(record.line, "", self._shown("".join(cells[:1])), message)
        try:
            external_id = self._id(cells, "external_id") or self._identity(cells)
            return self._answer(record.line, cells, external_id) or Blank(record.line)
        except Wrong as wrong:
            column = self.columns[wrong.name]
            return Problem(record.line, column.name, self._shown(cells[column.index]), wrong.message)

    def _answer(self, line: int, cells: list[str], external_id: str) -> Answer | None:
        cell = cells[self.columns["score"].index]
        try:
            score = parse_score(cell, self.scale)
        except NotAScore as error:
            raise Wrong("score", str(error)) from None
        comment = self._text(cells, "comment")
        if score is None:
            self._counts["comment without score"] += bool(comment)
            return None
        self._check_status(cells)
        respondent = self._respondent(cells)
        answer = Answer(
            line,
            score,
            comment,
            self._responded_at(cells),
            self._id(cells, "source", MAX_SOURCE),
            external_id,
            respondent,
            self._line(cells, "phone"),
            self._language(cells),
            self._line(cells, "wants_callback").casefold() in _YES,
        )
        self._counts["answers"] += 1
        self._counts["zeros"] += score == 0
        self._counts["labelled"] += not cell.strip().isdigit()
        return answer

    def _identity(self, cells: list[str]) -> str:
        """Name a row that has no id of its own: by its whole content and how often that stood in the file before.

        The same file again gives the same names, whatever columns are mapped; equal rows of different people differ.
        """
        content = hashlib.blake2b("\x1f".join(cell.strip() for cell in cells).encode(), digest_size=16).digest()
        self._seen[content] += 1
        return f"row:{content.hex()}:{self._seen[content]}"

    def _check_status(self, cells: list[str]) -> None:
        if "status" not in self.columns:
            return
        status = self._line(cells, "status").casefold()
        coded = self.table.tool is Tool.QUALTRICS and status in _QUALTRICS_NOT_AN_ANSWER
        if coded or status in _NOT_AN_ANSWER:
            raise Wrong("status", _("A preview, a test or spam, not a customer's answer."))

    def _respondent(self, cells: list[str]) -> Respondent | None:
        email, contact = self._line(cells, "email"), self._id(cells, "contact")
        if email and (LOST_LETTER in email or len(email) > 254 or not _EMAIL.fullmatch(email)):
            raise Wrong("email", _("Not an e-mail address."))
        parts = (self._line(cells, "first_name"), self._line(cells, "last_name"))
        name = self._line(cells, "name") or " ".join(filter(None, parts))
        if not email and not contact:
            unreachable = name or self._line(cells, "account") or self._line(cells, "account_id")
            self._counts["nobody to write to"] += bool(unreachable)
            return None
        return Respondent(email, name[:300], contact, self._line(cells, "account")[:300], self._id(cells, "account_id"))

    def _responded_at(self, cells: list[str]) -> datetime | None:
        text = self._line(cells, "responded_at")
        if not text:
            self._counts["undated"] += 1
            return None
        try:
            return self.dates.parse(text, self.zone)
        except UnreadableDate as error:
            raise Wrong("responded_at", str(error)) from None

    def _language(self, cells: list[str]) -> str:
        text = self._line(cells, "language")
        return text.replace("_", "-").lower() if _LANGUAGE.fullmatch(text) else ""

    def _id(self, cells: list[str], name: str, longest: int = MAX_ID) -> str:
        text = self._line(cells, name)
        if LOST_LETTER in text:
            raise Wrong(name, _("A letter of this value is lost, so it cannot be told whom or what it means."))
        if len(text) > longest:
            raise Wrong(name, _("%d characters; at most %d are stored.") % (len(text), longest))
        return text

    def _line(self, cells: list[str], name: str) -> str:
        """The cell of a field as one line; empty where there is no such column, or it says "none"."""
        column = self.columns.get(name)
        if column is None:
            return ""
        text = " ".join(cells[column.index].split())
        if len(text) <= LONGEST_BLANK and is_blank(text):
            return ""
        return text if text.isprintable() else " ".join(_CONTROL.sub(" ", text).split())

    def _text(self, cells: list[str], name: str) -> str:
        """The cell of a field with its line breaks."""
        column = self.columns.get(name)
        if column is None:
            return ""
        text = cells[column.index].strip()
        if len(text) <= LONGEST_BLANK and is_blank(text):
            return ""
        if text.isprintable():
            return text
        return _CONTROL.sub(" ", text.replace("\r\n", "\n").replace("\r", "\n")).strip()

    @staticmethod
    def _shown(value: str) -> str:
        return value if len(value) <= EXCERPT else value[: EXCERPT - 1] + "…"

    def _warn_about_the_whole(self) -> None:
        answers, zeros = self._counts["answers"], self._counts["zeros"]
        if self.scale[0] == 0 and answers >= ENOUGH_FOR_A_ZERO and not zeros:
            self._notes.append(_("Not one of %d answers is a 0. Was the question asked from 1 to 10?") % answers)
        self._notes += [str(note % {"n": self._counts[name]}) for name, note in _NOTES.items() if self._counts[name]]


def read_answers(
    file: BinaryIO,
    *,
    scale: tuple[int, int],
    said: Said,
    zone: ZoneInfo,
    order: Order | None = None,
    now: datetime,
) -> AnswerFile:
    """Understand a file of answers.

    Args:
        file: binary and seekable; read several times, never held in memory (except XLSX, which has limits).
        scale: of the survey, low and high.
        said: what a person decided about columns; see `columns.recognise`.
        zone: of times that are written without an offset.
        order: of day and month, where a person decided about it.
        now: to tell dates that would lie in the future.

    Raises:
        UnusableFile: the file cannot be read, or it is not clear which column is the score.
    """
    return understand(open_table(file), scale=scale, said=said, zone=zone, order=order, now=now)


def understand(
    table: Table, *, scale: tuple[int, int], said: Said, zone: ZoneInfo, order: Order | None = None, now: datetime
) -> AnswerFile:
    """`read_answers` for a table that is open already."""
    columns = recognise(table.columns, table.records(), said)
    warnings = list(table.warnings)
    dates, column = DateReading(None), columns.get("responded_at")
    if order is not None:
        dates = DateReading(order)
    elif column is not None:
        evidence = OrderEvidence()
        for record in table.records():
            if column.index < len(record.cells):
                evidence.add(record.cells[column.index])
        dates = evidence.decide(now)
        if not dates.certain:
            read_as = _("month/day/year") if dates.order is Order.MONTH_FIRST else _("day/month/year")
            message = _("The dates in “%s” can be read both ways; they were read as %s. If wrong, write 2026-11-30.")
            warnings.append(message % (column.name, read_as))
    return AnswerFile(table, columns, scale, zone, dates, warnings)
