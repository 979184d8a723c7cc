"""What table does this file hold, whatever program wrote it?

The one door to a CSV or XLSX file: afterwards there are columns with names and records with line numbers, which can be
read as often as needed without holding a CSV file in memory.
"""

from __future__ import annotations

import io
import re
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice
from typing import BinaryIO, cast

from django.utils.translation import gettext as _

from feedback.importing import UnusableFile, own_files
from feedback.importing.delimiter import SAMPLE_LINES, find_delimiter
from feedback.importing.encoding import Encoding, find_encoding
from feedback.importing.headers import Column, Header, Tool, read_header
from feedback.importing.records import LONGEST_HISTORY, Plausible, Record, physical_lines, read_records
from feedback.importing.workbook import WORKBOOK, is_workbook, read_workbook
from feedback.importing.written import AS_RECOGNISED, Written

MAX_COLUMNS = 1_000

# The first line by which Excel is told the delimiter.
_DELIMITER_HINT = re.compile(r"sep=(.)\s*", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Table:
    """A file that was understood so far: where its text is, how it is cut up, and what the columns are called."""

    file: BinaryIO
    encoding: Encoding
    delimiter: str | None
    header: Header
    warnings: tuple[str, ...]
    _sheet: tuple[Record, ...] = ()
    _hinted: bool = False

    @property
    def columns(self) -> tuple[Column, ...]:
        return self.header.columns

    @property
    def tool(self) -> Tool:
        return self.header.tool

    def records(self, plausible: Plausible | None = None) -> Iterator[Record]:
        """Yield the records below the header, in the order of the file. May be called again once it has ended.

        `plausible` says what a record of this table looks like; see `records.read_records`.
        """
        if self.delimiter is None:
            return islice(self._sheet, self.header.rows, None)
        return islice(_csv_records(self, plausible), self.header.rows, None)


def open_table(file: BinaryIO, written: Written = AS_RECOGNISED) -> Table:
    """Find out how to read a seekable binary file; its name plays no part, since names lie.

    Args:
        written: what a person says about its encoding and what parts its columns.

    Raises:
        UnusableFile: with a message for the person who has to export the file again.
    """
    file.seek(0)
    if is_workbook(file.read(4)):
        records, warnings = read_workbook(file)
        return _checked(Table(file, Encoding(WORKBOOK), None, _header(records[:3]), tuple(warnings), tuple(records)))
    encoding = find_encoding(file, written.encoding)
    lines = list(islice(_lines(file, encoding), SAMPLE_LINES))
    hint = _DELIMITER_HINT.fullmatch(lines[0])
    found = hint[1] if hint else own_files.delimiter_of(lines[0])
    delimiter = written.delimiter or found or find_delimiter(lines)
    rows = list(islice(read_records(lines[1:] if hint else lines, delimiter), 3))
    return _checked(Table(file, encoding, delimiter, _header(rows), encoding.warnings, _hinted=bool(hint)))


def _header(rows: list[Record]) -> Header:
    if not rows:
        raise UnusableFile(_("The file holds only empty lines."))
    if rows[0].fault:
        raise UnusableFile(_("Line %d, which should name the columns: %s") % (rows[0].line, rows[0].fault))
    return read_header([row.cells for row in rows])


def _checked(table: Table) -> Table:
    if len(table.columns) > MAX_COLUMNS:
        raise UnusableFile(_("The file has %d columns; at most %d are read.") % (len(table.columns), MAX_COLUMNS))
    if not any(letter.isalpha() for column in table.columns for key in column.keys for letter in key):
        raise UnusableFile(
            _("The first line does not name the columns. Put a line such as “score,comment,email” on top.")
        )
    return table


def _csv_records(table: Table, plausible: Plausible | None) -> Iterator[Record]:
    lines = _lines(table.file, table.encoding)
    first = 1
    if table._hinted:
        next(lines)
        first = 2
    delimiter = cast("str", table.delimiter)
    if table.tool is Tool.LOOP:  # its quotation marks match
        records = read_records(lines, delimiter, longest=LONGEST_HISTORY)
    else:
        records = read_records(lines, delimiter, len(table.columns), plausible)
    if first == 1:
        yield from records
    for record in records:
        record.line += first - 1
        yield record


def _lines(file: BinaryIO, encoding: Encoding) -> Iterator[str]:
    file.seek(0)
    text = io.TextIOWrapper(file, encoding=encoding.name, errors=encoding.errors, newline="")
    try:
        yield from physical_lines(text)
    finally:
        text.detach()  # or the wrapper would close the caller's file
