"""How do tables leave as a workbook in which nothing becomes a formula or a link? One sheet a table (XLSX)."""

import tempfile
from collections.abc import Iterable, Sequence
from datetime import date
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


def answer(filename: str, about: Sequence[tuple[str, str]], tables: Iterable[Table]) -> FileResponse:
    """The tables as a download; the first sheet says what they are `about`."""
    return FileResponse(written(about, tables), as_attachment=True, filename=filename, content_type=CONTENT_TYPE)


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
