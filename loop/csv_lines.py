"""How does a table leave as a CSV file that no spreadsheet takes for a program? Piece by piece, however long it is."""

import csv
import io
from collections.abc import Iterable, Iterator, Sequence
from itertools import islice, zip_longest
from typing import Any

from django.http import StreamingHttpResponse
from django.utils import translation

from feedback.formulas import MARKS, harmless

AT_ONCE = 500  # rows of a piece: what is on its way is kept small, and the web server is not asked for every line


def answer(filename: str, head: Sequence[str], rows: Iterable[Sequence[Any]]) -> StreamingHttpResponse:
    """The table as a download. Where a comma stands in numbers, spreadsheets part columns by a semicolon."""
    language = translation.get_language() or ""
    told = _in_language(language, pieces(head, rows, delimiter(language)))
    response = StreamingHttpResponse(told, content_type="text/csv; charset=utf-8")
    response.headers["Content-Disposition"] = f'attachment; filename="{filename}"'
    return response


def delimiter(language: str | None) -> str:
    """Which character parts the columns for readers of this language."""
    return "," if (language or "").startswith("en") else ";"


def pieces(head: Sequence[str], rows: Iterable[Sequence[Any]], delimiter: str) -> Iterator[str]:
    """The file in pieces of some hundred lines; the first begins with the mark that tells spreadsheets it is UTF-8."""
    yield "\ufeff" + _written([_harmless(head)], delimiter)
    yield from more(rows, delimiter)


def more(rows: Iterable[Sequence[Any]], delimiter: str) -> Iterator[str]:
    """Pieces that follow others."""
    left = iter(rows)
    while several := list(islice(left, AT_ONCE)):
        yield _written(several if _need_nothing(several) else map(_harmless, several), delimiter)


def _in_language(language: str, told: Iterator[str]) -> Iterator[str]:
    """Each piece in the reader's language: it is asked for after the page has been answered."""
    while True:
        with translation.override(language or None):
            piece = next(told, None)
        if piece is None:
            return
        yield piece


class Numeral(str):
    """A number of ours as the reader's language writes it: no formula, though it may begin with a minus."""

    __slots__ = ()


def _written(rows: Iterable[Sequence[Any]], delimiter: str) -> str:
    text = io.StringIO()
    csv.writer(text, delimiter=delimiter).writerows(rows)
    return text.getvalue()


def _need_nothing(rows: Sequence[Sequence[Any]]) -> bool:
    """Whether all texts may stand in cells as they are. So it is of nearly all rows, and columns have few values."""
    return not any(isinstance(cell, str) and cell[:1] in MARKS for column in zip_longest(*rows) for cell in {*column})


def _harmless(row: Sequence[Any]) -> Sequence[Any]:
    """The row with its texts as they may stand in cells."""
    return [
        harmless(cell) if isinstance(cell, str) and cell[:1] in MARKS and not isinstance(cell, Numeral) else cell
        for cell in row
    ]
