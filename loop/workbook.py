"""How do tables leave as a workbook in which nothing becomes a formula or a link? One sheet a table (XLSX)."""

import tempfile
from collections.abc import Iterable, Sequence
from datetime import date
from decimal import Decimal
from typing import IO, Any

import xlsxwriter
from django.http import FileResponse

from loop.report_pages.table import Cell, Look, Number, Table

CONTENT_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
#: Text is text, whatever it begins with; only one row is held in memory.
SAFELY = {
    "strings_to_formulas": False,
    "strings_to_urls": False,
    "strings_to_numbers": False,
    "constant_memory": True,
    "default_date_format": "yyyy-mm-dd",
}
LONGEST_NAME = 31
FORBIDDEN = str.maketrans(dict.fromkeys("[]:*?/\\'", " "))
WIDEST = 40
LIST_WIDTH = 18  # of a column of a list: its rows are not known before they are written
LONGEST_TEXT = 32_767  # of a cell, in units of UTF-16
MOST_ROWS = 50_000  # of a list: it is written while somebody waits, of cases some ten seconds


class TooManyRows(ValueError):
    """A list is longer than a workbook takes."""


def answer(filename: str, about: Sequence[tuple[str, str]], tables: Iterable[Table]) -> FileResponse:
    """The tables as a download; the first sheet says what they are `about`."""
    return FileResponse(written(about, tables), as_attachment=True, filename=filename, content_type=CONTENT_TYPE)


def list_answer(filename: str, head: Sequence[str], rows: Iterable[Sequence[Any]]) -> FileResponse:
    """A list as a download. Raises TooManyRows."""
    return FileResponse(list_written(head, rows), as_attachment=True, filename=filename, content_type=CONTENT_TYPE)


def list_written(head: Sequence[str], rows: Iterable[Sequence[Any]]) -> IO[bytes]:
    """A workbook of one sheet in a temporary file, at its beginning; one row at a time is in memory.

    Raises:
        TooManyRows: there are more than `MOST_ROWS`.
    """
    file = tempfile.TemporaryFile()  # noqa: SIM115  whoever sends it closes it
    try:
        _write_list(file, head, rows)
    except BaseException:
        file.close()
        raise
    file.seek(0)
    return file


def _write_list(file: IO[bytes], head: Sequence[str], rows: Iterable[Sequence[Any]]) -> None:
    with xlsxwriter.Workbook(file, SAFELY) as book:
        bold, sheet = book.add_format({"bold": True}), book.add_worksheet()
        sheet.freeze_panes(1, 1)
        sheet.set_column(0, max(len(head) - 1, 0), LIST_WIDTH)
        for column, name in enumerate(head):
            sheet.write_string(0, column, name, bold)
        for place, row in enumerate(rows, start=1):
            if place > MOST_ROWS:
                raise TooManyRows
            for column, cell in enumerate(row):
                _write_plain(sheet, place, column, cell)


def _write_plain(sheet: Any, row: int, column: int, cell: Any) -> None:
    """A value as it is: a number as a number, anything else as text, the end of one that is too long left out."""
    if isinstance(cell, int | float | Decimal):
        sheet.write_number(row, column, cell)
    elif cell is not None and cell != "":
        text = str(cell)
        sheet.write_string(row, column, text if len(text) <= LONGEST_TEXT // 2 else _cut(text))


def _cut(text: str) -> str:
    """As much of a text as a cell takes, which counts in UTF-16."""
    units = text.encode("utf-16-le")
    if len(units) <= 2 * LONGEST_TEXT:
        return text
    return units[: 2 * (LONGEST_TEXT - 1)].decode("utf-16-le", "ignore") + "…"


def written(about: Sequence[tuple[str, str]], tables: Iterable[Table]) -> IO[bytes]:
    """A workbook in a temporary file, at its beginning."""
    file = tempfile.TemporaryFile()  # noqa: SIM115  whoever sends it closes it
    with xlsxwriter.Workbook(file, SAFELY) as book:
        bold = book.add_format({"bold": True})
        looks = {look: book.add_format({"num_format": look.value}) for look in Look}
        taken: set[str] = set()
        first, *rest = [*about]
        _sheet(book, _name(first[1], taken), [[(text, bold) for text in first], *[[*line] for line in rest]], looks)
        for table in tables:
            head = [[(text, bold) for text in table.head]]
            note = [[], [table.note]] if table.note else []
            _sheet(book, _name(table.title, taken), [*head, *table.rows, *note], looks)
    file.seek(0)
    return file


def _sheet(book: Any, name: str, rows: Sequence[Sequence[Any]], looks: dict[Look, Any]) -> None:
    sheet = book.add_worksheet(name)
    sheet.freeze_panes(1, 1)
    tabular = [row for row in rows if len(row) > 1]
    for column in range(max((len(row) for row in tabular), default=1)):
        longest = max((len(_text(row[column])) for row in tabular if column < len(row)), default=0)
        sheet.set_column(column, column, min(WIDEST, longest + 2))
    for place, row in enumerate(rows):
        for column, cell in enumerate(row):
            _write(sheet, place, column, cell, looks)


def _write(sheet: Any, row: int, column: int, cell: Cell | tuple[str, Any], looks: dict[Look, Any]) -> None:
    if isinstance(cell, tuple):
        sheet.write_string(row, column, *cell)
    elif isinstance(cell, Number):
        sheet.write_number(row, column, cell.rounded, looks[cell.look])
    elif isinstance(cell, int):
        sheet.write_number(row, column, cell)
    elif isinstance(cell, date):
        sheet.write_datetime(row, column, cell)
    elif cell:
        sheet.write_string(row, column, cell)


def _text(cell: Any) -> str:
    return str(cell[0] if isinstance(cell, tuple) else cell.rounded if isinstance(cell, Number) else cell or "")


def _name(title: str, taken: set[str]) -> str:
    """A name that sheets may have, and no other sheet has."""
    wanted = " ".join(title.translate(FORBIDDEN).split())[:LONGEST_NAME].strip() or "1"
    found, number = wanted, 1
    while found.lower() in taken:
        number += 1
        found = f"{wanted[: LONGEST_NAME - 4].strip()} {number}"
    taken.add(found.lower())
    return found
