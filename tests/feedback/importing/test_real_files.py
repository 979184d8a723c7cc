"""Do real exports, written by people who never heard of Loop, give the figures others published?

The files lie beside the checkout and are not part of it; without them these tests are skipped.
"""

from __future__ import annotations

from collections import Counter
from pathlib import Path

import pytest

from feedback.importing.columns import Unclear
from feedback.importing.headers import Tool
from feedback.importing.rows import Answer, AnswerFile, read_answers
from feedback.nps import Nps
from tests.feedback.importing.reading import SETTINGS

DATA = Path(__file__).parents[4] / "shared" / "data"

pytestmark = pytest.mark.skipif(not DATA.is_dir(), reason="the real exports are not beside this checkout")


def read(name: str, **said: str) -> tuple[AnswerFile, list]:
    with (DATA / name).open("rb") as file:
        answers = read_answers(file, said=said, **SETTINGS)
        return answers, list(answers.rows())


def nps(rows: list) -> Nps:
    return Nps.of_scores(row.score for row in rows if isinstance(row, Answer))


@pytest.mark.parametrize(
    ("name", "column", "kinds", "counts", "points"),
    [
        ("carpentries/longterm_2017.csv", "Likely-To-Recommend", {"Answer": 402, "Blank": 74}, (69, 118, 215), 36.3184),
        (
            "carpentries/longterm_2020-01.csv",
            "recommendation_score",
            {"Answer": 134, "Blank": 42},
            (9, 32, 93),
            62.6866,
        ),
        (
            "google_forms_sudzilla/input_01.csv",
            "On a scale of 0-10, how would you rate Sudzilla?",
            {"Answer": 39},
            (22, 9, 8),
            -35.8974,
        ),
        (
            "google_forms_sudzilla/input_02.csv",
            "On a scale of 0-10, how would you rate Sudzilla?",
            {"Answer": 39},
            (22, 9, 8),
            -35.8974,
        ),
    ],
)
def test_the_published_nps_comes_out_without_a_word_about_the_columns(name, column, kinds, counts, points):
    answers, rows = read(name)
    assert answers.columns["score"].name == column
    assert Counter(type(row).__name__ for row in rows) == kinds
    assert nps(rows) == Nps(*counts)
    assert nps(rows).nps == pytest.approx(points, abs=1e-4)


def test_both_timestamp_formats_of_one_survey_are_the_same_times():
    first, second = read("google_forms_sudzilla/input_01.csv")[1], read("google_forms_sudzilla/input_02.csv")[1]
    assert [row.responded_at for row in first] == [row.responded_at.replace(microsecond=0) for row in second]


def test_a_file_of_damaged_french_is_read_and_its_damaged_lines_are_named():
    answers, rows = read("botanic/comments_sample_latin1_mojibake.csv")
    assert (len(rows), nps(rows)) == (60, Nps(10, 18, 32))
    assert rows[0].comment.startswith("Il y a très peu de caisse")
    assert "line 3 (byte 0x82)" in answers.warnings[0]


@pytest.mark.parametrize(
    ("name", "tool"),
    [
        ("qualtrics/sample.csv", Tool.QUALTRICS),
        ("qualtrics/sample_legacy.csv", Tool.QUALTRICS),
        ("surveymonkey/StarWars_first60records.csv", Tool.SURVEYMONKEY),
        ("typeform/new_coders_2016_part1_first20records.csv", Tool.TYPEFORM),
        ("alchemer/jupyter_notebook_ux_2015_first30records.csv", Tool.ALCHEMER),
    ],
)
def test_an_export_without_an_nps_question_is_not_given_one(name, tool):
    with pytest.raises(Unclear, match="No column looks like the score"):
        read(name)
    answers, rows = read(name, **{"2": "score"})
    assert answers.table.tool is tool
    assert len(rows) == {"qualtrics": 1, "surveymonkey": 60, "typeform": 20, "alchemer": 30}[name.split("/")[0]]
