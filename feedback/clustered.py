"""What is the NPS of respondents, of accounts and of revenue, when several people at one account answered?

Three different questions about the same answers, which may differ by fifty points; each is told by its name. People of
one account are no independent answers, so the errors are taken over accounts: with weights w and codes c the estimate
is sum(w c) / sum(w), u_a the sum of w (c - estimate) over account a, and the standard error
sqrt(G/(G-1) sum(u_a^2)) / sum(w) for G accounts (Taylor linearisation; Lumley, "Complex Surveys", 2010, 2.2; the same
as R's survey::svymean).
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from enum import StrEnum
from math import fsum, sqrt
from statistics import NormalDist

from feedback.nps import Interval

#: Below this many accounts the quantile is Student's, with one degree of freedom less than accounts, and it is said.
FEW_ACCOUNTS = 10


@dataclass(frozen=True, slots=True)
class AccountAnswers:
    """The answers of one account: how many, the sum of their codes -1, 0, +1, and what the account is worth."""

    answers: int
    codes: int
    value: float | None = None

    @property
    def mean(self) -> float:
        return self.codes / self.answers


class Weighing(StrEnum):
    """What counts once: a person, an account, or a unit of money."""

    RESPONDENT = "respondent"
    ACCOUNT = "account"
    REVENUE = "revenue"


# What an account weighs in each, all its answers together.
_WEIGHT: dict[Weighing, Callable[[AccountAnswers], float]] = {
    Weighing.RESPONDENT: lambda account: account.answers,
    Weighing.ACCOUNT: lambda _account: 1.0,
    Weighing.REVENUE: lambda account: account.value or 0.0,
}


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


def clustered(accounts: Sequence[AccountAnswers], weighing: Weighing) -> Clustered | None:
    """The NPS of these accounts, weighed so; None when nothing weighs anything.

    By revenue, accounts without a value above 0 are left out: `Clustered.accounts` says how many are in.
    """
    weigh = _WEIGHT[weighing]
    counted = [(account, weight) for account in accounts if account.answers and (weight := weigh(account)) > 0]
    if not counted:
        return None
    whole, number = fsum(weight for _account, weight in counted), len(counted)
    mean = fsum(weight * account.mean for account, weight in counted) / whole
    error = None
    if number > 1:
        squares = fsum((weight * (account.mean - mean)) ** 2 for account, weight in counted)
        error = 100 * sqrt(number / (number - 1) * squares) / whole
    return Clustered(
        points=100 * mean,
        standard_error=error,
        accounts=number,
        effective_accounts=whole**2 / fsum(weight**2 for _account, weight in counted),
        answers=sum(account.answers for account, _weight in counted),
    )


def _quantile(accounts: int) -> float:
    if accounts >= FEW_ACCOUNTS:
        return NormalDist().inv_cdf(0.975)
    from scipy.stats import t

    return float(t.ppf(0.975, accounts - 1))
