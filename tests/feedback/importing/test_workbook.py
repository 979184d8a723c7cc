"""Is an XLSX file read like the CSV it could have been, and a dangerous one refused before it is opened?"""

from __future__ import annotations

import io
import zipfile
from datetime import datetime

import pytest
import xlsxwriter

from feedback.importing import UnusableFile, workbook
from feedback.importing.rows import Answer, Problem
from tests.feedback.importing.reading import understand


def xlsx(*rows: list, sheets: tuple[str, ...] = ("Svar",), hide_first: bool = False) -> bytes:
    file = io.BytesIO()
    with xlsxwriter.Workbook(file, {"in_memory": True, "default_date_format": "yyyy-mm-dd hh:mm"}) as book:
        for number, name in enumerate(sheets):
            sheet = book.add_worksheet(name)
            if hide_first and number == 0:
                sheet.hide()
                continue
            for line, row in enumerate(rows):
                sheet.write_row(line, 0, row)
        if hide_first:
            book.worksheets()[1].activate()
    return file.getvalue()


def with_part(data: bytes, name: str, content: bytes) -> bytes:
    """The workbook with one of its parts replaced or added."""
    result = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as old, zipfile.ZipFile(result, "w", zipfile.ZIP_DEFLATED) as new:
        for part in old.namelist():
            if part != name:
                new.writestr(part, old.read(part))
        new.writestr(name, content)
    return result.getvalue()


def sheet_xml(cells: str, before: str = "") -> bytes:
    main = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
    return f'<?xml version="1.0"?>{before}<worksheet xmlns="{main}"><sheetData>{cells}</sheetData></worksheet>'.encode()


SMALL = xlsx(["Betyg", "Kommentar"], [9, "ok"])
SHEET = "xl/worksheets/sheet1.xml"


class TestWorkbook:
    def test_gives_answers_with_the_row_numbers_of_the_sheet(self):
        data = xlsx(
            ["Betyg", "Kommentar", "Tidsstämpel", "E-post"],
            [3, "Åäö\nandra raden", datetime(2026, 11, 1, 8, 51), "asa@nordmat.example"],
            [],
            [8.5, "", "", ""],
            ["10", "text", "2026-11-01", ""],
        )
        answers = understand(data)
        first, second, third = answers.rows()
        assert isinstance(first, Answer)
        assert (first.line, first.score, first.comment) == (2, 3, "Åäö\nandra raden")
        assert (first.responded_at.hour, first.respondent.email) == (7, "asa@nordmat.example")
        assert isinstance(second, Problem)
        assert (second.line, second.column, second.value) == (4, "Betyg", "8.5")
        assert (third.line, third.score) == (5, 10)
        assert (answers.table.encoding.name, answers.table.delimiter) == ("xlsx", None)

    def test_of_several_sheets_gives_the_first_visible_one_and_says_so(self):
        answers = understand(xlsx(["score"], [9], sheets=("Hidden", "Shown", "More"), hide_first=True))
        assert [row.score for row in answers.rows()] == [9]
        assert "Only the first sheet, “Shown”, was read." in answers.warnings

    def test_without_anything_in_it_is_refused(self):
        with pytest.raises(UnusableFile, match="“Svar”, is empty"):
            understand(xlsx())

    def test_with_a_huge_cell_loses_that_row_only(self):
        rows = list(understand(xlsx(["score", "comment"], [9, "x" * 10_001], [8, "ok"])).rows())
        assert [type(row) for row in rows] == [Problem, Answer]


class TestDangerousWorkbook:
    def test_that_unpacks_to_gigabytes_is_refused_without_unpacking_them(self):
        bomb = with_part(SMALL, SHEET, sheet_xml("<row>" + " " * (120 * 2**20) + "</row>"))
        assert len(bomb) < 200_000
        with pytest.raises(UnusableFile, match="unpacks to more than 100 MB"):
            understand(bomb)

    def test_with_a_bomb_in_a_part_that_is_no_sheet_is_refused_as_well(self):
        with pytest.raises(UnusableFile, match="unpacks to more than 100 MB"):
            understand(with_part(SMALL, "xl/media/image1.png", bytes(120 * 2**20)))

    @pytest.mark.parametrize("corner", ["XFD1048576", "A1048576", "XFD60"])
    def test_with_a_cell_in_a_far_corner_is_refused(self, corner):
        cells = f'<row r="1"><c r="A1"><v>9</v></c></row><row><c r="{corner}"><v>9</v></c></row>'
        if corner == "XFD60":
            cells += '<row r="50000"><c r="A50000"><v>1</v></c></row>'
        with pytest.raises(UnusableFile, match="A sheet reaches to row"):
            understand(with_part(SMALL, SHEET, sheet_xml(cells)))

    def test_with_a_far_row_that_its_cells_do_not_name_is_refused(self):
        with pytest.raises(UnusableFile, match="A sheet reaches to row 1048576"):
            understand(with_part(SMALL, SHEET, sheet_xml('<row r="1048576"><c><v>9</v></c></row>')))

    @pytest.mark.parametrize("name", ["media/sheet1.png", "worksheets/Sheet1.BIN"])
    def test_whose_sheet_is_called_a_picture_is_refused_as_its_cells_were_not_counted(self, name):
        links = "xl/_rels/workbook.xml.rels"
        with zipfile.ZipFile(io.BytesIO(SMALL)) as book:
            told = book.read(links).replace(b"worksheets/sheet1.xml", name.encode())
        hidden = with_part(
            with_part(SMALL, links, told), f"xl/{name}", sheet_xml('<row r="1"><c r="XFD1048576"/></row>')
        )
        with pytest.raises(UnusableFile, match="damaged or protected"):
            understand(hidden)

    @pytest.mark.parametrize("name", ["xl/workbook.bin", "content.xml"])
    def test_that_is_a_workbook_of_another_kind_as_well_is_refused(self, name):
        with pytest.raises(UnusableFile, match="not an XLSX workbook"):
            understand(with_part(SMALL, name, b"<a/>"))

    @pytest.mark.parametrize(
        "cells",
        ['<row r="1"><c r="A{}"><v>9</v></c></row>', '<row r="{}"><c><v>9</v></c></row>', '<c t="s"><v>{}</v></c>'],
    )
    def test_with_a_number_of_thousands_of_digits_is_refused(self, cells):
        with pytest.raises(UnusableFile):
            understand(with_part(SMALL, SHEET, sheet_xml(cells.format("9" * 5_000))))

    def test_that_repeats_one_long_text_without_end_is_refused(self):
        shared = "<sst xmlns='http://schemas.openxmlformats.org/spreadsheetml/2006/main'><si><t>%s</t></si></sst>"
        cells = "".join(f'<row r="{n}"><c r="A{n}" t="s"><v>0</v></c></row>' for n in range(1, 5_000))
        data = with_part(SMALL, "xl/sharedStrings.xml", (shared % ("x" * 9_000)).encode())
        with pytest.raises(UnusableFile, match="too much text"):
            understand(with_part(data, SHEET, sheet_xml(cells)))

    def test_that_declares_entities_is_refused(self):
        laughs = '<!DOCTYPE lolz [<!ENTITY lol "lol"><!ENTITY lol2 "&lol;&lol;">]>'
        with pytest.raises(UnusableFile, match="document type"):
            understand(with_part(SMALL, SHEET, sheet_xml("<row><c><v>&lol2;</v></c></row>", laughs)))

    def test_that_is_too_large_is_refused(self, monkeypatch):
        monkeypatch.setattr(workbook, "MAX_PACKED_BYTES", 1_000)
        with pytest.raises(UnusableFile, match="Save it as CSV UTF-8"):
            understand(SMALL)

    def test_that_is_cut_short_is_refused(self):
        with pytest.raises(UnusableFile, match="damaged or protected"):
            understand(SMALL[: len(SMALL) // 2])

    def test_that_is_damaged_inside_is_refused(self):
        with pytest.raises(UnusableFile, match="damaged"):
            understand(with_part(SMALL, SHEET, b"<worksheet><sheetData>"))
        with pytest.raises(UnusableFile, match="a text that is not there"):
            understand(with_part(SMALL, SHEET, sheet_xml('<row><c t="s"><v>99</v></c></row>')))

    def test_that_is_only_called_so_is_refused_by_what_it_is(self):
        other = io.BytesIO()
        with zipfile.ZipFile(other, "w") as archive:
            archive.writestr("answers.csv", "score\n9\n")
        with pytest.raises(UnusableFile, match="zip archive, but not an XLSX"):
            understand(other.getvalue())
