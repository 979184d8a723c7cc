"""Answers that do not fit the scale their survey says it was asked on."""

from feedback.nps import ONE_TO_TEN, ZERO_TO_TEN
from feedback.scale_warnings import Oddity, warnings


def test_two_hundred_answers_without_a_zero_are_odd_on_zero_to_ten():
    found = warnings(ZERO_TO_TEN, {"many": (0, 200), "fewer": (0, 199), "usual": (1, 5000)})
    assert [(warning.survey, warning.oddity) for warning in found] == [("many", Oddity.NO_ZERO)]
    assert "Was it asked from 1?" in found[0].words


def test_a_zero_is_odd_on_one_to_ten():
    found = warnings(ONE_TO_TEN, {"odd": (1, 20), "botanic": (0, 13_612)})
    assert [(warning.survey, warning.oddity) for warning in found] == [("odd", Oddity.A_ZERO)]
