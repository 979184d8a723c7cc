"""Is a file cut into the right columns, whatever tool and program wrote it?"""

from __future__ import annotations

import io

import pytest

from feedback.importing import UnusableFile
from feedback.importing.delimiter import find_delimiter
from feedback.importing.headers import Tool
from feedback.importing.table import open_table

QUALTRICS = (
    "StartDate,Status,Finished,RecordedDate,ResponseId,RecipientEmail,Q1,Q1_NPS_GROUP,Q2\n"
    "Start Date,Response Type,Finished,Recorded Date,Response ID,Recipient Email,"
    "How likely are you to recommend us?,How likely are you to recommend us? - Group,Why?\n"
    '"{""ImportId"":""startDate""}","{""ImportId"":""status""}","{""ImportId"":""finished""}",'
    '"{""ImportId"":""recordedDate""}","{""ImportId"":""_recordId""}","{""ImportId"":""recipientEmail""}",'
    '"{""ImportId"":""QID1""}","{""ImportId"":""QID1_NPS_GROUP""}","{""ImportId"":""QID2_TEXT""}"\n'
    "2026-11-01 08:51:12,0,1,2026-11-01 08:52:00,R_1,asa@nordmat.example,3,1,Slow\n"
)
LEGACY_QUALTRICS = "V1,V6,Q1,\nResponseID,Status,How likely are you to recommend us?,\nR_1,0,9,\n"
SURVEYMONKEY = (
    "Respondent ID,Collector ID,Date Created,How likely is it that you would recommend us?,Which products?,\n"
    ",,,Response,Loop,Other (please specify)\n"
    "114000000001,4000,11/01/2026 08:51:12 AM,9,Loop,\n"
)
TYPEFORM = (
    '#,"How likely are you to recommend us?",Other,Other,"Submit Date (UTC)","Network ID"\n'
    'ab12cd34ef,9,,,"2026-11-01 07:51:12",n1\n'
)
ALCHEMER = (
    '"Response ID","Time Started","Date Submitted","Status","How likely are you to recommend us?"\n'
    "1,2026-11-01,2026-11-01,Complete,9\n"
)
GOOGLE = "Tidsstämpel,Hur troligt är det att du rekommenderar oss?,Varför?\n2026/11/01 8:51:12 fm CET,9,Bra\n"


def table_of(text: str | bytes):
    return open_table(io.BytesIO(text.encode() if isinstance(text, str) else text))


class TestTool:
    @pytest.mark.parametrize(
        ("text", "tool", "first_line"),
        [
            (QUALTRICS, Tool.QUALTRICS, 4),
            (LEGACY_QUALTRICS, Tool.QUALTRICS, 3),
            (SURVEYMONKEY, Tool.SURVEYMONKEY, 3),
            (TYPEFORM, Tool.TYPEFORM, 2),
            (ALCHEMER, Tool.ALCHEMER, 2),
            (GOOGLE, Tool.GOOGLE_FORMS, 2),
            ("score,comment\n9,ok\n", Tool.PLAIN, 2),
        ],
    )
    def test_is_recognised_with_its_header_rows(self, text, tool, first_line):
        table = table_of(text)
        assert table.tool is tool
        assert [record.line for record in table.records()] == [first_line]

    def test_surveymonkeys_options_become_part_of_the_name_of_their_question(self):
        names = [column.name for column in table_of(SURVEYMONKEY).columns]
        assert names[3:] == [
            "How likely is it that you would recommend us?",
            "Which products? - Loop",
            "Which products? - Other (please specify)",
        ]

    def test_qualtrics_columns_are_known_by_their_question_too(self):
        assert table_of(QUALTRICS).columns[6].keys == ("q1", "how likely are you to recommend us")

    def test_a_column_without_a_name_is_called_by_its_number(self):
        assert [column.name for column in table_of("score,,comment\n9,x,y\n").columns] == ["score", "#2", "comment"]


class TestDelimiter:
    def test_commas_in_nordic_comments_do_not_outweigh_semicolons(self):
        lines = ["Betyg;Kommentar, om du vill\n", "9;Bra, tack, hej\n", "3;Nej, aldrig\n", "8,5;x, y\n"]
        assert find_delimiter(lines) == ";"

    def test_semicolons_in_multiple_choice_answers_do_not_outweigh_commas(self):
        lines = ["score,tools,comment\n", '9,R;Python;Git,"a;b"\n', "3,R;SQL,c\n", "7,R,d\n"]
        assert find_delimiter(lines) == ","

    @pytest.mark.parametrize("delimiter", [";", ",", "\t", "|"])
    def test_a_few_faulty_rows_do_not_change_it(self, delimiter):
        lines = [delimiter.join("abcde") + "\n"] * 30 + ["only one, of these\n", 'broken"quote;\n']
        assert find_delimiter(lines) == delimiter

    def test_excels_own_hint_is_obeyed_and_not_taken_for_the_header(self):
        table = table_of("sep=|\nscore|a,b;c\n9|x,y;z\n")
        assert table.delimiter == "|"
        assert [(record.line, record.cells) for record in table.records()] == [(3, ["9", "x,y;z"])]

    def test_one_column_needs_none(self):
        assert [record.cells for record in table_of("score\n9\n10\n").records()] == [["9"], ["10"]]


class TestTable:
    def test_can_be_read_again_and_leaves_the_file_open(self):
        file = io.BytesIO(b"score\n9\n10\n")
        table = open_table(file)
        assert [r.cells for r in table.records()] == [r.cells for r in table.records()] == [["9"], ["10"]]
        assert not file.closed

    def test_of_a_header_alone_has_no_records(self):
        assert list(table_of("score,comment\n").records()) == []

    @pytest.mark.parametrize("text", ["\n\n\n", "  \n"])
    def test_of_empty_lines_is_refused(self, text):
        with pytest.raises(UnusableFile):
            table_of(text)

    def test_without_names_on_top_is_refused(self):
        with pytest.raises(UnusableFile, match="does not name the columns"):
            table_of("9,2026-11-01\n8,2026-11-02\n")

    def test_whose_header_is_broken_is_refused_with_its_line(self):
        with pytest.raises(UnusableFile, match="Line 1, which should name the columns"):
            table_of('score,"comment\n9,x\n')

    def test_with_a_million_columns_is_refused(self):
        with pytest.raises(UnusableFile):
            table_of(",".join(f"c{n}" for n in range(1_000_000)) + "\n")
        with pytest.raises(UnusableFile, match="5000 columns; at most 1000"):
            table_of(",".join(f"c{n}" for n in range(5_000)) + "\n")
