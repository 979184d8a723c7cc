"""Is a score only ever read from what says a whole number on the survey's scale?"""

from __future__ import annotations

import pytest

from feedback.importing.scores import NotAScore, parse_score

ZERO_TO_TEN, ONE_TO_TEN = (0, 10), (1, 10)


@pytest.mark.parametrize("score", range(11))
def test_a_bare_number_is_the_score(score):
    assert parse_score(f" {score} ", ZERO_TO_TEN) == score


@pytest.mark.parametrize("cell", ["", "  ", "NA", "n/a", "N/A", "-", "–", "null", "None", "NaN"])
def test_the_ways_tools_write_no_answer_are_blank(cell):
    assert parse_score(cell, ZERO_TO_TEN) is None


@pytest.mark.parametrize(
    ("cell", "score"),
    [
        ("10 - Extremely likely", 10),
        ("0 - Not at all likely", 0),
        ("10 – Erittäin todennäköisesti", 10),
        ("0 (Inte alls troligt)", 0),
        ("9: Very likely", 9),
        ("10-very likely", 10),
    ],
)
def test_a_labelled_choice_is_read_by_the_number_before_its_label(cell, score):
    assert parse_score(cell, ZERO_TO_TEN) == score


@pytest.mark.parametrize(
    "cell",
    [
        "8.5",
        "9.05",
        "9,01",
        "9.0.0",
        "9/10",
        "9 of 10",
        "9-10",
        "7 - 8",
        "９",
        "1０",
        "+9",
        "09",
        "1e1",
        "ten",
        "X",
        "9 likely",
        "½",
        "9.",
        "٩",
    ],
)
def test_nothing_else_is_rounded_or_guessed_into_a_band(cell):
    with pytest.raises(NotAScore, match="is not a whole number"):
        parse_score(cell, ZERO_TO_TEN)


@pytest.mark.parametrize("cell", ["11", "-1", "100", "99 - off the scale"])
def test_a_whole_number_off_the_scale_is_told_so(cell):
    with pytest.raises(NotAScore, match="not on the survey's scale, 0 to 10"):
        parse_score(cell, ZERO_TO_TEN)


def test_a_zero_is_refused_where_the_question_was_asked_from_one():
    with pytest.raises(NotAScore, match="The score 0 is not on the survey's scale, 1 to 10"):
        parse_score("0", ONE_TO_TEN)
    assert parse_score("1", ONE_TO_TEN) == 1


@pytest.mark.parametrize(("cell", "score"), [("9.0", 9), ("9,0", 9), ("10.00", 10), ("0,0", 0)])
def test_a_spreadsheets_zero_decimal_changes_nothing(cell, score):
    assert parse_score(cell, ZERO_TO_TEN) == score
