"""How does a table leave as a CSV file that no spreadsheet takes for a program? Line by line, however long it is."""

import csv
from collections.abc import Iterable, Iterator, Sequence
from typing import Any

from django.http import StreamingHttpResponse
from django.utils import translation

#: A cell that begins like this is a formula to a spreadsheet.
FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n")


def answer(filename: str, head: Sequence[str], rows: Iterable[Sequence[Any]]) -> StreamingHttpResponse:
    """The table as a download. Where a comma stands in numbers, spreadsheets part columns by a semicolon."""
    delimiter = "," if (translation.get_language() or "").startswith("en") else ";"
    response = StreamingHttpResponse(lines(head, rows, delimiter), content_type="text/csv; charset=utf-8")
    response.headers["Content-Disposition"] = f'attachment; filename="{filename}"'
    return response


def lines(head: Sequence[str], rows: Iterable[Sequence[Any]], delimiter: str) -> Iterator[str]:
    """Each line as text; the first begins with the mark that tells spreadsheets it is UTF-8."""
    writer = csv.writer(_Echo(), delimiter=delimiter)
    yield "\ufeff" + writer.writerow(head)
    for row in rows:
        yield writer.writerow([_harmless(cell) for cell in row])


class Numeral(str):
    """A number of ours as the reader's language writes it: no formula, though it may begin with a minus."""

    __slots__ = ()


class _Echo:
    """What `csv` writes to: it hands each line on."""

    def write(self, line: str) -> str:
        return line


def _harmless(cell: Any) -> Any:
    is_text = isinstance(cell, str) and not isinstance(cell, Numeral)
    return f"'{cell}" if is_text and cell.startswith(FORMULA) else cell
