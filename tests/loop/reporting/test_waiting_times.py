"""The median wait while some still wait."""

import json
import random
import warnings
from pathlib import Path

import numpy as np
import pytest
from scipy.stats import CensoredData, ecdf

from loop.reporting.waiting_times import median_wait

ORACLE = Path(__file__).parents[4] / "shared" / "oracles" / "oracle.json"

CONTACTED = [2, 5, 5, 8, 20, 24, 48, 48, 100]
WAITING = [12, 30, 72, 120, 120, 200]


def test_the_worked_example_has_its_figures():
    found = median_wait(CONTACTED, WAITING)
    assert (found.median, found.low, found.high) == (48, 5, None)
    assert (found.n, found.waiting) == (15, 6)


@pytest.mark.skipif(not ORACLE.exists(), reason="the oracle's file is not beside the project")
def test_the_oracle_agrees():
    oracle = json.loads(ORACLE.read_text())["km"]
    rows = list(zip(oracle["hours"], oracle["contacted"], strict=True))
    found = median_wait([t for t, reached in rows if reached], [t for t, reached in rows if not reached])
    assert found.median == oracle["km_median"]
    low, high = oracle["km_ci"][0]
    assert found.low == low
    assert found.high is None
    assert high == float("inf")


def test_leaving_out_those_who_wait_would_flatter():
    assert median_wait(CONTACTED, []).median == 20


def test_a_median_not_reached_is_said_as_such():
    found = median_wait([1, 2], [50, 60, 70])
    assert (found.median, found.high) == (None, None)


def test_nobody_contacted_and_nobody_there_have_no_median():
    assert median_wait([], [3, 4]).median is None
    assert median_wait([], []).n == 0


def test_a_contact_at_the_moment_another_is_censored_counts_first():
    assert median_wait([5, 5], [5, 5]).median == 5


def test_cases_closed_without_contact_are_censored_and_counted():
    found = median_wait(CONTACTED, [30, 120, 120, 200], closed=[12, 72])
    assert (found.median, found.n, found.closed_otherwise) == (48, 15, 2)
    assert found.as_dict()["closed_without_contact"] == 2


@pytest.mark.parametrize("seed", range(40))
def test_median_and_interval_are_those_of_scipy(seed):
    chance = random.Random(seed)
    contacted, waiting, closed = (
        [chance.randrange(1, 30) / 2 for _case in range(chance.randrange(most))] for most in (60, 30, 9)
    )
    if contacted:
        data = CensoredData(uncensored=np.array(contacted), right=np.array([*waiting, *closed], float))
        with np.errstate(all="ignore"), warnings.catch_warnings():
            warnings.simplefilter("ignore", RuntimeWarning)
            survival = ecdf(data).sf
            band = survival.confidence_interval(confidence_level=0.95, method="log-log")
        expected = [
            next((float(t) for t, p in zip(curve.quantiles, curve.probabilities, strict=True) if p <= 0.5 + 1e-9), None)
            for curve in (survival, band.low, band.high)
        ]
        found = median_wait(contacted, waiting, closed)
        assert [found.median, found.low, found.high] == expected


def test_everybody_contacted_at_once_has_a_median_and_no_warning():
    found = median_wait([4.0], [])
    assert (found.median, found.low, found.high) == (4.0, None, None)


def test_random_waits_agree_with_the_product_formula():
    luck = random.Random(1958)
    for _ in range(100):
        contacted = [luck.randrange(1, 9) for _ in range(luck.randrange(1, 9))]
        waiting = [luck.randrange(1, 9) for _ in range(luck.randrange(9))]
        survival, expected = 1.0, None
        for time in sorted(set(contacted)):
            at_risk = sum(other >= time for other in contacted + waiting)
            survival *= 1 - contacted.count(time) / at_risk
            if survival <= 0.5 + 1e-12:
                expected = time
                break
        assert median_wait(contacted, waiting).median == expected
