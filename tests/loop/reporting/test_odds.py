"""Do the tests of change and the pooled odds ratio say what statsmodels, scipy and R say?"""

import pytest

from loop.reporting.expected_recovery import compare
from loop.reporting.odds import Stratum, pooled
from loop.reporting.paired import BeforeAfter, bhapkar, mcnemar, signed_ranks
from tests.oracles import oracle

TABLE = ((40, 30, 20), (10, 50, 25), (5, 15, 60))
STRATA = {0: ((4, 20), (5, 25)), 3: ((12, 30), (9, 30)), 5: ((38, 60), (30, 60)), 6: ((56, 70), (60, 85))}


def told(test) -> tuple[float, int, float]:
    return test.statistic, test.df, test.p


class TestTheTable:
    def test_bhapkars_test(self):
        assert told(bhapkar(TABLE)) == pytest.approx((23.181818, 2, 9.249796e-06), abs=1e-6)
        assert list(told(bhapkar(TABLE))) == pytest.approx(oracle("paired")["bhapkar"], abs=1e-6)

    def test_mcnemars_chi_square_with_correction(self):
        found = mcnemar(50, 15)
        assert (found.statistic, found.p) == pytest.approx((17.784615, 2.473754e-05), abs=1e-6)
        assert [found.statistic, found.p] == pytest.approx(oracle("paired")["mcnemar_chi2_cc"], abs=1e-6)

    def test_wilcoxons_signed_ranks(self):
        assert signed_ranks(TABLE) == pytest.approx(9.51564805e-06, rel=1e-4)
        assert signed_ranks(TABLE) == pytest.approx(oracle("paired")["wilcoxon"][1], rel=1e-4)

    def test_where_nobody_moved_there_is_none(self):
        still = ((5, 0, 0), (0, 5, 0), (0, 0, 5))
        assert (bhapkar(still), mcnemar(0, 0), signed_ranks(still)) == (None, None, None)

    def test_where_all_moved_one_way_bhapkars_has_no_value(self):
        assert bhapkar(((0, 0, 9), (0, 0, 0), (0, 0, 0))) is None

    def test_with_few_that_moved_only_the_exact_one_is_told(self):
        few = BeforeAfter(((5, 2, 0), (1, 5, 0), (0, 0, 5))).as_dict()
        assert [few[name] for name in ("bhapkar", "mcnemar", "wilcoxon_p", "bowker")] == [None] * 4
        assert few["mcnemar_exact_p"] == 1.0
        many = BeforeAfter(TABLE).as_dict()
        assert (many["wilcoxon_p"], many["mcnemar"]["df"]) == (1e-05, 1)


class TestThePooledOddsRatio:
    def test_is_the_one_of_statsmodels(self):
        found = pooled([Stratum(*ours, *theirs) for ours, theirs in STRATA.values()])
        assert (found.ratio, *found.interval) == pytest.approx((1.591857, 1.019032, 2.486682), abs=1e-6)
        assert (found.statistic, found.p) == pytest.approx((4.153815, 0.041541), abs=1e-6)

    def test_is_the_one_of_the_oracle(self):
        told = oracle("standardised")
        found = pooled([Stratum(*row["t"], *row["c"]) for row in told["strata"].values()])
        assert [found.ratio, *found.interval] == pytest.approx(told["mh_or"], abs=1e-4)
        assert [found.statistic, found.p] == pytest.approx(told["cmh"], abs=1e-4)

    def test_stands_beside_the_difference(self):
        found = compare({score: ours for score, (ours, _) in STRATA.items()}, {s: c for s, (_, c) in STRATA.items()})
        assert found.as_dict()["odds_ratio"] == {
            "ratio": 1.5919, "interval": [1.019, 2.4867], "statistic": 4.1538, "p": 0.041541,
        }  # fmt: skip

    @pytest.mark.parametrize("strata", [[], [Stratum(5, 5, 3, 3)], [Stratum(0, 5, 3, 6)], [Stratum(1, 1, 0, 0)]])
    def test_is_none_where_it_is_no_number(self, strata):
        assert pooled(strata) is None
