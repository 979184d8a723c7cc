"""Which column holds the score, which the comment, which says who answered?

By the names of the columns in five languages and by what stands in them. Where two columns fit equally well nothing is
guessed: the refusal names both and how to say which one is meant.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial

from django.utils.translation import gettext as _

from feedback.importing import UnusableFile
from feedback.importing.field_names import label
from feedback.importing.headers import Column
from feedback.importing.records import Record, some_at_a_time
from feedback.importing.scores import is_blank, number_in
from feedback.importing.vocabulary import (
    ABOUT_A_SCORE,
    ASKS_WHY,
    FIELDS,
    LIKELY,
    NAMES,
    RATES,
    RECOMMENDS,
    ZERO_TO_TEN,
)
from feedback.nps import HIGHEST_SCORE

IGNORE = "ignore"

#: What a person decided: a column, by its number from 1 or (text) by its name or number, to a field or to `IGNORE`.
Said = Mapping[str, str] | Mapping[int, str]

_EMAIL = re.compile(r"[^@\s]+@[^@\s]+\.[^@\s]+")

_NAMED_SCORE, _LIKELY_TO_RECOMMEND, _SOME_RATING = 3, 2, 1
_MAYBE_ROW_NUMBER = frozenset({"id", "#"})
_LONG_ENOUGH_FOR_AN_ID = 8  # digits; SurveyMonkey's have 12
_MOST = 0.8  # share of filled-in cells that must fit: real files have faulty rows, and those are reported later


class Unclear(UnusableFile):
    """It is not clear which of `columns` holds `field`; whoever asks the person says how to answer.

    `found` is what is clear all the same, so that nobody has to say it.
    """

    def __init__(self, field: str, columns: Sequence[Column], message: str) -> None:
        super().__init__(message)
        self.field = field
        self.columns = columns
        self.found: Mapping[str, Column] = {}


@dataclass(slots=True)
class _Content:
    """What stands in one column."""

    filled: int = 0
    scores: int = 0
    emails: int = 0
    with_space: int = 0
    short_numbers: int = 0
    above_one: bool = False
    repeats: bool = False
    seen: set[int] | None = None  # hashes of the cells, where it matters whether one comes twice

    def add_all(self, cells: Iterable[str]) -> None:
        """Take more cells into account; each text is looked at once, however often it stands there."""
        for cell, times in Counter(cells).items():
            if not is_blank(cell):
                self._add(cell, times)

    def _add(self, cell: str, times: int) -> None:
        self.filled += times
        self.short_numbers += times * (len(cell) < _LONG_ENOUGH_FOR_AN_ID and cell.isdigit())
        number = number_in(cell)
        if number is None:
            self.emails += times * (_EMAIL.fullmatch(cell.strip()) is not None)
            self.with_space += times * (" " in cell.strip())
        else:
            self.scores += times * (0 <= number <= HIGHEST_SCORE)
            self.above_one = self.above_one or number > 1
        if self.seen is not None:
            self.repeats = self.repeats or times > 1 or hash(cell) in self.seen
            self.seen.add(hash(cell))

    def mostly(self, fitting: int) -> bool:
        return self.filled > 0 and fitting >= _MOST * self.filled


def recognise(columns: Sequence[Column], records: Iterable[Record], said: Said) -> dict[str, Column]:
    """Return the column of each field that was found; `score` is always among them.

    Args:
        columns: of the header.
        records: of the whole file; read once, only where the names leave something open.
        said: what a person decided; see `Said`.

    Raises:
        UnusableFile: a column or field in `said` that does not exist.
        Unclear: no column looks like the score, or several columns fit a field equally well.
    """
    fixed, free = take_as_said(columns, said, FIELDS)
    contents = _contents(free, records)
    found, unclear = dict(fixed), list[Unclear]()

    def look(name: str, find: Callable[[], Column | None]) -> None:
        if name not in found:
            try:
                column = find()
            except Unclear as this:
                unclear.append(this)
            else:
                found.update({} if column is None else {name: column})

    def rest() -> list[Column]:
        taken = {column.index for column in found.values()}
        return [column for column in free if column.index not in taken]

    for name in FIELDS:
        if name != "score":
            look(name, partial(_by_name, name, free, contents))
    look("score", lambda: _score_column(rest(), columns, contents))
    if not unclear:
        words = [c for c in rest() if not _holds_scores(c, contents.get(c.index))]
        look("comment", lambda: _comment_column(found["score"], words))
    if unclear:
        unclear[0].found = found
        raise unclear[0]
    return found


def recognise_score(columns: Sequence[Column], records: Iterable[Record]) -> Column:
    """Return the column of the score alone, whatever the others are. Raises Unclear as `recognise` does."""
    return _score_column(columns, columns, _contents(columns, records))


def take_as_said(
    columns: Sequence[Column], said: Said, fields: Collection[str]
) -> tuple[dict[str, Column], list[Column]]:
    """Return the columns a person gave a field, and the columns they said nothing about.

    Raises:
        UnusableFile: no such column, no such field, or two columns for one field.
    """
    fixed: dict[str, Column] = {}
    spoken_for: set[int] = set()
    for name, field_name in said.items():
        column = _numbered(columns, name) if isinstance(name, int) else find_column(columns, name)
        spoken_for.add(column.index)
        if field_name == IGNORE:
            continue
        if field_name not in fields:
            known = ", ".join((*fields, IGNORE))
            raise UnusableFile(_("There is no field “%s”. Fields are: %s.") % (field_name, known))
        if field_name in fixed:
            raise UnusableFile(_("Two columns are mapped to the field “%s”.") % label(field_name))
        fixed[field_name] = column
    return fixed, [column for column in columns if column.index not in spoken_for]


def named_outright(names: Sequence[str], field: str, columns: Sequence[Column]) -> Column | None:
    """Return the column that carries the best of these names; None when none does.

    Raises:
        Unclear: several columns carry the same name.
    """
    for wanted in names:
        fitting = [column for column in columns if wanted in column.keys]
        if len(fitting) > 1:
            raise _tie(fitting, field)
        if fitting:
            return fitting[0]
    return None


def find_column(columns: Sequence[Column], name: str) -> Column:
    """Return the column a person means by its name, whatever its case, or by its number from 1.

    Raises:
        UnusableFile: no column, or several, of that name.
    """
    wanted = " ".join(name.split()).casefold()
    named = [column for column in columns if column.name.casefold() == wanted]
    if len(named) == 1:
        return named[0]
    if named:
        numbers = ", ".join(str(column.index + 1) for column in named)
        raise UnusableFile(
            _("Several columns are called “%s”: number %s. Give the number in place of the name.") % (name, numbers)
        )
    if wanted.isascii() and wanted.isdigit() and 1 <= int(wanted) <= len(columns):
        return columns[int(wanted) - 1]
    raise UnusableFile(_("There is no column “%s”. The columns are: %s.") % (name, _listed(columns)))


def _numbered(columns: Sequence[Column], number: int) -> Column:
    """The column of this number from 1, whatever the others are called."""
    if not 1 <= number <= len(columns):
        raise UnusableFile(_("There is no column “%s”. The columns are: %s.") % (number, _listed(columns)))
    return columns[number - 1]


def _contents(columns: Sequence[Column], records: Iterable[Record]) -> dict[int, _Content]:
    """Look through the columns whose name alone does not settle what they are."""
    contents = {
        column.index: _Content(seen=set() if _MAYBE_ROW_NUMBER & set(column.keys) else None)
        for column in columns
        if _score_strength(column) or _named(column, "contact", "external_id")
    }
    width = 1 + max(contents, default=0)
    for some in some_at_a_time(records) if contents else ():
        rows = [record.cells for record in some if len(record.cells) >= width]
        for index, content in contents.items():
            content.add_all(cells[index] for cells in rows)
    return contents


def _named(column: Column, *fields: str) -> bool:
    return any(key in NAMES[name] for name in fields for key in column.keys)


def _by_name(name: str, columns: Sequence[Column], contents: Mapping[int, _Content]) -> Column | None:
    for wanted in NAMES[name]:
        agreeing = [column for column in columns if _content_agrees(name, wanted, contents.get(column.index))]
        column = named_outright([wanted], name, agreeing)
        if column is not None:
            return column
    return None


def _content_agrees(name: str, wanted: str, content: _Content | None) -> bool:
    """Whether what stands in a column contradicts its name: a row number, a "contact" that is a person's name."""
    if content is None or not content.filled:
        return True
    if name == "external_id" and wanted != "external id":
        # Answers 1, 2, 3 of one survey are not those of another that is imported beside it.
        return not content.repeats and not content.mostly(content.short_numbers)
    if name == "contact":
        return not content.mostly(content.with_space) and not content.mostly(content.emails)
    return True


def _score_strength(column: Column) -> int:
    """How much the name of a column says that it is the score; 0 when it says nothing of the kind."""
    keys = column.keys
    if any(ABOUT_A_SCORE.search(key) for key in keys):
        return 0
    if _named(column, "score"):
        return _NAMED_SCORE
    recommends = any(RECOMMENDS.search(key) for key in keys)
    if recommends and any(LIKELY.search(key) or ZERO_TO_TEN.search(key) for key in keys):
        return _LIKELY_TO_RECOMMEND
    rates = any(RATES.search(key) or ZERO_TO_TEN.search(key) or LIKELY.search(key) for key in keys)
    return _SOME_RATING if recommends or rates else 0


def _score_column(columns: Sequence[Column], every: Sequence[Column], contents: Mapping[int, _Content]) -> Column:
    named = [column for column in columns if _score_strength(column)]
    fitting = [c for c in named if _holds_scores(c, contents[c.index])]
    if not fitting:
        # The name must do, when it says it outright: the rows are then refused one by one, each with its reason.
        fitting = [c for c in named if _score_strength(c) > _SOME_RATING]
    if not fitting:
        raise Unclear("score", every, _("No column looks like the score. The columns are: %s.") % _listed(every))
    strongest = max(_score_strength(column) for column in fitting)
    best = [column for column in fitting if _score_strength(column) == strongest]
    if len(best) > 1:
        # Of several ratings the one that is followed by an open "why?" is the NPS question.
        asked_why = [c for c in best if c.index + 1 < len(every) and _asks_why(every[c.index + 1])]
        best = asked_why if len(asked_why) == 1 else best
    if len(best) > 1:
        raise _tie(best, "score")
    return best[0]


def _holds_scores(column: Column, content: _Content | None) -> bool:
    """Whether most cells are scores. "Would you recommend us?" answered with 0 and 1 is a yes or no, not a score."""
    if content is None:
        return False
    return content.mostly(content.scores) and (content.above_one or _score_strength(column) > _SOME_RATING)


def _asks_why(column: Column) -> bool:
    return any(ASKS_WHY.search(key) and not ABOUT_A_SCORE.search(key) for key in column.keys)


def _comment_column(score: Column, columns: Sequence[Column]) -> Column | None:
    asking = [column for column in columns if _asks_why(column)]
    beside = [column for column in asking if column.index == score.index + 1]
    if beside:
        return beside[0]
    if len(asking) > 1:
        raise _tie(asking, "comment")
    return asking[0] if asking else None


def _tie(columns: Sequence[Column], name: str) -> Unclear:
    return Unclear(name, columns, _("Several columns could be the %s: %s.") % (label(name), _listed(columns)))


def _listed(columns: Sequence[Column]) -> str:
    shown = ", ".join(f"“{column.name}”" for column in columns[:12])
    return shown if len(columns) <= 12 else _("%s and %d more") % (shown, len(columns) - 12)
