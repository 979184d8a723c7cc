"""Every figure about an effect is checked against what R, statsmodels and lifelines compute."""

from collections import Counter
from math import exp
from random import Random

import pytest

from loop.reporting.adjusted import adjusted_difference
from loop.reporting.bounds import bias_of_answerers, bounds
from loop.reporting.competing import incidence
from loop.reporting.paired import BeforeAfter, bowker, mcnemar_exact, mean_change, nps_change, stuart_maxwell
from loop.reporting.power import answers_needed, answers_needed_for_means, smallest_detectable
from loop.reporting.regression_to_mean import drift
from loop.reporting.shares import Share
from loop.reporting.trial import Arm, Trial, Undecided, difference_interval
from tests.oracles import oracle

TABLE = ((40, 30, 20), (10, 50, 25), (5, 15, 60))


def close(value: object) -> object:
    return pytest.approx(value, abs=1e-4)


class TestPaired:
    def test_the_same_customers_before_and_after(self):
        change = nps_change(TABLE)
        assert change
        assert (change.n, change.mean, change.standard_error) == (255, close(23.5294), close(5.06073))
        assert (change.low, change.high, change.t, change.p) == (
            close(13.5631), close(33.4957), close(4.64941), close(5.3556e-06),
        )  # fmt: skip

    def test_bowker_stuart_and_maxwell_and_mcnemar(self):
        symmetry, margins = bowker(TABLE), stuart_maxwell(TABLE)
        assert symmetry
        assert margins
        assert (symmetry.statistic, symmetry.df, symmetry.p) == (close(21.5), 3, pytest.approx(8.28785e-05, rel=1e-4))
        assert (margins.statistic, margins.df, margins.p) == (close(21.25), 2, pytest.approx(2.43008e-05, rel=1e-4))
        assert mcnemar_exact(50, 15) == pytest.approx(1.57170e-05, rel=1e-4)

    def test_the_file_of_other_programs_says_the_same(self):
        told = oracle("paired")
        found = BeforeAfter(tuple(map(tuple, told["table"])))
        assert found.change
        assert found.symmetry
        assert found.margins
        assert (found.change.low, found.change.high) == close(tuple(told["t95"]))
        assert (found.symmetry.statistic, found.symmetry.p) == close((told["bowker"][0], told["bowker"][2]))
        assert (found.margins.statistic, found.margins.p) == close(
            (told["stuart_maxwell"][0], told["stuart_maxwell"][2])
        )
        assert found.exact == close(told["mcnemar_exact"][1])

    def test_scores_of_twelve_customers(self):
        first = (3, 5, 6, 2, 6, 4, 6, 5, 0, 6, 6, 5)
        second = (6, 5, 8, 2, 7, 7, 9, 4, 3, 6, 8, 7)
        change = mean_change([after - before for before, after in zip(first, second, strict=True)])
        assert change
        assert (change.mean, change.low, change.high) == close((1.5, 0.581257, 2.418743))
        assert (change.t, change.p) == close((3.593472, 0.00421788))

    def test_a_category_nobody_used_is_dropped(self):
        with_nobody = ((10, 0, 5), (0, 0, 0), (12, 0, 20))
        assert stuart_maxwell(with_nobody) == stuart_maxwell(((10, 5), (12, 20)))

    def test_few_who_moved_get_the_exact_test_alone(self):
        few = BeforeAfter(((5, 2, 1), (0, 4, 0), (0, 0, 3)))
        assert (few.symmetry, few.margins, few.exact) == (None, None, close(0.25))

    def test_nobody_moved(self):
        assert bowker(((5, 0), (0, 5))) is None
        assert mcnemar_exact(0, 0) is None
        assert mean_change([1.0, 1.0]) is None


class TestDrift:
    @pytest.mark.parametrize(
        ("correlation", "gain", "recovered"),
        [(0.3, 1.70631, 0.55059), (0.4, 1.46256, 0.50567), (0.5, 1.21880, 0.45803), (0.6, 0.97504, 0.40659),
         (0.7, 0.73128, 0.34955), (0.8, 0.48752, 0.28339), (0.9, 0.24376, 0.19901)],
    )  # fmt: skip
    def test_scores_rise_by_themselves(self, correlation, gain, recovered):
        found = drift(mean=7.5, deviation=2.2, cut=6.5, correlation=correlation)
        assert (found.first, found.gain, found.recovered) == close((5.06241, gain, recovered))

    @pytest.mark.parametrize(
        ("correlation", "gain"),
        [(0, 26.97202), (0.2, 21.57762), (0.4, 16.18321), (0.5, 13.48601), (0.6, 10.78881), (0.8, 5.39440)],
    )
    def test_the_example_of_the_paper(self, correlation, gain):
        found = drift(mean=60, deviation=15, cut=40, correlation=correlation)
        assert (found.first, found.gain) == close((33.02798, gain))


class TestPower:
    @pytest.mark.parametrize(
        ("expected", "hoped", "each"),
        [(0.35, 0.45, 375.26911), (0.35, 0.50, 169.08794), (0.40, 0.50, 387.16775), (0.45, 0.60, 172.65890),
         (0.40, 0.45, 1533.05285)],
    )  # fmt: skip
    def test_answers_for_a_difference_of_shares(self, expected, hoped, each):
        assert answers_needed(expected, hoped) == close(each)

    def test_the_larger_group_saves_the_smaller_one_answers(self):
        assert answers_needed(0.35, 0.50, ratio=4) == close(105.67996)

    def test_answers_for_a_difference_of_scores(self):
        assert answers_needed_for_means(0.5, 2.0) == close(252.12750)
        assert answers_needed_for_means(1.0, 2.0) == close(63.76561)
        assert answers_needed_for_means(1.0, 2.0, correlation=0.5) == close(0.75 * 63.76561)

    @pytest.mark.parametrize(
        ("n", "share"),
        [(10, 0.975), (20, 0.887), (40, 0.793), (80, 0.714), (160, 0.654), (320, 0.610), (640, 0.578)],
    )
    def test_the_smallest_difference_that_shows(self, n, share):
        found = smallest_detectable(0.5, n, n)
        assert found is not None
        assert 0.5 + found == pytest.approx(share, abs=6e-4)  # three digits are all that is written down

    def test_so_few_show_nothing_at_all(self):
        assert smallest_detectable(0.9, 5, 5) is None

    def test_the_same_shares_are_refused(self):
        with pytest.raises(ValueError, match="different"):
            answers_needed(0.5, 0.5)


class TestBounds:
    def test_at_worst_and_at_best(self):
        treated, control = bounds(160, 100, 50), bounds(160, 80, 30)
        assert (treated.low, treated.high, control.low, control.high) == close((0.3125, 0.6875, 0.1875, 0.6875))
        effect = treated.minus(control)
        assert (effect.low, effect.high) == close((-0.375, 0.5))

    def test_answerers_are_happier(self):
        assert bias_of_answerers(0.4, 8.0, 6.5) == close(0.9)

    def test_more_answers_than_asked_are_refused(self):
        with pytest.raises(ValueError, match="not possible"):
            bounds(10, 11, 3)


class TestTrial:
    def test_the_interval_of_a_difference(self):
        assert difference_interval(Share(50, 100), Share(35, 100)) == close((0.013084, 0.279252))

    def test_no_verdict_before_its_day(self):
        trial = Trial(Arm(120, 100, 80), Arm(120, 100, 35))
        assert trial.undecided(is_over=False) == Undecided.NOT_YET
        assert trial.undecided(is_over=True) is None
        assert trial.undecided(is_over=True, was_stopped=True) == Undecided.STOPPED

    def test_no_verdict_on_few(self):
        assert Trial(Arm(19, 19, 19), Arm(40, 40, 4)).undecided(is_over=True) == Undecided.TOO_FEW

    def test_no_verdict_where_one_group_answers_much_more_often(self):
        trial = Trial(Arm(120, 110, 80), Arm(300, 100, 35))
        assert trial.answers_far_apart
        assert trial.undecided(is_over=True) == Undecided.SILENT

    def test_recovery_never_goes_out_without_what_was_to_be_expected(self):
        told = Trial(Arm(10, 8, 4), Arm(0, 0, 0)).as_dict()
        assert set(told) >= {"called_first", "called_later", "interval"}
        assert told["effect"] is None


def strata() -> tuple[list[float], list[bool], list[int]]:
    outcome: list[float] = []
    treated: list[bool] = []
    score: list[int] = []
    for first, (ours, n), (alone, m) in (
        (0, (4, 20), (5, 25)), (3, (12, 30), (9, 30)), (5, (38, 60), (30, 60)), (6, (56, 70), (60, 85)),
    ):  # fmt: skip
        outcome += [1.0] * ours + [0.0] * (n - ours) + [1.0] * alone + [0.0] * (m - alone)
        treated += [True] * n + [False] * m
        score += [first] * (n + m)
    return outcome, treated, score


class TestAdjusted:
    def test_with_each_first_score_held_equal(self):
        outcome, treated, score = strata()
        found = adjusted_difference(outcome, treated, [[float(one == level) for one in score] for level in (3, 5, 6)])
        assert found
        assert (found.effect, found.standard_error) == close((0.096435, 0.046906))
        assert found.interval == close((0.004500, 0.188369))

    def test_people_who_are_alike_may_be_told_as_one_line(self):
        everybody = Counter(zip(*strata(), strict=True))
        outcome, treated, score = zip(*everybody, strict=True)
        columns = [[float(one == level) for one in score] for level in (3, 5, 6)]
        found = adjusted_difference(outcome, treated, columns, [*everybody.values()])
        assert found
        assert (found.effect, found.standard_error, found.n) == close((0.096435, 0.046906, len(strata()[0])))

    def test_a_column_that_is_the_same_for_all_changes_nothing(self):
        outcome, treated, score = strata()
        one = adjusted_difference(outcome, treated, [list(map(float, score))])
        assert one == adjusted_difference(outcome, treated, [list(map(float, score)), [1.0] * len(score)])

    def test_what_cannot_be_told_apart_has_no_figure(self):
        assert adjusted_difference([1, 0, 1, 0, 1], [True] * 5, [[1, 2, 3, 4, 5]]) is None
        treated = [True, True, False, False, False]
        assert adjusted_difference([1, 0, 1, 0, 1], treated, [[float(one) for one in treated]]) is None


class TestCompeting:
    CONTACTED = (2, 5, 5, 8, 20, 24, 48, 48, 100)

    def test_a_case_closed_without_contact_is_an_end_of_its_own(self):
        found = incidence(self.CONTACTED, (30, 120, 120, 200), (12, 72))
        then = found.at(200)
        assert (then.contacted, then.closed, then.waiting) == close((0.628571, 0.142857, 0.228571))
        assert (found.at(1).contacted, found.at(1).high) == (0, 0)

    def test_where_none_is_closed_it_is_one_minus_kaplan_meier(self):
        found = incidence(self.CONTACTED, (12, 30, 72, 120, 120, 200), ())
        assert found.at(48).contacted == close(0.580952)
        assert found.at(200).contacted == close(0.685714)

    def test_its_interval_holds_what_is_true(self):
        chance, held = Random(7), 0
        for _ in range(300):
            ends = [(chance.expovariate(1.0), chance.expovariate(0.5), chance.uniform(0, 3)) for _ in range(80)]
            contacted = [a for a, b, c in ends if a <= min(b, c)]
            closed = [b for a, b, c in ends if b < a and b <= c]
            then = incidence(contacted, [c for a, b, c in ends if c < min(a, b)], closed).at(1.0)
            held += then.low <= (1 - exp(-1.5)) / 1.5 <= then.high
        assert held >= 270

    def test_nobody_is_nothing(self):
        assert incidence((), (), ()).at(24).contacted == 0
