"""Does somebody stand out, or is it the luck of few cases?

Limits around the mean of all widen where there are few cases (Spiegelhalter 2005, Stat Med 24, 1185-1202): inside
them nobody differs from the others beyond chance, and a ranking would rank luck. Of twelve people with the same true
rate the best and the worst of ten cases each are often fifty points apart.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from math import sqrt
from typing import Any, NamedTuple

from loop.reporting.shares import Share

#: Nobody is ranked on fewer cases than this.
FEWEST_TO_RANK = 20
#: A chance too small to move a limit, whatever it is added up with.
NEVER_SEEN = 1e-18
#: No figure about one person is given on fewer.
FEWEST_TO_TELL = 5


@lru_cache(maxsize=4096)
def binomial(n: int, share: float) -> Any:
    """How likely 0, 1, ... n of `n` cases are, where each has the chance `share`; an array of n + 1."""
    import numpy as np
    from scipy.special import gammaln, xlog1py, xlogy

    # The formula itself: scipy.stats does the same in ten times as long, and a page needs a thousand of them.
    k = np.arange(n + 1)
    ways = gammaln(n + 1) - gammaln(k + 1) - gammaln(n - k + 1)
    return np.exp(ways + xlogy(k, share) + xlog1py(n - k, -share))


@dataclass(frozen=True)
class Limits:
    """Shares between which somebody with so many cases lies, 95 and 99.8 times of a hundred."""

    usual: tuple[float, float]
    wide: tuple[float, float]


@lru_cache(maxsize=4096)
def exact_limits(n: int, share: float) -> Limits:
    """Of `n` cases, where each has the chance `share`: binomial, not rounded to a curve."""
    from scipy.stats import binom

    low, lowest, highest, high = (float(end) / n for end in binom.ppf([0.025, 0.001, 0.999, 0.975], n, share))
    return Limits((low, high), (lowest, highest))


def three_sigma(n: int, share: float) -> tuple[float, float]:
    """The limits of a p-chart, clipped."""
    reach = 3 * sqrt(share * (1 - share) / n)
    return max(0.0, share - reach), min(1.0, share + reach)


def chance_of(count: int, n: int, share: float) -> float:
    """How often chance alone gives somebody a result as unusual, in either direction."""
    from scipy.stats import binomtest

    return float(binomtest(count, n, share).pvalue)


@dataclass(frozen=True)
class Prior:
    """How the true rates of all of them are spread: a beta distribution."""

    a: float
    b: float

    def shrunk(self, count: int, n: int) -> float:
        """The rate pulled towards the mean of all, the more the fewer cases there are."""
        return (count + self.a) / (n + self.a + self.b)


def fitted_prior(counts: Sequence[tuple[int, int]]) -> Prior | None:
    """The spread that makes these (count, n) most likely; None with fewer than two people, or where all are alike.

    Rates that differ by no more than chance have no spread to fit: the likelihood rises for ever, and `pooled_prior`
    says the same in fewer words.
    """
    those = [(count, n) for count, n in counts if n]
    total, good = sum(n for _, n in those), sum(count for count, _ in those)
    if len(those) < 2 or good in (0, total):
        return None
    import numpy as np
    from scipy.optimize import minimize
    from scipy.special import betaln

    k, n = np.array([count for count, _ in those]), np.array([n for _, n in those])
    ways = -float((np.log(n + 1) + betaln(n - k + 1, k + 1)).sum())

    def unlikely(logs: "np.ndarray[tuple[int], np.dtype[np.float64]]") -> float:
        """Of the beta-binomial, without the sign."""
        a, b = np.exp(logs)
        return -float(ways + (betaln(k + a, n - k + b) - betaln(a, b)).sum())

    start = np.log([10 * good / total, 10 * (1 - good / total)])
    # No finer: sums of some thousand logarithms are rounded beyond that, and the search would never end.
    options = {"xatol": 1e-6, "fatol": 1e-8, "maxiter": 4000}
    found = minimize(unlikely, start, method="Nelder-Mead", bounds=[(-5, 7)] * 2, options=options)
    a, b = np.exp(found.x)
    return Prior(float(a), float(b))


def pooled_prior(counts: Sequence[tuple[int, int]], weight: float = 10.0) -> Prior:
    """The mean of all, weighing as much as `weight` cases."""
    n = sum(n for _, n in counts)
    mean = sum(count for count, _ in counts) / n if n else 0.5
    return Prior(mean * weight, (1 - mean) * weight)


@dataclass(frozen=True)
class MixDifference:
    """Observed minus expected share of somebody's cases, given the first scores they had to deal with.

    `expected` is the number who would have recovered with nobody better or worse than all of them together; `low` and
    `high` are limits of the difference at 99.8 % by chance alone.
    """

    observed: int
    expected: float
    n: int
    low: float
    high: float

    @property
    def difference(self) -> float:
        return (self.observed - self.expected) / self.n

    @property
    def stands_out(self) -> bool:
        return not self.low <= self.difference <= self.high


class Alike(NamedTuple):
    """So many cases with the same chance to go well, and how many of them did."""

    n: int
    went_well: int
    chance: float


def mix_difference(cases: Sequence[Alike]) -> MixDifference:
    """How somebody's cases went beside the chance that each had.

    Limits are of the sum of unlike coins (Poisson-binomial), counted exactly.

    Raises:
        ValueError: there are no cases.
    """
    n = sum(one.n for one in cases)
    if not n:
        raise ValueError("Of no cases there is no difference.")
    import numpy as np

    # Cases with the same chance are one binomial; a first score has one, so there are eleven at most.
    chances, fewest = np.ones(1), 0
    for one in cases:
        likely = binomial(one.n, one.chance)
        # Of thousands of cases nearly all numbers are out of the question, and would be walked through by all others.
        first, last = np.flatnonzero(likely > NEVER_SEEN)[[0, -1]]
        chances, fewest = np.convolve(chances, likely[first : last + 1]), fewest + int(first)
    below = np.cumsum(chances)
    expected, observed = sum(one.n * one.chance for one in cases), sum(one.went_well for one in cases)
    low = fewest + int(np.searchsorted(below, 0.001 - 1e-12))
    high = min(fewest + int(np.searchsorted(below, 0.999 - 1e-12)), n)
    return MixDifference(observed, expected, n, (low - expected) / n, (high - expected) / n)


@dataclass(frozen=True)
class Standing:
    """One person beside all of them. `share` has its Wilson interval; `shrunk` is the rate to go by."""

    share: Share
    shrunk: float
    limits: Limits
    mix: MixDifference

    @property
    def outside(self) -> bool:
        """Beyond the 99.8 % limits of both: further off than chance puts anybody, case mix considered."""
        rate = self.share.share or 0.0
        return not self.limits.wide[0] <= rate <= self.limits.wide[1] and self.mix.stands_out
