"""The second estimate: the difference between two groups with the first score and recorded reasons held equal.

A straight-line regression (analysis of covariance) with standard errors that need no equal variances (HC2: MacKinnon
and White 1985). It helps only as far as what made somebody choose whom to call is among the columns.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from math import sqrt
from statistics import NormalDist


@dataclass(frozen=True)
class Adjusted:
    """The difference in the unit of the outcome, with its 95 % interval."""

    effect: float
    standard_error: float
    n: int

    @property
    def interval(self) -> tuple[float, float]:
        reach = NormalDist().inv_cdf(0.975) * self.standard_error
        return self.effect - reach, self.effect + reach

    def as_dict(self) -> dict[str, object]:
        return {
            "effect": round(self.effect, 4),
            "interval": [round(end, 4) for end in self.interval],
            "n": self.n,
        }


def adjusted_difference(
    outcome: Sequence[float], treated: Sequence[bool], columns: Sequence[Sequence[float]]
) -> Adjusted | None:
    """The difference between the treated and the others, all of `columns` held equal.

    Args:
        outcome: of each person, such as recovered (1) or not (0), or the second score.
        treated: of each person.
        columns: further values of each person, one list a column: the first score, what the account is worth.

    Returns:
        None where it cannot be told apart from the columns, or there are too few people.
    """
    import numpy as np

    n = len(outcome)
    if len(treated) != n or any(len(column) != n for column in columns):
        raise ValueError("Every column needs a value for each person.")
    varying = [column for column in columns if len(set(column)) > 1]
    design = np.column_stack([np.ones(n), np.asarray(treated, float), *(np.asarray(one, float) for one in varying)])
    wide = design.shape[1]
    rank = int(np.linalg.matrix_rank(design)) if n else 0
    if n <= wide or np.linalg.matrix_rank(np.delete(design, 1, axis=1)) == rank:
        return None
    inverse = np.linalg.pinv(design.T @ design)
    values = np.asarray(outcome, float)
    left_over = values - design @ (inverse @ design.T @ values)
    leverage = np.minimum(np.einsum("ij,jk,ik->i", design, inverse, design), 1 - 1e-12)
    middle = design.T @ (design * (left_over**2 / (1 - leverage))[:, None])
    variance = inverse @ middle @ inverse
    effect = float((inverse @ design.T @ values)[1])
    return Adjusted(effect, sqrt(max(0.0, float(variance[1, 1]))), n)
