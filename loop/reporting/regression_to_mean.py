"""How much would scores rise by themselves? An illustration, not the estimate that a verdict rests on.

Whoever is picked for a low score was partly unlucky on the day. For normal scores Barnett, van der Pols and Dobson
(2005, Int J Epidemiol 34, 215-220) say by how much the next one is higher; on skewed ones, as NPS scores are, it is too
low (Linden 2013). The verdict compares with customers nobody had contacted instead.
"""

from dataclasses import dataclass
from statistics import NormalDist


@dataclass(frozen=True)
class Drift:
    """What becomes of people picked for a first score below a cut, when nothing is done."""

    first: float
    second: float
    recovered: float

    @property
    def gain(self) -> float:
        return self.second - self.first


def drift(*, mean: float, deviation: float, cut: float, correlation: float) -> Drift:
    """The first and second mean of those below `cut`, and the share of them above it the next time.

    Args:
        mean, deviation, cut: of the scores of all people, in their unit.
        correlation: of two answers of the same person; of all people, not only of the unhappy.
    """
    from scipy.stats import multivariate_normal, truncnorm

    z = (cut - mean) / deviation
    first = float(truncnorm.mean(-float("inf"), z, loc=mean, scale=deviation))
    second = mean + correlation * (first - mean)
    both = float(multivariate_normal.cdf([z, z], mean=[0, 0], cov=[[1, correlation], [correlation, 1]]))
    return Drift(first, second, 1 - both / NormalDist().cdf(z))
