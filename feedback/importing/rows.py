"""Is this row of the file an answer, a blank, or a mistake, and which line, column and value is the mistake in?"""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from types import MappingProxyType
from typing import Any, BinaryIO, NamedTuple
from zoneinfo import ZoneInfo

from django.utils.translation import gettext as _
from django.utils.translation import ngettext_lazy

from feedback.importing.cells import MAX_NAME, Fields, Wrong
from feedback.importing.columns import Said, recognise
from feedback.importing.dates import DateReading, Order, OrderEvidence
from feedback.importing.headers import Column, Tool
from feedback.importing.records import EXCERPT, Record, some_at_a_time
from feedback.importing.scores import NotAScore, parse_score
from feedback.importing.table import Table, open_table

ENOUGH_FOR_A_ZERO = 200  # answers after which a 0-10 survey without a single 0 was probably asked on 1-10

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
    _fields: Fields = field(init=False)

    def __post_init__(self) -> None:
        self._fields = Fields(self.columns, self.scale, self.dates, self.zone)

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
            external_id = self._fields.external_id(cells) or self._identity(cells)
            return self._answer(record.line, cells, external_id) or Blank(record.line)
        except Wrong as wrong:
            column = self.columns[wrong.name]
            return Problem(record.line, column.name, self._shown(cells[column.index]), wrong.message)

    def _answer(self, line: int, cells: list[str], external_id: str) -> Answer | None:
        fields = self._fields
        score, is_labelled = fields.score(cells)
        comment = fields.comment(cells)
        if score is None:
            self._counts["comment without score"] += bool(comment)
            return None
        self._check_status(fields.status(cells))
        respondent = self._respondent(cells)
        responded_at = fields.responded_at(cells)
        if responded_at is None:
            self._counts["undated"] += 1
        answer = Answer(
            line,
            score,
            comment,
            responded_at,
            fields.source(cells),
            external_id,
            respondent,
            fields.phone(cells),
            fields.language(cells),
            fields.wants_callback(cells),
        )
        self._counts["answers"] += 1
        if score == 0:
            self._counts["zeros"] += 1
        if is_labelled:
            self._counts["labelled"] += 1
        return answer

    def _identity(self, cells: list[str]) -> str:
        """Name a row that has no id of its own: by its whole content and how often that stood in the file before.

        The same file again gives the same names, whatever columns are mapped; equal rows of different people differ.
        """
        content = hashlib.blake2b("\x1f".join(cell.strip() for cell in cells).encode(), digest_size=16).digest()
        self._seen[content] += 1
        return f"row:{content.hex()}:{self._seen[content]}"

    def _check_status(self, said: str) -> None:
        if not said:
            return
        status = said.casefold()
        coded = self.table.tool is Tool.QUALTRICS and status in _QUALTRICS_NOT_AN_ANSWER
        if coded or status in _NOT_AN_ANSWER:
            raise Wrong("status", _("A preview, a test or spam, not a customer's answer."))

    def _respondent(self, cells: list[str]) -> Respondent | None:
        fields = self._fields
        email, contact = fields.email(cells), fields.contact(cells)
        if not fields.tell_names:
            return Respondent(email, external_id=contact) if email or contact else None
        name = fields.name(cells) or f"{fields.first_name(cells)} {fields.last_name(cells)}".strip()
        if not email and not contact:
            unreachable = name or fields.account(cells) or fields.account_id(cells)
            self._counts["nobody to write to"] += bool(unreachable)
            return None
        account, account_id = fields.account(cells)[:MAX_NAME], fields.account_id(cells)
        return Respondent(email, name[:MAX_NAME], contact, account, account_id)

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
        for some in some_at_a_time(table.records()):
            evidence.add_all({record.cells[column.index] for record in some if column.index < len(record.cells)})
        dates = evidence.decide(now)
        if not dates.certain:
            read_as = _("month/day/year") if dates.order is Order.MONTH_FIRST else _("day/month/year")
            message = _("The dates in “%s” can be read both ways; they were read as %s. If wrong, write 2026-11-30.")
            warnings.append(message % (column.name, read_as))
    return AnswerFile(table, columns, scale, zone, dates, warnings)
