"""Does every record begin and end where a person would say it does, also when quotation marks are missing?"""

from __future__ import annotations

import io

import pytest

from feedback.importing.records import MAX_FIELD, MAX_RECORD, physical_lines, read_records

UNMATCHED = "quotation marks do not match"


def records(text: str, **options):
    return list(read_records(physical_lines(io.StringIO(text, newline="")), ",", **options))


def lines_and_cells(text: str, **options):
    return [(record.line, record.cells) for record in records(text, **options)]


class TestRecords:
    def test_carry_the_line_they_start_on(self):
        text = 'score,comment\n9,"two\nlines"\n3,"three\r\nmore\nlines"\n7,one\n'
        assert [record.line for record in records(text)] == [1, 2, 4, 7]

    def test_keep_line_breaks_and_delimiters_inside_quotes(self):
        assert lines_and_cells('9,"a, b\nc ""d"""\n') == [(1, ["9", 'a, b\nc "d"'])]

    def test_leave_out_empty_lines_but_count_them(self):
        assert lines_and_cells("a,b\n\n\n1,2\n") == [(1, ["a", "b"]), (4, ["1", "2"])]

    def test_need_no_line_end_at_the_end_of_the_file(self):
        assert lines_and_cells("a,b\n1,2") == [(1, ["a", "b"]), (2, ["1", "2"])]

    def test_take_a_quotation_mark_inside_a_bare_value_as_it_is(self):
        assert lines_and_cells('5" screen,3\n') == [(1, ['5" screen', "3"])]


class TestUnmatchedQuotes:
    def test_that_are_never_closed_cost_their_own_line_only(self):
        text = "score,comment\n9,fine\n" + '3,"never closed\n' + "".join(f"{n % 11},ok {n}\n" for n in range(500))
        found = records(text, width=2)
        assert [(r.line, r.excerpt) for r in found if r.fault] == [(3, '3,"never closed')]
        assert UNMATCHED in found[2].fault
        assert len(found) == 503
        assert found[-1].line == 503

    def test_that_swallow_rows_up_to_the_next_quoted_comment_give_them_back(self):
        found = records('score,comment\n3,"lost\n9,fine\n8,"quoted"\n7,"a\nb"\n', width=2)
        assert [(r.line, bool(r.fault)) for r in found] == [(1, False), (2, True), (3, False), (4, False), (5, False)]

    def test_that_swallow_rows_without_a_syntax_error_are_noticed_by_the_number_of_columns(self):
        found = records('id,score,comment,mail\n1,3,"lost\n2,9,fine,a@b.se\n3,8,ok"\n4,7,ok,c@d.se\n', width=4)
        assert [(r.line, bool(r.fault)) for r in found] == [(1, False), (2, True), (3, False), (4, False), (5, False)]

    def test_that_happen_to_match_later_on_are_noticed_by_what_a_row_looks_like(self):
        text = 'id,score,comment\n1,3,"lost\n2,9,fine\n3,8,great"\n4,7,"a\nb, c, d"\n'
        found = records(text, width=3, plausible=lambda cells: cells[1].isdigit())
        assert [(r.line, bool(r.fault)) for r in found] == [(1, False), (2, True), (3, False), (4, False), (5, False)]
        assert found[-1].cells == ["4", "7", "a\nb, c, d"]

    def test_that_stand_undoubled_inside_a_comment_are_refused_rather_than_shifting_the_columns(self):
        found = records('score,comment,mail\n3,"he said "no", twice",a@b.se\n9,ok,c@d.se\n', width=3)
        assert [(r.line, bool(r.fault)) for r in found] == [(1, False), (2, True), (3, False)]

    def test_in_a_comment_that_breaks_off_at_the_end_of_the_file_are_reported_there(self):
        found = records('score,comment\n9,ok\n3,"the file was cut he', width=2)
        assert (found[-1].line, bool(found[-1].fault)) == (3, True)

    def test_keep_memory_flat_because_a_record_cannot_grow_without_end(self):
        lines = ("9,an ordinary line without quotes\n" for _ in range(100_000))
        first = next(read_records((line for part in (['3,"open\n'], lines) for line in part), ",", 2))
        assert "never closed" in first.fault


class TestHugeFields:
    def test_are_refused_with_their_line_and_length(self):
        found = records(f"score,comment\n9,{'x' * (MAX_FIELD + 1)}\n8,ok\n")
        assert "Column 2 has 10001 characters" in found[1].fault
        assert (found[1].line, found[2].cells) == (2, ["8", "ok"])

    @pytest.mark.parametrize("line_end", ["\n", "\r\n", ""])
    def test_longer_than_any_record_are_cut_off_and_the_next_line_is_read(self, line_end):
        found = records(f"score,comment\n9,{'x' * (3 * MAX_RECORD)}{line_end}" + ("8,ok\n" if line_end else ""))
        assert "characters in one row" in found[1].fault
        assert [record.cells for record in found[2:]] == ([["8", "ok"]] if line_end else [])
