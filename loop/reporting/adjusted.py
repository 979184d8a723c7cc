"""The second estimate: the difference between two groups with the first score and recorded reasons held equal.

A straight-line regression (analysis of covariance) with standard errors that need no equal variances (HC2: MacKinnon
and White 1985). It helps only as far as what made somebody choose whom to call is among the columns.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from math import sqrt
from statistics import NormalDist
from typing import Any


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
    outcome: Sequence[float], treated: Sequence[bool], columns: Sequence[Any], times: Sequence[int] | None = None
) -> Adjusted | None:
    """The difference between the treated and the others, all of `columns` held equal.

    Args:
        outcome: of each person, such as recovered (1) or not (0), or the second score.
        treated: of each person.
        columns: further values of each person, one list a column: the first score, what the account is worth.
        times: how many people each of these stands for, at least one, who are alike in everything; without it one.

    Returns:
        None where it cannot be told apart from the columns, or there are too few people.
    """
    import numpy as np

    lines = len(outcome)
    if len(treated) != lines or any(len(column) != lines for column in columns):
        raise ValueError("Every column needs a value for each person.")
    given = [np.asarray(column, float) for column in columns]
    varying = [column for column in given if lines and column.min() != column.max()]
    design = np.column_stack([np.ones(lines), np.asarray(treated, float), *varying])
    weight = np.ones(lines) if times is None else np.asarray(times, float)
    n, wide = int(weight.sum()), design.shape[1]
    if n <= wide:
        return None
    unlike = np.unique(design, axis=0)  # as many as there are kinds of people, and of the same rank
    if np.linalg.matrix_rank(np.delete(unlike, 1, axis=1)) == np.linalg.matrix_rank(unlike):
        return None
    weighed = design * weight[:, None]
    inverse = np.linalg.pinv(weighed.T @ design)
    values = np.asarray(outcome, float)
    fitted = inverse @ weighed.T @ values
    left_over = values - design @ fitted
    leverage = np.minimum(((design @ inverse) * design).sum(axis=1), 1 - 1e-12)
    middle = weighed.T @ (design * (left_over**2 / (1 - leverage))[:, None])
    variance = inverse @ middle @ inverse
    return Adjusted(float(fitted[1]), sqrt(max(0.0, float(variance[1, 1]))), n)
