"""What the silent could have made of a figure."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from feedback.nonresponse import bias, share_bounds, worst_case
from feedback.nps import Nps
from tests.oracles import oracle

counts = st.integers(0, 300)


class TestWorstCase:
    def test_takes_the_silent_for_detractors_and_for_promoters(self):
        bounds = worst_case(Nps(10, 20, 70), asked=200)
        assert (bounds.low, bounds.high) == (-20, 80)

    def test_of_nobody_asked_is_nothing(self):
        assert worst_case(Nps(), 0) is None

    def test_more_answers_than_questions_are_refused(self):
        with pytest.raises(ValueError, match="3 of 2"):
            worst_case(Nps(1, 1, 1), 2)

    @given(counts, counts, counts, counts, counts, counts)
    def test_holds_whatever_the_silent_think(self, a, b, c, d, e, f):
        answered, silent = Nps(a, b, c), Nps(d, e, f)
        everybody = answered + silent
        bounds = worst_case(answered, everybody.n)
        assert bounds is None or bounds.low - 1e-9 <= everybody.nps <= bounds.high + 1e-9


class TestShareBounds:
    def test_of_a_share_among_all_asked(self):
        assert share_bounds(50, 100, 160) == (0.3125, 0.6875)
        assert share_bounds(30, 80, 160) == (0.1875, 0.6875)
        assert share_bounds(0, 0, 0) is None

    def test_agree_with_the_oracle(self):
        found = oracle("nonresponse")
        assert share_bounds(50, 100, 160) == pytest.approx(tuple(found["treated_bounds"]), abs=1e-4)
        assert share_bounds(30, 80, 160) == pytest.approx(tuple(found["control_bounds"]), abs=1e-4)

    @pytest.mark.parametrize("numbers", [(3, 2, 5), (1, 6, 5), (-1, 2, 5)])
    def test_impossible_counts_are_refused(self, numbers):
        with pytest.raises(ValueError, match="cannot be"):
            share_bounds(*numbers)


class TestBias:
    def test_is_how_far_those_who_answer_lie_above_everybody(self):
        assert bias(0.4, 8.0, 6.5) == pytest.approx(0.9)

    def test_is_nothing_when_all_answer(self):
        assert bias(1, 8.0, 6.5) == 0

    def test_takes_a_share(self):
        with pytest.raises(ValueError, match="between 0 and 1"):
            bias(40, 8.0, 6.5)
