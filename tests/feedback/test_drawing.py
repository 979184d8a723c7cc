"""The lot: the same seed gives the same sample, and over many seeds everybody has the chance they were promised."""

from collections import Counter
from fractions import Fraction

import pytest
from scipy import stats

from feedback import drawing

SEEDS = range(200)
SHARE = Fraction(1, 11)
GROUPS = {"Enterprise": range(1, 8), "Mid": range(100, 123), "Small": range(1000, 1090)}  # 7, 23 and 90 contacts


def sample(seed, *, share=SHARE, count=None, at_least=0, number=drawing.number):
    """The contacts drawn from GROUPS."""
    sizes = {group: len(people) for group, people in GROUPS.items()}
    wanted = drawing.allocate(sizes, share=share, count=count, at_least=at_least, seed=seed)
    drawn = set()
    for group, people in GROUPS.items():
        drawn |= set(sorted(people, key=lambda contact: number(seed, contact))[: wanted[group]])
    return drawn


def everybody():
    return [contact for people in GROUPS.values() for contact in people]


def chance_of_what_was_seen(times_drawn, chance):
    """The p of a chi-square test that each of these was drawn with this chance, once for each seed."""
    expected = len(SEEDS) * chance
    statistic = sum((seen - expected) ** 2 for seen in times_drawn) / (expected * (1 - chance))
    return stats.chi2.sf(statistic, len(times_drawn) - 1)


class TestASample:
    def test_is_the_same_for_the_same_seed(self):
        assert sample(7) == sample(7)

    def test_is_another_for_another_seed(self):
        assert sample(7) != sample(8)

    def test_holds_who_was_in_it_when_others_join_the_base(self):
        """A contact's number does not depend on who else is there."""
        assert drawing.number(7, 42) == drawing.number(7, 42)
        assert len({drawing.number(7, contact) for contact in range(10_000)}) == 10_000

    @pytest.mark.parametrize("count", [1, 11, 60, 119, 120, 500])
    def test_of_a_count_has_exactly_so_many(self, count):
        assert {len(sample(seed, share=None, count=count)) for seed in SEEDS} == {min(count, 120)}

    def test_of_a_share_is_off_by_less_than_one(self):
        sizes = {len(sample(seed)) for seed in SEEDS}
        assert sizes == {10, 11}  # 120 / 11 = 10.9

    def test_hears_small_groups_when_told_to(self):
        without = [len(sample(seed) & set(GROUPS["Enterprise"])) for seed in SEEDS]
        assert 0 in without
        assert {len(sample(seed, at_least=2) & set(GROUPS["Enterprise"])) for seed in SEEDS} == {2}

    def test_takes_no_more_from_a_group_than_it_has(self):
        assert all(set(GROUPS["Enterprise"]) <= sample(seed, at_least=50) for seed in range(20))

    def test_of_nobody_is_empty(self):
        assert drawing.allocate({}, share=SHARE, count=None, at_least=3, seed=1) == {}
        assert drawing.allocate({"a": 0}, share=SHARE, count=None, at_least=3, seed=1) == {"a": 0}


class TestEverybodysChance:
    def test_is_the_share_over_many_seeds(self):
        times = Counter(contact for seed in SEEDS for contact in sample(seed))
        for people in (*GROUPS.values(), everybody()):
            assert chance_of_what_was_seen([times[contact] for contact in people], float(SHARE)) > 0.001

    def test_is_the_share_in_groups_smaller_than_one_over_it(self):
        times = Counter(contact for seed in SEEDS for contact in sample(seed))
        heard = sum(times[contact] for contact in GROUPS["Enterprise"])
        assert heard == pytest.approx(len(SEEDS) * 7 / 11, abs=4 * (len(SEEDS) * 7 / 11 * 4 / 11) ** 0.5)

    def test_would_be_seen_to_be_unfair_if_the_lot_were(self):
        times = Counter(contact for seed in SEEDS for contact in sample(seed, number=lambda seed, contact: contact))
        assert chance_of_what_was_seen([times[contact] for contact in everybody()], float(SHARE)) < 1e-9

    def test_comes_from_numbers_spread_evenly(self):
        numbers = [drawing.number(seed, contact) for seed in range(20) for contact in range(500)]
        assert all(0 <= number < 1 for number in numbers)
        assert stats.kstest(numbers, "uniform").pvalue > 0.001

    def test_under_one_seed_tells_nothing_of_the_chance_under_the_next(self):
        pairs = [(drawing.number(1, contact), drawing.number(2, contact)) for contact in range(2_000)]
        assert abs(stats.pearsonr(*zip(*pairs, strict=True)).statistic) < 0.08


class TestAShare:
    @pytest.mark.parametrize(
        ("written", "share"),
        [("1/11", Fraction(1, 11)), ("0.25", Fraction(1, 4)), ("0,25", Fraction(1, 4)), (" 10 % ", Fraction(1, 10)),
         ("100%", Fraction(1)), ("1", Fraction(1))],
    )  # fmt: skip
    def test_is_read(self, written, share):
        assert drawing.parse_share(written) == share

    @pytest.mark.parametrize("written", ["", "some", "1/0", "0", "-1/11", "110%", "12/11", "%", "nan", "inf"])
    def test_that_is_none_is_refused(self, written):
        with pytest.raises(ValueError, match=r"share|not"):
            drawing.parse_share(written)
