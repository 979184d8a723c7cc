"""How many scores of each category does a file or a list hold? The calculator alone, without a database."""

from __future__ import annotations

import io
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from typing import BinaryIO

from django.utils.translation import gettext as _

from feedback.importing.columns import find_column, recognise_score
from feedback.importing.encoding import find_encoding
from feedback.importing.records import EXCERPT, physical_lines
from feedback.importing.scores import NotAScore, parse_score
from feedback.importing.table import open_table
from feedback.nps import Nps, category


@dataclass(frozen=True, slots=True)
class Tally:
    """What was counted: answers by category, cells that are no score, and cells without an answer."""

    nps: Nps
    invalid: int
    blank: int
    column: str = ""
    first_invalid: str = ""


def tally_table(file: BinaryIO, *, column: str | None, scale: tuple[int, int]) -> Tally:
    """Count the scores of one column of a CSV or XLSX file; without `column` it is recognised.

    Raises:
        UnusableFile: the file cannot be read, or it is not clear which column is meant.
    """
    if column is None and _is_bare_list(file):
        return tally_list(file, scale=scale)
    table = open_table(file)
    chosen = find_column(table.columns, column) if column else recognise_score(table.columns, table.records())

    def cells() -> Iterator[tuple[int, str | None]]:
        for record in table.records():
            yield record.line, record.cells[chosen.index] if len(record.cells) == len(table.columns) else None

    return _tally(cells(), scale, chosen.name)


def tally_list(file: BinaryIO, *, scale: tuple[int, int]) -> Tally:
    """Count the scores of a text with one score a line. An empty text is no answers, not an error."""
    if not file.seek(0, io.SEEK_END):
        return Tally(Nps(), 0, 0)
    encoding = find_encoding(file)
    file.seek(0)
    text = io.TextIOWrapper(file, encoding=encoding.name, errors=encoding.errors, newline="")
    try:
        return _tally(enumerate(physical_lines(text), start=1), scale)
    finally:
        text.detach()


def _tally(cells: Iterator[tuple[int, str | None]], scale: tuple[int, int], column: str = "") -> Tally:
    counts: Counter[str] = Counter()
    first_invalid = ""
    for line, cell in cells:
        try:
            score = _score(cell, scale)
        except NotAScore as error:
            counts["invalid"] += 1
            first_invalid = first_invalid or _("line %d: “%s”: %s") % (line, (cell or "").strip()[:EXCERPT], error)
        else:
            counts["blank" if score is None else category(score, scale)] += 1
    nps = Nps(counts["detractor"], counts["passive"], counts["promoter"])
    return Tally(nps, counts["invalid"], counts["blank"], column, first_invalid)


def _score(cell: str | None, scale: tuple[int, int]) -> int | None:
    if cell is None:
        raise NotAScore(_("the row has not as many columns as the header."))
    return parse_score(cell, scale)


def _is_bare_list(file: BinaryIO) -> bool:
    """Whether the first line is a score already, so that there is no header."""
    file.seek(0)
    try:
        return parse_score(file.readline(64).decode("utf-8-sig"), (0, 10)) is not None
    except (UnicodeDecodeError, NotAScore):
        return False
