"""How many answers does it take to see a difference, and how small a difference would these many show?

80 % power at the 5 % level, two-sided, by the arcsine formula for shares (Cohen 1988) and the normal one for means.
"""

from math import asin, pi, sin, sqrt
from statistics import NormalDist

LEVEL, POWER = 0.05, 0.80
_REACH = NormalDist().inv_cdf(1 - LEVEL / 2) + NormalDist().inv_cdf(POWER)


def answers_needed(expected: float, hoped: float, *, ratio: float = 1.0) -> float:
    """How many answers the smaller group needs.

    Args:
        expected, hoped: recovered shares without and with, between 0 and 1.
        ratio: how many times as large the other group is.

    Raises:
        ValueError: the shares are the same, or none.
    """
    if not (0 <= expected <= 1 and 0 <= hoped <= 1 and expected != hoped):
        raise ValueError("Two different shares between 0 and 1 are needed.")
    from scipy.optimize import brentq
    from scipy.stats import norm

    effect = abs(2 * asin(sqrt(hoped)) - 2 * asin(sqrt(expected)))
    limit = norm.isf(LEVEL / 2)

    def lacking(n: float) -> float:
        shift = effect * sqrt(n / (1 + 1 / ratio))
        return float(norm.sf(limit - shift) + norm.cdf(-limit - shift) - POWER)

    upper = (1 + 1 / ratio) * (_REACH / effect) ** 2  # a little more than with both tails counted
    return float(brentq(lacking, 1e-9, upper + 1))


def answers_needed_for_means(difference: float, deviation: float, *, correlation: float = 0.0) -> float:
    """How many answers a group needs for a difference of means.

    Args:
        difference, deviation: in score points; of the second scores.
        correlation: of first and second score, where the first is adjusted for.
    """
    from scipy.optimize import brentq
    from scipy.stats import nct, t

    def lacking(n: float) -> float:
        degrees, shift = 2 * n - 2, difference / deviation * sqrt(n / 2)
        limit = t.ppf(1 - LEVEL / 2, degrees)
        return float(nct.sf(limit, degrees, shift) + nct.cdf(-limit, degrees, shift) - POWER)

    by_normal = 2 * (_REACH * deviation / difference) ** 2  # a little less than by Student's t
    return float(brentq(lacking, max(1.5, by_normal - 1), by_normal + 10)) * (1 - correlation**2)


def smallest_detectable(expected: float, n: float, n_other: float) -> float | None:
    """The smallest rise of a share that groups of these sizes show in four of five cases; None when none would."""
    angle = asin(sqrt(expected)) + _REACH * sqrt(1 / n + 1 / n_other) / 2
    return sin(angle) ** 2 - expected if angle < pi / 2 else None
