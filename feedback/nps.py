"""What is the Net Promoter Score of these answers, and how sure can we be of it?

Pure arithmetic: scores in, figures out. NPS is in points, -100 to +100, and is never rounded here; whoever shows it
rounds once, at the end.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum
from math import sqrt
from statistics import NormalDist
from typing import NamedTuple

HIGHEST_SCORE = 10
LOWEST_PROMOTER = 9
LOWEST_PASSIVE = 7

# Pseudo-answers added before the interval is taken: Rocks (2016), "Interval Estimation for the 'Net Promoter Score'",
# The American Statistician 70(4), 365-372. The plain Wald interval is far too narrow for few answers and has no width
# at all when everybody agrees.
_ADDED_DETRACTORS = 0.75
_ADDED_PASSIVES = 1.5
_ADDED_PROMOTERS = 0.75
_ADDED = _ADDED_DETRACTORS + _ADDED_PASSIVES + _ADDED_PROMOTERS


class ScoreOutOfScale(ValueError):
    """The score is not on the survey's scale."""


class Category(StrEnum):
    """What a score makes of the person who gave it."""

    DETRACTOR = "detractor"
    PASSIVE = "passive"
    PROMOTER = "promoter"


class Scale(NamedTuple):
    """The whole numbers a survey lets people choose from, both ends included."""

    low: int
    high: int

    def __str__(self) -> str:
        return f"{self.low}-{self.high}"

    @classmethod
    def parse(cls, text: str) -> Scale:
        """Read `0-10` or `1-10`; raises ValueError on anything else."""
        for scale in (ZERO_TO_TEN, ONE_TO_TEN):
            if text.strip() == str(scale):
                return scale
        raise ValueError(f"NPS is asked on a scale written 0-10 or 1-10, not {text!r}.")


ZERO_TO_TEN = Scale(0, HIGHEST_SCORE)
ONE_TO_TEN = Scale(1, HIGHEST_SCORE)


def category(score: int, scale: tuple[int, int] = ZERO_TO_TEN) -> Category:
    """Return the category of a whole-number score on a scale (low, high): 9-10 promoter, 7-8 passive, lower detractor.

    The bands are the same on both scales (on 1-10 a detractor is 1-6). Raises ScoreOutOfScale for a score the scale
    does not have, so a 0 in a 1-10 survey is an error and not the unhappiest customer.
    """
    if isinstance(score, bool) or not isinstance(score, int):
        raise TypeError(f"A score is a whole number, not {score!r}.")
    low, high = scale
    if not low <= score <= high:
        raise ScoreOutOfScale(f"The score {score} is not on the scale {low}-{high}.")
    if score >= LOWEST_PROMOTER:
        return Category.PROMOTER
    if score >= LOWEST_PASSIVE:
        return Category.PASSIVE
    return Category.DETRACTOR


@dataclass(frozen=True, slots=True)
class Interval:
    """Two ends of a confidence interval, in NPS points."""

    low: float
    high: float

    def __contains__(self, points: float) -> bool:
        return self.low <= points <= self.high


@dataclass(frozen=True, slots=True)
class Nps:
    """How many answered in each category, and the score that follows from it. Two of them can be added."""

    detractor: int = 0
    passive: int = 0
    promoter: int = 0

    def __post_init__(self) -> None:
        if min(self.detractor, self.passive, self.promoter) < 0:
            raise ValueError("A category cannot hold fewer than 0 answers.")

    @classmethod
    def of_scores(cls, scores: Iterable[int], scale: tuple[int, int] = ZERO_TO_TEN) -> Nps:
        """Count whole-number scores. Raises ScoreOutOfScale at the first one that is not on the scale."""
        counts = dict.fromkeys(Category, 0)
        for score in scores:
            counts[category(score, scale)] += 1
        return cls(counts[Category.DETRACTOR], counts[Category.PASSIVE], counts[Category.PROMOTER])

    def __add__(self, other: Nps) -> Nps:
        return Nps(self.detractor + other.detractor, self.passive + other.passive, self.promoter + other.promoter)

    @property
    def n(self) -> int:
        """Answers counted, passives included."""
        return self.detractor + self.passive + self.promoter

    @property
    def nps(self) -> float | None:
        """Share of promoters minus share of detractors, in points; None without answers, because 0 is a result."""
        return 100 * (self.promoter - self.detractor) / self.n if self.n else None

    @property
    def variance(self) -> float | None:
        """Of the codes -1, 0 and +1, between 0 and 1: the largest when half are promoters and half detractors."""
        if not self.n:
            return None
        mean = (self.promoter - self.detractor) / self.n
        return (self.promoter + self.detractor) / self.n - mean**2

    @property
    def standard_error(self) -> float | None:
        """Of `nps`, in points, without pseudo-answers: for planning, never for an interval around few answers."""
        return None if self.variance is None else 100 * sqrt(self.variance / self.n)

    @property
    def interval(self) -> Interval | None:
        """The 95% interval around `nps`, in points; None without answers."""
        return self.interval_at(0.95)

    def interval_at(self, confidence: float) -> Interval | None:
        """Return the adjusted Wald interval for a confidence between 0 and 1, cut off at -100 and +100.

        Only the interval uses the pseudo-answers: its centre is drawn towards 0 and is never shown as the NPS.
        Assumes that the answers are independent of each other; several contacts of one account are not quite.
        """
        if not self.n:
            return None
        centre, variance = self._adjusted_mean_and_variance()
        reach = _normal_quantile(confidence) * sqrt(variance)
        return Interval(max(-100.0, 100 * (centre - reach)), min(100.0, 100 * (centre + reach)))

    def _adjusted_mean_and_variance(self) -> tuple[float, float]:
        """Mean of the codes -1, 0, +1 and the variance of that mean, pseudo-answers included."""
        detractor = self.detractor + _ADDED_DETRACTORS
        promoter = self.promoter + _ADDED_PROMOTERS
        n = detractor + self.passive + _ADDED_PASSIVES + promoter
        mean = (promoter - detractor) / n
        return mean, ((promoter + detractor) / n - mean**2) / n


@dataclass(frozen=True, slots=True)
class Shared:
    """How alike the answers of the same people are, in both of two NPS and within each.

    `pairs` counts each answer of the one with each of the same person in the other, `covariance` is that of their codes
    -1, 0 and +1 over these pairs. `within_later` and `within_earlier` are sums: over all pairs of different answers of
    one person in the same NPS, each pair both ways, of the products of their codes' distances from its mean.
    """

    pairs: int = 0
    covariance: float = 0.0
    within_later: float = 0.0
    within_earlier: float = 0.0


NOBODY_SHARED = Shared()


@dataclass(frozen=True, slots=True)
class Difference:
    """One NPS minus another, in points; `shared` of the answers came from the same people."""

    points: float
    interval: Interval
    z: float
    p: float
    shared: Shared = NOBODY_SHARED

    @property
    def beyond_chance(self) -> bool:
        """Whether the interval leaves out 0. Two overlapping intervals of the single scores do not answer this."""
        return 0 not in self.interval


def difference(later: Nps, earlier: Nps, confidence: float = 0.95, shared: Shared = NOBODY_SHARED) -> Difference | None:
    """Compare two NPS: two periods, or two segments. None when either has no answers.

    `points` is the plain difference; interval, z and the two-sided p use the pseudo-answers in both (MeasuringU,
    "Statistical tests for NPS", 2021; the same as R's NPS::nps_test with adjusted.wald). People who answered both times
    mostly answer alike: 2 pairs cov / (n1 n2) goes off the variance of the difference, pseudo-answers in n. So do those
    who answered several times within one, who are fewer than their answers: what is within is added by n^2. Together it
    is the error over people (Taylor linearisation, as in `feedback.clustered`).
    """
    if later.nps is None or earlier.nps is None:
        return None
    later_mean, later_variance = later._adjusted_mean_and_variance()
    earlier_mean, earlier_variance = earlier._adjusted_mean_and_variance()
    later_variance += _of_repeats(shared.within_later, later.n + _ADDED)
    earlier_variance += _of_repeats(shared.within_earlier, earlier.n + _ADDED)
    pairs = shared.pairs / ((later.n + _ADDED) * (earlier.n + _ADDED))
    variance = _of_difference(later_variance, earlier_variance, pairs * shared.covariance)
    centre, error = later_mean - earlier_mean, sqrt(variance)
    reach = _normal_quantile(confidence) * error
    z = centre / error if error else 0.0
    return Difference(
        points=later.nps - earlier.nps,
        interval=Interval(max(-200.0, 100 * (centre - reach)), min(200.0, 100 * (centre + reach))),
        z=z,
        p=2 * NormalDist().cdf(-abs(z)),
        shared=shared,
    )


def difference_error(later: Nps, earlier: Nps, shared: Shared = NOBODY_SHARED) -> float | None:
    """The standard error of a difference in points, without pseudo-answers: for planning. None without answers."""
    if later.variance is None or earlier.variance is None:
        return None
    pairs = shared.pairs / (later.n * earlier.n)
    one = later.variance / later.n + _of_repeats(shared.within_later, later.n)
    other = earlier.variance / earlier.n + _of_repeats(shared.within_earlier, earlier.n)
    return 100 * sqrt(_of_difference(one, other, pairs * shared.covariance))


def _of_repeats(within: float, n: float) -> float:
    """What answers of the same people add to the variance of a mean; that they differ narrows nothing."""
    return max(0.0, within) / n**2


def _of_difference(one: float, other: float, covariance: float) -> float:
    """The variance of a difference of two means; a covariance larger than their variances allow is an accident."""
    possible = sqrt(one * other)
    return one + other - 2 * min(possible, max(-possible, covariance))


def _normal_quantile(confidence: float) -> float:
    if not 0 < confidence < 1:
        raise ValueError(f"A confidence lies between 0 and 1, not at {confidence}.")
    return NormalDist().inv_cdf((1 + confidence) / 2)
