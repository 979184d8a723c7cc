"""Observed recovery beside expected recovery, and when we may say which is more."""

import json
import random
from pathlib import Path
from statistics import NormalDist

import pytest

from loop.reporting.adjusted import Adjusted
from loop.reporting.expected_recovery import Comparison, Finding, Reason, Stratum, compare

ORACLE = Path(__file__).parents[4] / "shared" / "oracles" / "oracle.json"

FOLLOWED_UP = {0: (4, 20), 3: (12, 30), 5: (38, 60), 6: (56, 70)}
ALONE = {0: (5, 25), 3: (9, 30), 5: (30, 60), 6: (60, 85)}


class TestStandardisation:
    def test_the_worked_example_has_its_figures(self):
        found = compare(FOLLOWED_UP, ALONE)
        assert (found.observed, found.n, found.n_alone) == (110, 180, 200)
        assert found.observed_share == pytest.approx(0.611111, abs=1e-6)
        assert found.expected == pytest.approx(92.41176, abs=1e-5)
        assert found.expected_share == pytest.approx(0.513399, abs=1e-6)
        assert found.effect == pytest.approx(0.097712, abs=1e-6)
        assert found.standard_error == pytest.approx(0.046931, abs=1e-6)
        assert found.interval == pytest.approx((0.005729, 0.189695), abs=1e-6)

    @pytest.mark.skipif(not ORACLE.exists(), reason="the oracle's file is not beside the project")
    def test_the_oracle_agrees(self):
        oracle = json.loads(ORACLE.read_text())["standardised"]
        groups = [{int(score): tuple(row[key]) for score, row in oracle["strata"].items()} for key in "tc"]
        found = compare(*groups)
        assert found.expected == pytest.approx(oracle["expected"], abs=1e-4)
        assert found.effect == pytest.approx(oracle["effect"], abs=1e-4)
        assert found.standard_error == pytest.approx(oracle["se"], abs=1e-4)
        assert found.interval == pytest.approx(oracle["ci"], abs=1e-4)

    def test_a_mix_of_milder_scores_is_no_success(self):
        """Everybody recovers exactly as customers alone do; only the mix differs. The plain rate is 20 points up."""
        alone = {2: (30, 100), 6: (60, 100)}
        found = compare({2: (3, 10), 6: (54, 90)}, alone)
        assert found.effect == pytest.approx(0)
        assert found.observed_share == pytest.approx(0.57)

    def test_a_score_with_nobody_to_compare_with_is_left_out_and_named(self):
        found = compare({**FOLLOWED_UP, 1: (7, 9)}, ALONE)
        assert found.left_out == (Stratum(1, 7, 9, 0, 0),)
        assert (found.n, found.n_left_out, found.observed) == (180, 9, 110)

    def test_scores_that_nobody_followed_up_had_are_not_used(self):
        assert compare(FOLLOWED_UP, {**ALONE, 4: (50, 50)}) == compare(FOLLOWED_UP, ALONE)

    def test_more_recovered_than_there_are_is_refused(self):
        with pytest.raises(ValueError, match="score 3"):
            compare({3: (5, 4)}, {3: (1, 2)})


class TestVerdict:
    def test_an_interval_above_zero_is_more_than_chance(self):
        found = compare(FOLLOWED_UP, ALONE)
        assert (found.finding, found.reason) == (Finding.MORE, None)

    def test_an_interval_below_zero_is_fewer_than_expected(self):
        found = compare({5: (20, 100)}, {5: (60, 100)})
        assert found.finding == Finding.LESS

    def test_an_interval_that_holds_zero_cannot_tell(self):
        found = compare({5: (52, 100)}, {5: (41, 100)})
        assert (found.finding, found.reason) == (Finding.CANNOT_TELL, Reason.CHANCE)

    def test_thirteen_against_fourteen_cannot_tell_whatever_they_say(self):
        found = compare({5: (13, 13)}, {5: (0, 14)})
        assert found.interval[0] > 0
        assert (found.finding, found.reason) == (Finding.CANNOT_TELL, Reason.TOO_FEW)

    def test_many_tiny_strata_cannot_tell_although_the_interval_leaves_out_zero(self):
        """One customer alone per score has no variance: the interval is too sure."""
        found = compare(dict.fromkeys(range(7), (2, 7)), {0: (0, 20), **dict.fromkeys(range(1, 7), (0, 1))})
        assert found.interval[0] > 0
        assert (found.finding, found.reason) == (Finding.CANNOT_TELL, Reason.THIN)

    def test_without_anybody_to_compare_with_no_expectation_is_made_up(self):
        found = compare(FOLLOWED_UP, {})
        assert (found.finding, found.reason) == (Finding.CANNOT_TELL, Reason.NOBODY_TO_COMPARE_WITH)
        assert found.expected_share is None
        assert found.interval is None

    def test_without_any_second_answer_there_is_nothing_to_say(self):
        found = compare({}, ALONE)
        assert (found.finding, found.reason) == (Finding.CANNOT_TELL, Reason.NOBODY_ANSWERED)

    def test_it_goes_out_as_json(self):
        sent = json.loads(json.dumps(compare({**FOLLOWED_UP, 1: (7, 9)}, ALONE).as_dict()))
        assert sent["finding"] == "more_than_chance"
        assert sent["interval"] == [0.0057, 0.1897]
        assert sent["left_out"] == [{"score": 1, "n": 9, "setting": ""}]
        assert json.dumps(compare({}, {}).as_dict())


def of_size(n: float, share: float = 0.5) -> Comparison:
    """Two groups of n customers in which the expected share recovered alone; the formulas take fractions too."""
    return Comparison((Stratum(5, 0, n, share * n, n),), ())


class TestPower:
    @pytest.mark.parametrize(
        ("n", "reached"), [(10, 0.975), (20, 0.887), (40, 0.793), (80, 0.714), (160, 0.654), (320, 0.610), (640, 0.578)]
    )
    def test_the_smallest_detectable_rise_from_one_half_is_the_published_one(self, n, reached):
        assert 0.5 + of_size(n).smallest_detectable == pytest.approx(reached, abs=5e-4)

    @pytest.mark.skipif(not ORACLE.exists(), reason="the oracle's file is not beside the project")
    def test_the_oracles_sample_sizes_detect_what_they_were_made_for(self):
        for rise, sizes in json.loads(ORACLE.read_text())["holdout_size"].items():
            if "->" in rise:
                low, high = map(float, rise.split("->"))
                assert of_size(sizes["n_each"], low).smallest_detectable == pytest.approx(high - low, abs=1e-4)
                split = sizes["n_treated_with_20pct_holdout"]
                uneven = Stratum(5, 0, split["n_treated"], low * split["n_holdout"], split["n_holdout"])
                assert Comparison((uneven,), ()).smallest_detectable == pytest.approx(high - low, abs=1e-4)

    def test_too_few_to_detect_anything_says_so(self):
        found = compare({5: (3, 4)}, {5: (2, 3)})
        assert found.smallest_detectable is None

    def test_it_says_how_many_more_answers_would_settle_it(self):
        found = compare({5: (52, 100)}, {5: (41, 100)})
        assert found.smallest_detectable == pytest.approx(0.19678, abs=1e-4)
        assert found.more_answers_needed == 443

    def test_a_hair_of_a_difference_brings_no_absurd_number(self):
        assert compare({5: (41, 101)}, {5: (41, 100)}).more_answers_needed is None


class TestWorldsWithoutEffect:
    """Follow-up does nothing here, yet about half of all detractors "recover". Hardly a run may find an effect."""

    SHARES = (0.012, 0.010, 0.014, 0.02, 0.024, 0.05, 0.07, 0.14, 0.24, 0.20, 0.22)  # of the scores 0 to 10
    RHO = 0.6  # between one person's two answers
    RUNS = 400

    def verdicts(self, respondents: int, alone_share: float) -> tuple[float, float]:
        """Share of runs with a verdict, and the mean "recovery rate" of those followed up."""
        luck = random.Random(7)
        edges, so_far = [], 0.0
        for share in self.SHARES[:-1]:
            so_far += share / sum(self.SHARES)
            edges.append(NormalDist().inv_cdf(so_far))
        said, rates = 0, []
        for _ in range(self.RUNS):
            groups: list[dict[int, tuple[int, int]]] = [{}, {}]
            for _ in range(respondents):
                first = luck.gauss(0, 1)
                score = sum(first > edge for edge in edges)
                if score > 6:
                    continue
                again = self.RHO * first + (1 - self.RHO**2) ** 0.5 * luck.gauss(0, 1)
                group = groups[luck.random() < alone_share]
                recovered, n = group.get(score, (0, 0))
                group[score] = (recovered + (again > edges[6]), n + 1)
            found = compare(*groups)
            said += found.finding != Finding.CANNOT_TELL
            rates.append(found.observed_share)
        return said / self.RUNS, sum(rates) / self.RUNS

    @pytest.mark.parametrize(("respondents", "alone_share"), [(300, 0.5), (600, 0.2)])
    def test_chance_is_rarely_called_more_than_chance(self, respondents, alone_share):
        said, rate = self.verdicts(respondents, alone_share)
        assert said <= 0.07
        assert rate > 0.4


class TestHowItCameAboutWhoWasCalled:
    def test_passing_over_without_a_reason_is_refused(self):
        found = compare(FOLLOWED_UP, ALONE)
        assert found.knowing(passed_over=60, unrecorded=60, adjusted=None).reason == Reason.BY_CHOICE
        assert found.knowing(passed_over=60, unrecorded=0, adjusted=None).reason is None

    def test_one_reason_that_was_forgotten_does_no_harm(self):
        found = compare(FOLLOWED_UP, ALONE).knowing(passed_over=60, unrecorded=10, adjusted=None)
        assert (found.n_alone, found.reason) == (200, None)

    def test_a_verdict_needs_the_second_estimate_to_say_the_same(self):
        found = compare(FOLLOWED_UP, ALONE)
        for effect, reason in ((0.1, None), (0.02, Reason.REASONS), (-0.1, Reason.REASONS)):
            second = Adjusted(effect, 0.03, 380)
            assert found.knowing(passed_over=0, unrecorded=0, adjusted=second).reason == reason

    def test_only_the_same_setting_compares(self):
        found = compare({(3, "recovery 2026-1"): (5, 9), (3, "2026-2"): (1, 4)}, {(3, "2026-2"): (2, 8)})
        assert [(one.score, one.setting, one.followed_up) for one in found.left_out] == [(3, "recovery 2026-1", 9)]
        assert found.n == 4
