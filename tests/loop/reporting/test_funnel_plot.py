"""Does somebody stand out, or is it the luck of few cases? Checked against scipy, R and statsmodels."""

from random import Random

import pytest
from scipy.stats import binom

from loop.reporting.funnel_plot import (
    Alike,
    binomial,
    chance_of,
    exact_limits,
    fitted_prior,
    mix_difference,
    pooled_prior,
    three_sigma,
)  # fmt: skip
from loop.reporting.shares import Share
from tests.oracles import oracle

PEOPLE = {
    "A": (3, 3),
    "B": (8, 10),
    "C": (12, 20),
    "D": (45, 60),
    "E": (20, 40),
    "F": (1, 5),
    "G": (0, 2),
    "H": (28, 30),
}
MEAN = 117 / 170
SHRUNK = (0.777816, 0.748364, 0.609570, 0.741940, 0.516633, 0.425753, 0.464806, 0.891749)
POOLED = (0.760180, 0.744118, 0.629412, 0.741176, 0.537647, 0.525490, 0.573529, 0.872059)


def close(value: object) -> object:
    return pytest.approx(value, abs=1e-4)


def test_the_spread_of_all_of_them():
    prior = fitted_prior(list(PEOPLE.values()))
    assert prior
    assert (prior.a, prior.b) == close((3.29985, 1.79956))
    assert [prior.shrunk(*counts) for counts in PEOPLE.values()] == close(list(SHRUNK))
    assert [pooled_prior(list(PEOPLE.values())).shrunk(*counts) for counts in PEOPLE.values()] == close(list(POOLED))


@pytest.mark.parametrize(
    ("name", "wilson", "sigma", "chance"),
    [
        ("A", (0.438503, 1), (0, 1), 0.5570), ("B", (0.490162, 0.943318), (0.248792, 1), 0.7340),
        ("C", (0.386582, 0.781193), (0.377502, 0.998969), 0.4690),
        ("D", (0.627679, 0.842235), (0.508833, 0.867637), 0.3322),
        ("E", (0.351995, 0.648005), (0.468513, 0.907957), 0.0156), ("F", (0.036224, 0.624465), (0.066768, 1), 0.0355),
        ("G", (0, 0.657620), (0, 1), 0.0972), ("H", (0.786765, 0.981523), (0.434522, 0.941948), 0.00245),
    ],
)  # fmt: skip
def test_one_person_beside_the_mean(name, wilson, sigma, chance):
    count, n = PEOPLE[name]
    assert Share(count, n).interval == close(wilson)
    assert three_sigma(n, MEAN) == close(sigma)
    assert chance_of(count, n, MEAN) == close(chance)


def test_exact_limits_are_those_of_other_programs():
    for row in oracle("funnel")["rows"]:
        limits = exact_limits(row["n"], MEAN)
        assert [*limits.usual, *limits.wide] == close([*row["exact95"], *row["exact998"]])


def test_nobody_of_the_eight_is_outside_though_the_raw_table_runs_from_none_to_all():
    for count, n in PEOPLE.values():
        low, high = three_sigma(n, MEAN)
        assert low <= count / n <= high


@pytest.mark.parametrize(("n", "share"), [(1, 0.5), (7, 0.0), (7, 1.0), (750, 0.62), (4000, 0.003)])
def test_chances_are_those_of_scipy(n, share):
    assert binomial(n, share) == pytest.approx(binom.pmf(range(n + 1), n, share), rel=1e-9, abs=1e-300)


def test_people_who_are_all_alike_are_not_spread():
    assert fitted_prior([(5, 5), (3, 3)]) is None
    assert fitted_prior([(3, 5)]) is None


def test_harder_cases_are_expected_to_go_worse():
    assert mix_difference([Alike(20, 10, 0.2)]).difference == close(0.3)
    assert mix_difference([Alike(20, 10, 0.8)]).difference == close(-0.3)
    assert mix_difference([Alike(20, 10, 0.2), Alike(20, 10, 0.8)]).difference == close(0)


def test_limits_of_like_cases_are_the_binomial_ones():
    found = mix_difference([Alike(20, 12, 0.6)])
    low, high = exact_limits(20, 0.6).wide
    assert (found.low + 0.6, found.high + 0.6) == close((low, high))


def test_of_people_who_are_all_alike_hardly_anybody_is_singled_out():
    chance, falsely = Random(4), 0
    for _period in range(300):
        for _person in range(12):
            went_well = sum(chance.random() < 0.6 for _case in range(10))
            falsely += mix_difference([Alike(10, went_well, 0.6)]).stands_out
    assert falsely / 3600 < 0.003
