"""What is the NPS of respondents, of accounts and of revenue, when several people at one account answered?

Three different questions about the same answers, which may differ by fifty points; each is told by its name. People of
one account are no independent answers, so the errors are taken over accounts: with weights w and codes c the estimate
is sum(w c) / sum(w), u_a the sum of w (c - estimate) over account a, and the standard error
sqrt(G/(G-1) sum(u_a^2)) / sum(w) for G accounts (Taylor linearisation; Lumley, "Complex Surveys", 2010, 2.2; the same
as R's survey::svymean).
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum
from math import fsum, nan, sqrt
from statistics import NormalDist
from typing import Any

from feedback.nps import Interval

#: Below this many accounts the quantile is Student's, with one degree of freedom less than accounts, and it is said.
FEW_ACCOUNTS = 10


@dataclass(frozen=True, slots=True)
class AccountAnswers:
    """The answers of one account: how many, the sum of their codes -1, 0, +1, and what the account is worth."""

    answers: int
    codes: int
    value: float | None = None


class Weighing(StrEnum):
    """What counts once: a person, an account, or a unit of money."""

    RESPONDENT = "respondent"
    ACCOUNT = "account"
    REVENUE = "revenue"


@dataclass(frozen=True, slots=True)
class Clustered:
    """An NPS in points with its standard error over accounts; without an error where there is one account only.

    `effective_accounts` is (sum w)^2 / sum(w^2) of the accounts' weights: how many equal ones would know as much.
    """

    points: float
    standard_error: float | None
    accounts: int
    effective_accounts: float
    answers: int

    @property
    def by_student(self) -> bool:
        """Whether there are so few accounts that the interval is by Student's t."""
        return self.accounts < FEW_ACCOUNTS

    @property
    def interval(self) -> Interval | None:
        """The 95 % interval, cut off at -100 and +100."""
        if self.standard_error is None:
            return None
        reach = _quantile(self.accounts) * self.standard_error
        return Interval(max(-100.0, self.points - reach), min(100.0, self.points + reach))


@dataclass(frozen=True, slots=True)
class ManyAccounts:
    """`AccountAnswers` of many, as arrays of one length; `value` is NaN where it is not known."""

    answers: Any
    codes: Any
    value: Any

    @classmethod
    def of(cls, accounts: Iterable[AccountAnswers]) -> "ManyAccounts":
        import numpy as np

        rows = [(one.answers, one.codes, nan if one.value is None else one.value) for one in accounts]
        return cls(*np.array(rows, float).reshape(-1, 3).T)

    def weights(self, weighing: Weighing) -> Any:
        """What each account weighs, all its answers together; nothing below 0, and none without answers."""
        import numpy as np

        if weighing == Weighing.RESPONDENT:
            return np.asarray(self.answers, float)
        weight = np.ones(len(self.answers)) if weighing == Weighing.ACCOUNT else np.nan_to_num(self.value)
        return np.where(np.asarray(self.answers) > 0, np.maximum(weight, 0.0), 0.0)


def clustered(accounts: Sequence[AccountAnswers] | ManyAccounts, weighing: Weighing) -> Clustered | None:
    """The NPS of these accounts, weighed so; None when nothing weighs anything.

    By revenue, accounts without a value above 0 are left out: `Clustered.accounts` says how many are in.
    """
    many = accounts if isinstance(accounts, ManyAccounts) else ManyAccounts.of(accounts)
    every = many.weights(weighing)
    counted = every > 0
    weight, answers, codes = every[counted], many.answers[counted], many.codes[counted]
    whole, number = fsum(weight.tolist()), len(weight)
    if not number:
        return None
    of_each = codes / answers
    mean = fsum((weight * of_each).tolist()) / whole
    error = None
    if number > 1:
        squares = fsum(((weight * (of_each - mean)) ** 2).tolist())
        error = 100 * sqrt(number / (number - 1) * squares) / whole
    return Clustered(
        points=100 * mean,
        standard_error=error,
        accounts=number,
        effective_accounts=whole**2 / fsum((weight**2).tolist()),
        answers=int(answers.sum()),
    )


def _quantile(accounts: int) -> float:
    if accounts >= FEW_ACCOUNTS:
        return NormalDist().inv_cdf(0.975)
    from scipy.stats import t

    return float(t.ppf(0.975, accounts - 1))
