"""One odds ratio over several strata, beside the difference of shares (Mantel and Haenszel 1959).

Another weighting of the same strata: where both point the same way, the verdict does not hang on the weights.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from math import exp, log, sqrt
from statistics import NormalDist
from typing import NamedTuple


class Stratum(NamedTuple):
    """How many recovered, and how many there are: of those followed up, and of those compared with."""

    recovered: int
    followed_up: int
    recovered_alone: int
    alone: int


@dataclass(frozen=True)
class OddsRatio:
    """The pooled ratio with its 95 % interval (Robins, Breslow and Greenland 1986), and the test that it is 1."""

    ratio: float
    interval: tuple[float, float]
    statistic: float
    p: float

    def as_dict(self) -> dict[str, object]:
        return {
            "ratio": round(self.ratio, 4),
            "interval": [round(end, 4) for end in self.interval],
            "statistic": round(self.statistic, 4),
            "p": round(self.p, 6),
        }


def pooled(strata: Sequence[Stratum]) -> OddsRatio | None:
    """Over these strata; None where it is not a number: nobody recovered, or everybody, on one side of each."""
    over = under = mixed = first = second = observed = variance = 0.0
    for good, n, good_alone, m in strata:
        bad, bad_alone, whole = n - good, m - good_alone, n + m
        ours, theirs = good * bad_alone / whole, bad * good_alone / whole
        agree, differ = (good + bad_alone) / whole, (bad + good_alone) / whole
        over, under = over + ours, under + theirs
        first, second = first + agree * ours, second + differ * theirs
        mixed += agree * theirs + differ * ours
        observed += good - n * (good + good_alone) / whole
        if whole > 1:
            variance += n * m * (good + good_alone) * (bad + bad_alone) / (whole**2 * (whole - 1))
    if not over or not under or not variance:
        return None
    ratio = over / under
    error = sqrt(first / (2 * over**2) + mixed / (2 * over * under) + second / (2 * under**2))
    reach = NormalDist().inv_cdf(0.975) * error
    statistic = observed**2 / variance
    p = 2 * NormalDist().cdf(-sqrt(statistic))
    return OddsRatio(ratio, (exp(log(ratio) - reach), exp(log(ratio) + reach)), statistic, p)
