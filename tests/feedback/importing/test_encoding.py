"""Is a file read in the encoding it was written in, or refused with the place that gives it away?"""

from __future__ import annotations

import io

import pytest

from feedback.importing import UnusableFile, encoding
from feedback.importing.encoding import MAX_BYTES, find_encoding
from feedback.importing.rows import Answer, read_answers
from tests.feedback.importing.reading import SETTINGS

NORDIC = "På ön bör Åse, Ærlig og Björk: går det ej så blir det ø, sade vän Æneas"


def encoding_of(data: bytes):
    return find_encoding(io.BytesIO(data))


class TestEncoding:
    @pytest.mark.parametrize(
        ("written_as", "read_as"),
        [
            ("utf-8", "utf-8"),
            ("utf-8-sig", "utf-8-sig"),
            ("utf-16", "utf-16"),
            ("utf-16-le", "utf-16-le"),
            ("utf-16-be", "utf-16-be"),
            ("cp1252", "cp1252"),
            ("latin-1", "cp1252"),
        ],
    )
    def test_is_found_for_nordic_text(self, written_as, read_as):
        assert encoding_of(f"score,comment\n3,{NORDIC}\n".encode(written_as)).name == read_as

    def test_a_utf16_file_with_its_other_byte_order_is_read_too(self):
        data = b"\xfe\xff" + "score\n9\n".encode("utf-16-be")
        assert encoding_of(data).name == "utf-16"

    def test_plain_ascii_is_utf8_without_a_word_of_warning(self):
        assert encoding_of(b"score\n9\n").warnings == ()

    @pytest.mark.parametrize("code_page", ["cp850", "cp865", "mac_roman"])
    def test_text_of_old_dos_and_mac_programs_is_refused_rather_than_garbled(self, code_page):
        text = "score,comment\n" + "3,Går på gården är fånig, smör förstår väl\n" * 5
        with pytest.raises(UnusableFile, match=r"line 2 \(byte 0x8"):
            encoding_of(text.encode(code_page))

    def test_a_few_bytes_without_meaning_in_windows_text_are_named_with_their_lines(self):
        data = "score,comment\n7,très bien, déjà vu été\n8,ok\n".encode("cp1252") + b"9,cr\x82e\n9,\x81\n"
        found = encoding_of(data)
        assert found.name == "cp1252"
        assert "line 4 (byte 0x82), line 5 (byte 0x81)" in found.warnings[0]

    def test_one_broken_byte_does_not_turn_the_whole_of_a_utf8_file_into_cp1252(self):
        data = "score,comment\n7,å ä ö\n".encode() + b"8,bl\xe5\n" + "9,æ ø å\n".encode()
        found = encoding_of(data)
        assert (found.name, found.errors) == ("utf-8", "replace")
        assert "line 3 (byte 0xe5)" in found.warnings[0]

    def test_letters_that_were_broken_before_are_pointed_out(self):
        found = encoding_of("score,comment\n7,blå\n8,blÃ¥\n".encode())
        assert found.name == "utf-8"
        assert "line 3" in found.warnings[0]

    def test_a_line_of_utf8_among_windows_text_is_pointed_out(self):
        data = "score,comment\n7,åäö åäö\n".encode("cp1252") + "8,blå\n".encode() + b"9,ok\n"
        found = encoding_of(data)
        assert found.name == "cp1252"
        assert "mixes Windows-1252 with UTF-8; check these lines: line 3" in found.warnings[0]

    def test_more_than_a_handful_of_places_are_counted_rather_than_listed(self):
        data = "score,comment\n1,åäö åäö åäö\n".encode("cp1252") + b"9,\x81\n" * 12
        assert "12 in all" in encoding_of(data + "1,åäöåäö\n".encode("cp1252") * 9).warnings[0]


class TestWhatIsNoText:
    def test_an_empty_file_is_said_to_be_empty(self):
        with pytest.raises(UnusableFile, match="The file is empty"):
            encoding_of(b"")

    @pytest.mark.parametrize(
        ("head", "kind"),
        [
            (b"%PDF-1.7\n", "PDF"),
            (b"\x89PNG\r\n\x1a\n", "PNG"),
            (b"\xd0\xcf\x11\xe0\xa1\xb1", "XLS"),
            (b"\x1f\x8b\x08\x00", "gzip"),
        ],
    )
    def test_a_known_kind_of_file_is_named(self, head, kind):
        with pytest.raises(UnusableFile, match=kind):
            encoding_of(head + b"rest of it")

    def test_zero_bytes_are_refused(self):
        with pytest.raises(UnusableFile, match="zero bytes"):
            encoding_of(b"score\n9\n\x00\x01\x02\x03\x00\n")
        with pytest.raises(UnusableFile, match="not a text file"):
            encoding_of(b"\x00\x01\x02\x03")

    def test_a_zero_byte_far_into_the_file_is_refused_with_its_line(self):
        with pytest.raises(UnusableFile, match="zero byte at line 3001"):
            encoding_of(b"9,fine\n" * 3000 + b"9,\x00\n")

    def test_utf32_is_refused_by_name(self):
        with pytest.raises(UnusableFile, match="UTF-32"):
            encoding_of("score\n9\n".encode("utf-32"))

    def test_utf16_that_breaks_off_in_the_middle_of_a_character_is_refused(self):
        with pytest.raises(UnusableFile, match="middle of a character, at line 3"):
            encoding_of("score\n9\n1".encode("utf-16")[:-1])

    @pytest.mark.parametrize("code", ["utf-8", "utf-16", "cp1252"])
    def test_a_file_of_too_many_lines_is_refused_before_they_are_parsed(self, monkeypatch, code):
        monkeypatch.setattr(encoding, "MAX_LINES", 100)
        assert encoding_of(("å\n" * 100).encode(code)).name == code
        with pytest.raises(UnusableFile, match="more than 100 lines"):
            encoding_of(("å\n" * 101).encode(code))

    def test_a_huge_file_is_refused_before_it_is_read(self):
        class Huge(io.BytesIO):
            def seek(self, offset, whence=0):
                return MAX_BYTES + 1 if whence == io.SEEK_END else super().seek(offset, whence)

            def read(self, size=-1):
                raise AssertionError("it was read")

        with pytest.raises(UnusableFile, match="at most 100 MB"):
            find_encoding(Huge())


@pytest.mark.parametrize("encoding", ["cp1252", "utf-8", "utf-8-sig", "utf-16", "utf-16-le"])
@pytest.mark.parametrize("delimiter", [";", ",", "\t", "|"])
@pytest.mark.parametrize("line_end", ["\r\n", "\n", "\r"])
@pytest.mark.parametrize("final_line_end", [True, False])
def test_whatever_nordic_excel_writes_is_read_to_the_letter(encoding, delimiter, line_end, final_line_end):
    comments = [
        "Räkningen är fel, igen; två gånger",
        'Åse sa "hör av dig"',
        f"Først ja{line_end}så nei",
        "Hyvää työtä – kiitos",
    ]
    lines = [delimiter.join(["Betyg", "Kommentar", "Företag"])]
    lines += [
        f'{score}{delimiter}"{text.replace(chr(34), chr(34) * 2)}"{delimiter}Öst & Søn'
        for score, text in enumerate(comments)
    ]
    data = (line_end.join(lines) + (line_end if final_line_end else "")).encode(encoding)
    answers = read_answers(io.BytesIO(data), said={}, **SETTINGS)
    rows = list(answers.rows())
    assert all(isinstance(row, Answer) for row in rows)
    assert [row.comment for row in rows] == [text.replace("\r\n", "\n").replace("\r", "\n") for text in comments]
    assert [row.score for row in rows] == [0, 1, 2, 3]
    assert [row.line for row in rows] == [2, 3, 4, 6]
    assert not any("bytes" in warning.casefold() for warning in answers.warnings)
