"""What stands in the first sheet of this XLSX file, and is it safe to open?

A few kilobytes of XLSX can unpack to gigabytes, or place one cell in the last corner of a sheet so that a reader
reserves seventeen thousand million cells. So the parts are unpacked and counted here in small pieces, before the real
reader sees them.
"""

from __future__ import annotations

import sys
import zipfile
from array import array
from collections.abc import Iterator
from datetime import date, datetime, time, timedelta
from typing import Any, BinaryIO
from xml.parsers import expat

from django.utils.translation import gettext as _
from python_calamine import CalamineError, CalamineWorkbook, SheetVisibleEnum

from feedback.importing import UnusableFile
from feedback.importing.records import EXCERPT, MAX_FIELD, Record

WORKBOOK = "xlsx"  # stands where other files have an encoding
MAX_PACKED_BYTES = 10 * 2**20
MAX_UNPACKED_BYTES = 100 * 2**20
MAX_PARTS = 1_000
MAX_ROWS = 50_000
MAX_AREA = 2_000_000  # cells of the smallest rectangle around all that is filled in: the reader reserves them all
MAX_TEXT = 30 * 2**20  # characters, counting a shared text as often as it is used

_PIECE = 2**18
_NOT_XML = (".png", ".jpg", ".jpeg", ".gif", ".emf", ".wmf", ".bin", ".vml")
_LINKS_OF_THE_WORKBOOK = "xl/_rels/workbook.xml.rels"
# What makes the reader take the archive for a workbook of another kind, whose sheets are not counted here.
_OF_OTHER_KINDS = frozenset({"xl/workbook.bin", "content.xml"})


def is_workbook(head: bytes) -> bool:
    """Whether a file that begins like this is a zip archive, as XLSX is."""
    return head.startswith(b"PK\x03\x04")


def read_workbook(file: BinaryIO) -> tuple[list[Record], list[str]]:
    """Return the rows of the first visible sheet as text, by sheet row number, and warnings.

    Raises:
        UnusableFile: not an XLSX file, damaged, or larger than the limits above.
    """
    size = file.seek(0, 2)
    if size > MAX_PACKED_BYTES:
        raise UnusableFile(
            _("The workbook has %d MB; at most %d MB are read. Save it as CSV UTF-8.")
            % (size // 2**20, MAX_PACKED_BYTES // 2**20)
        )
    _refuse_dangerous(file)
    file.seek(0)
    try:
        workbook = CalamineWorkbook.from_filelike(file)
        visible = [sheet.name for sheet in workbook.sheets_metadata if sheet.visible == SheetVisibleEnum.Visible]
        if not visible:
            raise UnusableFile(_("The workbook has no visible sheet."))
        rows = list(_records(workbook.get_sheet_by_name(visible[0]).iter_rows()))
    except CalamineError as error:
        raise UnusableFile(_("The workbook cannot be read: %s") % error) from None
    if not rows:
        raise UnusableFile(_("The first sheet, “%s”, is empty.") % visible[0])
    warnings = [_("Only the first sheet, “%s”, was read.") % visible[0]] if len(visible) > 1 else []
    return rows, warnings


def _records(rows: Iterator[list[Any]]) -> Iterator[Record]:
    for line, row in enumerate(rows, start=1):
        cells = [_as_text(value) for value in row]
        if not any(cells):
            continue
        long = next((cell for cell in cells if len(cell) > MAX_FIELD), None)
        if long is None:
            yield Record(line, cells)
        else:
            fault = _("A cell has %d characters; at most %d are read.") % (len(long), MAX_FIELD)
            yield Record(line, fault=fault, excerpt=long[:EXCERPT])


def _as_text(value: object) -> str:
    """Write a cell the way a CSV export would: 7 and not 7.0, times in ISO order."""
    match value:
        case str():
            return value
        case bool():
            return "TRUE" if value else "FALSE"
        case float() if value.is_integer():
            return str(int(value))
        case datetime():
            return value.isoformat(sep=" ")
        case date() | time():
            return value.isoformat()
        case int() | float() | timedelta():
            return str(value)
    raise TypeError(f"No text for a cell of the type {type(value).__name__}.")


def _refuse_dangerous(file: BinaryIO) -> None:
    file.seek(0)
    try:
        with zipfile.ZipFile(file) as archive:
            parts = archive.infolist()
            if not any(part.filename == "xl/workbook.xml" for part in parts):
                raise UnusableFile(_("This is a zip archive, but not an XLSX workbook."))
            if len(parts) > MAX_PARTS:
                raise UnusableFile(_("The workbook has %d parts; at most %d are read.") % (len(parts), MAX_PARTS))
            if any(part.filename.lower() in _OF_OTHER_KINDS for part in parts):
                raise UnusableFile(_("This is a zip archive, but not an XLSX workbook."))
            inspector = _Inspector()
            for part in sorted(parts, key=lambda part: "sharedstrings" not in part.filename.lower()):
                with archive.open(part) as stream:
                    inspector.inspect(stream, part.filename.lower())
            inspector.refuse_hidden_sheets()
    except (zipfile.BadZipFile, expat.ExpatError, RuntimeError, NotImplementedError, EOFError) as error:
        # zipfile raises RuntimeError for an encrypted part and NotImplementedError for a rare compression
        raise UnusableFile(_("The workbook is damaged or protected: %s") % error) from None


class _Inspector:
    """Counts bytes, cells and characters of a workbook's parts, and stops at the first limit passed."""

    def __init__(self) -> None:
        self.unpacked = 0
        self.text = 0
        self.lengths = array("L")  # of the shared texts, by number
        self.in_text = self.in_value = self.shared = False
        self.value = ""
        self.sheets: set[str] = set()  # by what names their link
        self.links: list[tuple[str, str]] = []  # of the workbook, to its parts

    def inspect(self, stream: Any, name: str) -> None:
        """Count what is in the part of this name, in lower case."""
        self.rows = self.columns = self.row = self.column = 0
        is_xml, self.of_workbook = not name.endswith(_NOT_XML), name == _LINKS_OF_THE_WORKBOOK
        parser = expat.ParserCreate()
        parser.StartDoctypeDeclHandler = self._doctype
        parser.StartElementHandler = self._start
        parser.EndElementHandler = self._end
        parser.CharacterDataHandler = self._characters
        while piece := stream.read(_PIECE):
            self.unpacked += len(piece)
            if self.unpacked > MAX_UNPACKED_BYTES:
                raise UnusableFile(_("The workbook unpacks to more than %d MB.") % (MAX_UNPACKED_BYTES // 2**20))
            if is_xml:
                parser.Parse(piece, False)
                if self.text > MAX_TEXT:
                    raise UnusableFile(_("The workbook holds too much text. Save it as CSV UTF-8."))
        if is_xml:
            parser.Parse(b"", True)

    def refuse_hidden_sheets(self) -> None:
        """Once all parts were seen: a sheet that is called a picture was not counted."""
        for sheet, part in self.links:
            if sheet in self.sheets and part.lower().endswith(_NOT_XML):
                raise UnusableFile(_("The workbook is damaged or protected: %s") % part[:EXCERPT])

    def _doctype(self, *_arguments: object) -> None:
        raise UnusableFile(_("The workbook declares a document type, which no spreadsheet program writes."))

    def _start(self, name: str, attributes: dict[str, str]) -> None:
        name = name.rpartition(":")[2]
        if name == "c":
            self._place(attributes.get("r", ""))
            self.shared = attributes.get("t") == "s"
        elif name == "row":
            self.row = _number(attributes["r"]) - 1 if attributes.get("r", "").isdecimal() else self.row
            self.row += 1
            self.column = 0
        elif name == "si":
            self.lengths.append(0)
        elif name == "t":
            self.in_text = True
        elif name == "v":
            self.in_value, self.value = True, ""
        elif name == "sheet":
            self.sheets |= {value for key, value in attributes.items() if key.rpartition(":")[2] == "id"}
        elif name == "Relationship" and self.of_workbook:
            self.links.append((attributes.get("Id", ""), attributes.get("Target", "")))

    def _place(self, reference: str) -> None:
        letters = reference.rstrip("0123456789")
        if letters and letters.isascii() and letters.isalpha() and len(letters) <= 3:
            self.column = 0
            for letter in letters.upper():
                self.column = self.column * 26 + ord(letter) - 64
            self.row = _number(reference[len(letters) :]) if reference[len(letters) :] else self.row
        else:
            self.column += 1
        self.rows, self.columns = max(self.rows, self.row), max(self.columns, self.column)
        if self.rows > MAX_ROWS or self.rows * self.columns > MAX_AREA:
            raise UnusableFile(
                _("A sheet reaches to row %d and column %d; at most %d rows and %d cells are read. Use CSV UTF-8.")
                % (self.rows, self.columns, MAX_ROWS, MAX_AREA)
            )

    def _characters(self, data: str) -> None:
        if self.in_text:
            self.text += len(data)
            if self.lengths:
                self.lengths[-1] += len(data)
        elif self.in_value and self.shared:
            self.value += data

    def _end(self, name: str) -> None:
        name = name.rpartition(":")[2]
        if name == "t":
            self.in_text = False
        elif name == "v":
            self.in_value = False
            if self.shared:
                if not self.value.isdecimal() or _number(self.value) >= len(self.lengths):
                    raise UnusableFile(_("The workbook is damaged: a cell refers to a text that is not there."))
                self.text += self.lengths[int(self.value)]


def _number(digits: str) -> int:
    """A number, or one beyond every limit: Python refuses to read thousands of digits."""
    return int(digits) if len(digits) < 10 else sys.maxsize
