"""How many answers are enough, by the formulas and by figures other programs computed."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from feedback.nps import Nps
from feedback.planning import (
    LARGEST_VARIANCE,
    answers_for_change,
    answers_for_half_width,
    finite_population,
    half_width,
    smallest_change,
)
from tests.oracles import oracle

VARIANCE = 0.5475  # of 15 detractors, 25 passives, 60 promoters


class TestHalfWidth:
    @pytest.mark.parametrize(
        ("answers", "points"),
        [(10, 45.8606), (20, 32.4284), (30, 26.4777), (50, 20.5095), (100, 14.5024), (200, 10.2548), (1000, 4.5861)],
    )
    def test_of_so_many_answers(self, answers, points):
        assert half_width(answers, VARIANCE) == pytest.approx(points, abs=1e-4)

    @pytest.mark.parametrize(
        ("points", "variance", "answers"),
        [
            (10, LARGEST_VARIANCE, 384.1459),
            (10, VARIANCE, 210.3199),
            (5, LARGEST_VARIANCE, 1536.5835),
            (5, VARIANCE, 841.2795),
        ],
    )
    def test_needs_so_many_answers(self, points, variance, answers):
        assert answers_for_half_width(points, variance) == pytest.approx(answers, abs=1e-4)

    @given(st.floats(0.5, 100), st.floats(0.01, 1))
    def test_the_answers_it_needs_give_it(self, points, variance):
        assert half_width(answers_for_half_width(points, variance), variance) == pytest.approx(points)

    def test_agrees_with_the_oracle(self):
        found = oracle("sample_size")
        assert answers_for_half_width(10, 1) == pytest.approx(found["worst_case_var1_moe10"], abs=1e-4)
        assert answers_for_half_width(5, VARIANCE) == pytest.approx(found["var5475_moe5"], abs=1e-4)
        for answers, points in found["moe_at_n"].items():
            assert half_width(int(answers), VARIANCE) == pytest.approx(points, abs=1e-4)


class TestFinitePopulation:
    def test_shrinks_the_error_of_a_hundred_out_of_four_hundred(self):
        assert finite_population(100, 400) == pytest.approx(0.867110, abs=1e-6)
        error = Nps(15, 25, 60).standard_error * finite_population(100, 400)
        assert error == pytest.approx(6.41603, abs=1e-4)

    def test_needs_fewer_answers(self):
        assert answers_for_half_width(10, VARIANCE, population=400) == pytest.approx(138.0686, abs=1e-4)

    def test_is_off_unless_asked_for(self):
        assert finite_population(100, None) == 1

    def test_of_everybody_leaves_no_error(self):
        assert finite_population(400, 400) == 0

    def test_cannot_be_smaller_than_its_answers(self):
        with pytest.raises(ValueError, match="cannot have answered"):
            half_width(11, VARIANCE, population=10)

    def test_agrees_with_the_oracle(self):
        found = oracle("fpc")
        assert finite_population(found["n"], found["N"]) == pytest.approx(found["fpc"], abs=1e-4)
        needed = answers_for_half_width(10, VARIANCE, population=found["N"])
        assert needed == pytest.approx(found["n_needed_moe10"], abs=1e-4)


class TestChange:
    @pytest.mark.parametrize(("points", "answers"), [(10, 859.4523), (20, 214.8631)])
    def test_needs_so_many_answers_each_time(self, points, answers):
        assert answers_for_change(points, VARIANCE) == pytest.approx(answers, abs=1e-3)

    def test_agrees_with_the_oracle(self):
        expected = oracle("sample_size")["two_group_delta10_power80_formula"]
        assert answers_for_change(10, VARIANCE) == pytest.approx(expected, abs=1e-4)

    def test_the_answers_it_needs_make_it_the_smallest_that_is_found(self):
        answers = answers_for_change(10, VARIANCE)
        assert smallest_change(100 * (2 * VARIANCE / answers) ** 0.5) == pytest.approx(10)

    def test_agrees_with_statsmodels(self):
        from statsmodels.stats.power import NormalIndPower

        answers = NormalIndPower().solve_power(effect_size=0.1 / VARIANCE**0.5, alpha=0.05, power=0.8)
        assert answers_for_change(10, VARIANCE) == pytest.approx(answers, rel=1e-4)


@pytest.mark.parametrize("variance", [-0.1, 1.1, 54.75])
def test_a_variance_in_points_is_refused(variance):
    with pytest.raises(ValueError, match="between 0 and 1"):
        answers_for_half_width(10, variance)


def test_no_change_at_all_cannot_be_found():
    with pytest.raises(ValueError, match="more than 0"):
        answers_for_change(0, VARIANCE)
