"""How many answers does it take to know an NPS well enough, or to see that it moved?

Pure arithmetic, by the normal approximation: half-width z sqrt(Var/n), n = z^2 Var / E^2 (Cochran, "Sampling
Techniques", 1977, 4.4), and for two waves n = 2 (z + z_power)^2 Var / change^2 each. `variance` is that of the codes
-1, 0 and +1 (`Nps.variance`), lengths are NPS points.
"""

from math import sqrt
from statistics import NormalDist

#: Half promoters, half detractors: nobody's answers differ more. What to plan with before there are any.
LARGEST_VARIANCE = 1.0

CONFIDENCE = 0.95
POWER = 0.80


def half_width(answers: float, variance: float, *, population: int | None = None) -> float:
    """How far the 95 % interval reaches to either side, in points.

    Args:
        answers: at least 1; how many there would be.
        population: of how many customers these are a random sample, to describe exactly those. Leave it out to say
            something about the process they came from, or when everybody was asked and some answered.
    """
    _check(variance, answers=answers)
    return _z(CONFIDENCE) * 100 * sqrt(variance / answers) * finite_population(answers, population)


def finite_population(answers: float, population: int | None) -> float:
    """What the standard error shrinks by when so many of a population answered: sqrt((N - n) / (N - 1))."""
    if population is None:
        return 1.0
    if answers > population:
        raise ValueError(f"{answers} of {population} cannot have answered.")
    return sqrt((population - answers) / (population - 1)) if population > 1 else 0.0


def answers_for_half_width(points: float, variance: float, *, population: int | None = None) -> float:
    """How many answers give an interval that reaches `points` to either side; not rounded.

    See `half_width` for `population`.
    """
    _check(variance, points=points)
    needed = (_z(CONFIDENCE) * 100 / points) ** 2 * variance
    return needed if population is None else needed / (1 + (needed - 1) / population)


def answers_for_change(points: float, variance: float, *, power: float = POWER) -> float:
    """How many answers each of two waves needs so that a change of `points` is found with this probability."""
    _check(variance, points=points)
    return 2 * variance * (100 * (_z(CONFIDENCE) + NormalDist().inv_cdf(power)) / points) ** 2


def smallest_change(standard_error: float, *, power: float = POWER) -> float:
    """The change found with this probability when the difference has that standard error; both in points."""
    return (_z(CONFIDENCE) + NormalDist().inv_cdf(power)) * standard_error


def _z(confidence: float) -> float:
    return NormalDist().inv_cdf((1 + confidence) / 2)


def _check(variance: float, **above_zero: float) -> None:
    if not 0 <= variance <= 1:
        raise ValueError(f"The variance of an NPS lies between 0 and 1, not at {variance}.")
    for name, value in above_zero.items():
        if value <= 0:
            raise ValueError(f"{name} is more than 0, not {value}.")
