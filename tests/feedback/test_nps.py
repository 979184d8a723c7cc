"""Does the calculator agree with the published formulas and with figures other people computed?"""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from feedback.nps import (
    ONE_TO_TEN,
    ZERO_TO_TEN,
    Category,
    Interval,
    Nps,
    Scale,
    ScoreOutOfScale,
    Shared,
    category,
    difference,
    difference_error,
)
from tests.oracles import oracle

counts = st.integers(0, 500)
some_answers = st.builds(Nps, counts, counts, counts).filter(lambda nps: nps.n > 0)


class TestCategory:
    @pytest.mark.parametrize("score", range(7))
    def test_zero_to_six_are_detractors(self, score):
        assert category(score) is Category.DETRACTOR

    @pytest.mark.parametrize("score", [7, 8])
    def test_seven_and_eight_are_passive(self, score):
        assert category(score) is Category.PASSIVE

    @pytest.mark.parametrize("score", [9, 10])
    def test_nine_and_ten_are_promoters(self, score):
        assert category(score) is Category.PROMOTER

    def test_a_zero_in_a_survey_asked_from_one_to_ten_is_refused(self):
        with pytest.raises(ScoreOutOfScale, match="The score 0 is not on the scale 1-10"):
            category(0, ONE_TO_TEN)
        assert category(1, ONE_TO_TEN) is Category.DETRACTOR

    @pytest.mark.parametrize("score", [-1, 11, 100])
    def test_scores_beyond_the_scale_are_refused_not_banded(self, score):
        with pytest.raises(ScoreOutOfScale):
            category(score)

    @pytest.mark.parametrize("score", [8.5, 9.0, "9", True, None])
    def test_only_whole_numbers_are_scores(self, score):
        with pytest.raises(TypeError):
            category(score)


class TestScale:
    def test_reads_what_it_writes(self):
        assert Scale.parse("0-10") == ZERO_TO_TEN
        assert Scale.parse(str(ONE_TO_TEN)) == ONE_TO_TEN

    @pytest.mark.parametrize("text", ["", "10", "0-100", "1-5", "a-b", "-1-10", "2-10"])
    def test_knows_no_other_scale(self, text):
        with pytest.raises(ValueError, match="0-10 or 1-10"):
            Scale.parse(text)


class TestNps:
    @pytest.mark.parametrize(
        ("counts", "points"),
        [((1, 2, 3), 33.3333), ((5, 0, 0), -100), ((0, 4, 0), 0), ((22, 9, 8), -35.8974), ((69, 118, 215), 36.3184)],
    )
    def test_is_the_share_of_promoters_minus_the_share_of_detractors(self, counts, points):
        assert Nps(*counts).nps == pytest.approx(points, abs=1e-4)

    def test_counts_scores_by_the_scale_they_were_asked_on(self):
        assert Nps.of_scores([0, 7, 7, 9, 9, 9]) == Nps(detractor=1, passive=2, promoter=3)
        with pytest.raises(ScoreOutOfScale):
            Nps.of_scores([9, 0], ONE_TO_TEN)

    def test_is_not_rounded_before_the_difference_is_taken(self):
        # Rounding both percentages first gives 21 - 56 = -35 for this survey.
        assert round(Nps(detractor=22, passive=9, promoter=8).nps, 1) == -35.9

    def test_of_nobody_is_no_figure_rather_than_zero(self):
        assert Nps().n == 0
        assert Nps().nps is None
        assert Nps().interval is None

    def test_of_two_groups_together_counts_everybody_once(self):
        assert Nps(1, 2, 3) + Nps(10, 20, 30) == Nps(11, 22, 33)

    def test_cannot_hold_fewer_than_no_answers(self):
        with pytest.raises(ValueError, match="fewer than 0"):
            Nps(detractor=-1)


class TestStandardError:
    @pytest.mark.parametrize(
        ("counts", "variance", "error"),
        [
            ((15, 25, 60), 0.5475, 7.39932),
            ((3, 4, 13), 0.55, 16.58312),
            ((0, 2, 8), 0.16, 12.64911),
            ((0, 0, 5), 0, 0),
            ((5, 0, 5), 1, 31.62278),
            ((1194, 3953, 8465), 0.42427, 0.55829),
        ],
    )
    def test_is_that_of_a_mean_of_minus_one_zero_and_one(self, counts, variance, error):
        group = Nps(*counts)
        assert (group.variance, group.standard_error) == pytest.approx((variance, error), abs=1e-4)

    def test_agrees_with_the_oracle(self):
        for row in oracle("single_nps"):
            group = Nps(row["det"], row["pas"], row["pro"])
            assert (group.variance, group.standard_error) == pytest.approx((row["var"], row["se_n"]), abs=1e-4)

    def test_of_nobody_is_none(self):
        assert (Nps().variance, Nps().standard_error) == (None, None)


class TestInterval:
    @given(some_answers)
    def test_never_leaves_the_scale_and_always_has_a_width(self, nps):
        assert -100 <= nps.interval.low < nps.interval.high <= 100

    @given(some_answers)
    def test_turns_with_the_answers(self, nps):
        turned = Nps(nps.promoter, nps.passive, nps.detractor)
        assert (turned.interval.low, turned.interval.high) == pytest.approx((-nps.interval.high, -nps.interval.low))

    @given(some_answers, st.integers(2, 50))
    def test_narrows_with_more_of_the_same_answers(self, nps, times):
        more = Nps(nps.detractor * times, nps.passive * times, nps.promoter * times)
        assert more.nps == pytest.approx(nps.nps)
        assert more.interval.high - more.interval.low < nps.interval.high - nps.interval.low

    @pytest.mark.parametrize(
        ("counts", "low", "high"),
        [
            ((15, 25, 60), 29.3431, 58.0355),
            ((3, 4, 13), 12.5740, 74.3826),
            ((0, 2, 8), 29.2839, 93.7931),
            ((0, 0, 5), 17.4915, 100),
            ((5, 0, 5), -51.1274, 51.1274),
            ((1, 0, 0), -98.4986, 48.4986),
            ((1194, 3953, 8465), 52.3101, 54.4985),
        ],
    )
    def test_is_the_adjusted_wald_interval_cut_at_the_ends_of_the_scale(self, counts, low, high):
        interval = Nps(*counts).interval
        assert (interval.low, interval.high) == (pytest.approx(low, abs=1e-4), pytest.approx(high, abs=1e-4))

    def test_agrees_with_the_oracle(self):
        for row in oracle("single_nps"):
            group = Nps(row["det"], row["pas"], row["pro"])
            assert group.nps == pytest.approx(row["nps"], abs=1e-4)
            low, high = (min(100, max(-100, end)) for end in row["adjwald95"])
            assert group.interval.low == pytest.approx(low, abs=1e-4)
            assert group.interval.high == pytest.approx(high, abs=1e-4)

    def test_can_be_asked_for_at_another_confidence(self):
        interval = Nps(15, 25, 60).interval_at(0.90)
        assert interval.low == pytest.approx(31.6496, abs=1e-4)
        assert interval.high == pytest.approx(55.7290, abs=1e-4)

    def test_still_has_a_width_when_all_five_customers_agree(self):
        interval = Nps(promoter=5).interval
        assert interval.high - interval.low > 80

    @pytest.mark.parametrize("confidence", [0, 1, 95])
    def test_refuses_a_confidence_that_is_not_a_share(self, confidence):
        with pytest.raises(ValueError, match="between 0 and 1"):
            Nps(1, 1, 1).interval_at(confidence)


class TestDifference:
    def test_of_two_periods_agrees_with_the_published_example(self):
        change = difference(Nps(15, 25, 60), Nps(25, 30, 45))
        assert change.points == pytest.approx(25)
        assert change.interval.low == pytest.approx(3.0433, abs=1e-4)
        assert change.interval.high == pytest.approx(45.5003, abs=1e-4)
        assert change.z == pytest.approx(2.24095, abs=1e-4)
        assert change.p == pytest.approx(0.0250295, abs=1e-6)
        assert change.beyond_chance

    def test_agrees_with_the_oracle(self):
        row = oracle("two_indep")
        change = difference(Nps(*row["x"]), Nps(*row["y"]))
        assert change.points == pytest.approx(row["diff"], abs=1e-4)
        assert (change.interval.low, change.interval.high) == pytest.approx(tuple(row["adjwald95"]), abs=1e-4)
        assert (change.z, change.p) == pytest.approx((row["adjwald_z"], row["adjwald_p"]), abs=1e-6)

    def test_can_be_beyond_chance_although_the_two_intervals_overlap(self):
        later, earlier = Nps(15, 25, 60), Nps(25, 30, 45)
        assert later.interval.low < earlier.interval.high
        assert difference(later, earlier).beyond_chance

    def test_people_in_both_make_it_surer(self):
        # 40 people in both waves of 100, the covariance of their codes 0.25
        later, earlier, shared = Nps(15, 25, 60), Nps(25, 30, 45), Shared(40, 0.25)
        assert difference_error(later, earlier) == pytest.approx(10.98863, abs=1e-4)
        assert difference_error(later, earlier, shared) == pytest.approx(10.0374, abs=1e-4)
        apart, together = difference(later, earlier), difference(later, earlier, shared=shared)
        assert together.points == apart.points
        assert together.interval.low > apart.interval.low
        assert together.p < apart.p
        assert together.shared == shared

    def test_people_who_change_their_minds_make_it_less_sure(self):
        later, earlier = Nps(15, 25, 60), Nps(25, 30, 45)
        assert difference(later, earlier, shared=Shared(40, -0.25)).p > difference(later, earlier).p

    @given(some_answers, some_answers, st.integers(0, 10**6), st.floats(-1, 1))
    def test_stays_within_what_two_scores_can_differ_by_whatever_is_shared(self, later, earlier, pairs, covariance):
        change = difference(later, earlier, shared=Shared(pairs, covariance))
        assert -200 <= change.interval.low <= change.interval.high <= 200
        assert 0 <= change.p <= 1
        assert change.beyond_chance == (0 not in change.interval)

    @given(some_answers, some_answers)
    def test_is_the_same_the_other_way_round_with_the_other_sign(self, one, other):
        forth, back = difference(one, other), difference(other, one)
        assert (forth.points, forth.z, forth.p) == pytest.approx((-back.points, -back.z, back.p))

    def test_of_few_answers_is_not_beyond_chance(self):
        assert not difference(Nps(1, 2, 4), Nps(2, 2, 3)).beyond_chance

    def test_with_an_empty_period_is_no_figure(self):
        assert difference(Nps(1, 2, 3), Nps()) is None
        assert difference(Nps(), Nps(1, 2, 3)) is None

    def test_interval_knows_what_lies_inside_it(self):
        assert 0 in Interval(-1.0, 1.0)
        assert 0 not in Interval(0.5, 1.0)
