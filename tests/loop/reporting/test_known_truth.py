"""Is what Loop says of companies whose truth is known so? Some of each; `python -m tests.simulation` tells of 500."""

import pytest

from tests.simulation.judging import WORLDS, judge

RUNS = 60
FEWEST = 52  # of 60: where 95 of 100 are right, fewer come about once in 400 times


@pytest.mark.parametrize("world", ["A", "D0", "E0", "S0"])
def test_without_an_effect_and_by_lot_it_cannot_tell(world):
    assert judge(world, RUNS).cannot_tell >= FEWEST


@pytest.mark.parametrize("world", ["G", "G3"])
def test_choice_for_unrecorded_reasons_is_refused_whatever_the_truth(world):
    said = judge(world, RUNS)
    assert (said.refused, said.more, said.less) == (RUNS, 0, 0)


def test_choice_for_recorded_reasons_is_no_effect():
    assert judge("F", RUNS).cannot_tell >= FEWEST


def test_a_true_effect_is_found_where_there_are_enough():
    said = judge("E", RUNS)
    assert said.more >= RUNS // 2
    assert said.less == 0


def test_a_small_company_mostly_cannot_be_told_of():
    assert judge("S", RUNS).cannot_tell >= RUNS // 2


@pytest.mark.parametrize("world", sorted(WORLDS))
def test_never_a_rate_of_recovery_without_its_expected_value(world):
    assert judge(world, 20).rate_alone == 0
