"""Which of many rows differ, once their number is allowed for."""

import random

import pytest

from feedback.nps import Nps
from feedback.standing_out import adjusted_p, against_others


def test_a_row_far_from_all_others_stands_out_and_the_others_do_not():
    rows = {f"segment {number}": Nps(20, 30, 50) for number in range(9)} | {"unhappy": Nps(70, 20, 10)}
    found = against_others(rows)
    assert [key for key, row in found.items() if row.stands_out] == ["unhappy"]
    assert found["unhappy"].difference.points == pytest.approx(-90)


def test_of_twenty_rows_that_are_all_alike_hardly_ever_one_stands_out():
    chance = random.Random(37)
    false, plain = 0, 0
    for _company in range(100):
        drawn = [chance.choices(("detractor", "passive", "promoter"), (2, 3, 5), k=60) for _row in range(20)]
        rows = {
            str(number): Nps(row.count("detractor"), row.count("passive"), row.count("promoter"))
            for number, row in enumerate(drawn)
        }
        found = against_others(rows).values()
        false += any(row.stands_out for row in found)
        plain += any(row.difference.beyond_chance for row in found)
    assert false <= 10
    assert plain >= 40  # what each row's own test would have said


def test_rows_of_few_answers_are_compared_with_nothing():
    assert against_others({"few": Nps(9, 0, 0), "many": Nps(0, 0, 50)}) == {}
    assert against_others({"only": Nps(10, 10, 10)}) == {}
    assert against_others({}) == {}


def test_p_values_are_adjusted_as_in_statsmodels():
    from statsmodels.stats.multitest import multipletests

    values = [0.001, 0.04, 0.03, 0.2, 0.011]
    assert adjusted_p(values) == pytest.approx(list(multipletests(values, method="fdr_bh")[1]))
    assert adjusted_p([]) == []
