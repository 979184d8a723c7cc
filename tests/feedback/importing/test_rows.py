"""Does every row become an answer, a blank or a mistake with its place, and does nothing get lost in between?"""

from __future__ import annotations

import random
from collections import Counter
from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

import pytest

from feedback.importing import cells
from feedback.importing.rows import Answer, Blank, Problem, Respondent
from tests.feedback.importing.reading import answers_of, problems_of, rows_of, understand
from tests.feedback.importing.test_table import QUALTRICS

STOCKHOLM = ZoneInfo("Europe/Stockholm")


class TestAnswer:
    def test_holds_what_the_row_says(self):
        [answer] = answers_of(
            "score;comment;email;namn;företag;kundnummer;tidsstämpel;telefon;språk;wants_callback\n"
            '3;"Fel faktura,\nigen";asa@nordmat.example;Åsa Öberg;Nordmåt;10001;2026-11-01 08:51:12;+46 70;sv;ja\n'
        )
        assert answer.respondent == Respondent("asa@nordmat.example", "Åsa Öberg", "", "Nordmåt", "10001")
        assert (answer.score, answer.comment) == (3, "Fel faktura,\nigen")
        assert answer.responded_at == datetime(2026, 11, 1, 7, 51, 12, tzinfo=UTC)
        assert (answer.phone, answer.language, answer.wants_callback) == ("+46 70", "sv", True)

    def test_joins_first_and_last_name(self):
        [answer] = answers_of("score,first name,last name,email\n9,Åsa,Öberg,a@b.se\n")
        assert answer.respondent.name == "Åsa Öberg"

    def test_without_address_or_id_is_anonymous_and_that_is_said(self):
        answers = understand("score,name\n9,Åsa\n8,\n")
        assert [row.respondent for row in answers.rows()] == [None, None]
        assert any("1 answer names a person or company" in warning for warning in answers.warnings)

    def test_loses_control_characters_but_not_its_line_breaks(self):
        [answer] = answers_of(
            'score,comment,name,email\n9,"a\x07b\r\nc","Å\x00sa'.replace("\x00", "\x1b") + '",a@b.se\n'
        )
        assert (answer.comment, answer.respondent.name) == ("a b\nc", "Å sa")

    def test_with_a_formula_or_a_script_in_it_is_text_like_any_other(self):
        [answer] = answers_of('score,comment\n9,"=HYPERLINK(""x"")<script>alert(1)</script>"\n')
        assert answer.comment == '=HYPERLINK("x")<script>alert(1)</script>'


class TestBlank:
    def test_is_a_row_without_a_score(self):
        assert [type(row) for row in rows_of("score,x\n,a\nNA,b\n-,c\n9,d\n")] == [Blank, Blank, Blank, Answer]

    def test_that_has_a_comment_is_pointed_out(self):
        answers = understand("score,comment\n,angry\n9,\n")
        list(answers.rows())
        assert "1 row has a comment but no score; it counts as blank." in answers.warnings


class TestProblem:
    @pytest.mark.parametrize(
        ("row", "column", "value", "message"),
        [
            ("11,x,a@b.se,2026-11-01", "score", "11", "not on the survey's scale"),
            ("8.5,x,a@b.se,2026-11-01", "score", "8.5", "“8.5” is not a whole number"),
            ("9,x,not an address,2026-11-01", "email", "not an address", "Not an e-mail address"),
            ("9,x,a@b@c.se,2026-11-01", "email", "a@b@c.se", "Not an e-mail address"),
            ("9,x,a@b.se,2026-02-30", "responded_at", "2026-02-30", "no such day"),
            ("9,x,a@b.se,soon", "responded_at", "soon", "Not a date"),
            ("9,x", "", "9", "This row has 2 columns, the header has 4"),
            ("9,x,a@b.se,2026-11-01,extra", "", "9", "This row has 5 columns, the header has 4"),
            ('9,"x,a@b.se,2026-11-01', "", '9,"x,a@b.se,2026-11-01', "quotation marks do not match"),
        ],
    )
    def test_names_line_column_value_and_what_is_wrong(self, row, column, value, message):
        text = f"score,comment,email,responded_at\n9,ok,c@d.se,2026-11-01\n{row}\n8,ok,e@f.se,2026-11-01\n"
        [problem] = problems_of(text)
        assert (problem.line, problem.column, problem.value) == (3, column, value)
        assert message in problem.message
        assert len(answers_of(text)) == 2

    def test_reads_as_one_line(self):
        assert str(Problem(3, "score", "11", "Off the scale.")) == "Line 3, score, “11”: Off the scale."
        assert str(Problem(3, "", "", "Cut off.")) == "Line 3: Cut off."

    def test_shows_the_beginning_of_a_long_value_only(self):
        [problem] = problems_of(f"score,x\n{'9' * 200},y\n")
        assert len(problem.value) == 80

    def test_is_a_lost_letter_where_it_would_mean_somebody_else_but_not_in_a_comment(self):
        text = "score,comment,email\n9,blå är grått,asa@x.se\n8,ok,bj".encode() + b"\xf6rn@x.se\n7,bl\xe5,bo@x.se\n"
        answers = understand(text)
        rows = list(answers.rows())
        assert [type(row) for row in rows] == [Answer, Problem, Answer]
        assert rows[2].comment == "bl\N{REPLACEMENT CHARACTER}"

    def test_is_a_preview_or_spam_but_not_an_unfinished_answer(self):
        statuses = [("1", "1"), ("8", "1"), ("0", "0")]
        rows = "".join(f"2026-11-01,{status},{done},2026-11-01,R_x,,3,1,x\n" for status, done in statuses)
        assert [type(row) for row in rows_of(QUALTRICS + rows)] == [Answer, Problem, Problem, Answer]

    def test_trailing_empty_cells_are_none(self):
        assert [type(row) for row in rows_of("score,x\n9,a,,\n")] == [Answer]


class TestIdentity:
    def test_is_the_id_of_the_export_where_it_has_one(self):
        assert [answer.external_id for answer in answers_of(QUALTRICS)] == ["R_1"]

    def test_of_equal_anonymous_rows_differs_so_that_both_count(self):
        first, second = answers_of("score,comment\n9,\n9,\n")
        assert first.external_id != second.external_id

    def test_is_the_same_when_the_same_file_comes_again_in_another_encoding_and_with_more_rows(self):
        before = [answer.external_id for answer in answers_of("betyg,å\n9,ö\n9,ö\n3,\n")]
        after = [answer.external_id for answer in answers_of("betyg;å\r\n9;ö\r\n9;ö\r\n3;\r\n1;x\r\n".encode("cp1252"))]
        assert after[:3] == before

    def test_does_not_depend_on_what_the_columns_are_taken_for(self):
        text = "score,other,date\n9,x,2026-11-01\n"
        assert answers_of(text)[0].external_id == answers_of(text, said={"other": "comment"})[0].external_id

    def test_does_not_shift_when_a_faulty_row_before_it_is_mended(self):
        assert answers_of("score,x\n99,a\n9,b\n")[-1].external_id == answers_of("score,x\n8,a\n9,b\n")[-1].external_id


class TestWarnings:
    def test_a_long_file_from_zero_to_ten_without_a_zero_is_suspect(self):
        answers = understand("score\n" + "9\n" * 200)
        list(answers.rows())
        assert "Was the question asked from 1 to 10?" in answers.warnings[0]

    @pytest.mark.parametrize(
        ("text", "scale"), [("9\n" * 199, (0, 10)), ("9\n" * 200 + "0\n", (0, 10)), ("9\n" * 200, (1, 10))]
    )
    def test_a_short_file_one_with_a_zero_or_one_asked_from_one_is_not(self, text, scale):
        answers = understand("score\n" + text, scale=scale)
        list(answers.rows())
        assert not any("1 to 10" in warning for warning in answers.warnings)

    def test_labels_read_as_scores_are_said(self):
        answers = understand("score\n10 - very likely\n9\n")
        list(answers.rows())
        assert "1 score was read from a label such as “10 - very likely”." in answers.warnings

    def test_an_order_of_dates_taken_for_granted_is_said(self):
        assert "read as day/month/year" in understand("score,date\n9,01/02/2020\n").warnings[0]

    def test_are_not_repeated_when_the_rows_are_read_again(self):
        answers = understand("score\n10 - very likely\n")
        list(answers.rows())
        once = list(answers.warnings)
        list(answers.rows())
        assert answers.warnings == once


FAULTS = [
    "11,{c},{m},2026-11-01",
    "-1,{c},{m},2026-11-01",
    "8.5,{c},{m},2026-11-01",
    "9/10,{c},{m},2026-11-01",
    "９,{c},{m},2026-11-01",
    "nine,{c},{m},2026-11-01",
    "9,{c},no-at-sign,2026-11-01",
    "9,{c},{m},2026-02-31",
    "9,{c},{m},tomorrow",
    "9,{c}",
    "9,{c},{m},2026-11-01,x,y",
    '9,"{c},{m},2026-11-01',
    '9,"{c}" he said,{m},2026-11-01',
    "9," + "x" * 10_001 + ",{m},2026-11-01",
    "9,{c},{m}@,2026-11-01",
]


@pytest.mark.parametrize("seed", range(5))
def test_every_planted_fault_is_reported_at_its_line_and_every_other_row_comes_in(seed):
    chance = random.Random(seed)
    lines, faulty, blank = ["score,comment,email,date"], [], 0
    line = 2
    for number in range(3_000):
        comment, mail = f"comment {number}", f"c{number}@customer.example"
        kind = chance.random()
        if kind < 0.02:
            faulty.append(line)
            text = chance.choice(FAULTS).format(c=comment, m=mail)
        elif kind < 0.05:
            blank += 1
            text = f"{chance.choice(['', 'NA', '-'])},{comment},{mail},2026-11-01"
        elif kind < 0.15:
            text = f'{chance.randrange(11)},"{comment},\nsecond line, with ""quotes""",{mail},2026-11-01'
        else:
            text = f"{chance.randrange(11)},{comment},{mail},2026-11-01"
        lines.append(text)
        line += 1 + text.count("\n")
    rows = rows_of("\n".join(lines) + "\n")
    kinds = Counter(type(row) for row in rows)
    assert [row.line for row in rows if isinstance(row, Problem)] == faulty
    assert kinds == {Problem: len(faulty), Blank: blank, Answer: 3_000 - len(faulty) - blank}


class TestManyAlike:
    """Each cell of a column is read once, however often it stands there."""

    LINES = "score,email,language,phone\n" + "9,a@b.se,sv,1\n11,a@b.se,nb,2\n7,no address,fi,3\n" * 3

    def test_what_is_wrong_is_said_of_each_row_it_stands_in(self):
        assert [(wrong.line, wrong.column) for wrong in problems_of(self.LINES)] == [
            (3, "score"), (4, "email"), (6, "score"), (7, "email"), (9, "score"), (10, "email"),
        ]  # fmt: skip

    def test_no_more_are_remembered_than_fit(self, monkeypatch):
        expected = rows_of(self.LINES)
        monkeypatch.setattr(cells, "MOST_KNOWN", 1)
        assert rows_of(self.LINES) == expected

    def test_they_are_told_apart_for_each_file(self):
        """The same cell is the first of February beside one date, and the second of January beside another."""
        texts = [f"score,date\n9,{first}\n9,01/02/2026\n" for first in ("30/01/2026", "01/30/2026")]
        days = [answers_of(text)[1].responded_at.astimezone(STOCKHOLM).date() for text in texts]
        assert days == [date(2026, 2, 1), date(2026, 1, 2)]
