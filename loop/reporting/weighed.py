"""What is the NPS when an account counts once, or by what it is worth? Three figures, each by its name."""

from collections.abc import Iterable
from dataclasses import dataclass
from operator import itemgetter
from typing import Any

import numpy as np

from feedback.answer_days import AnswerDays
from feedback.answer_sums import by_person
from feedback.clustered import Clustered, ManyAccounts, Weighing, clustered
from feedback.models import Account
from loop.reporting.worths import worths_of

#: Of more accounts than this their worth is not asked for by name: all that have one are read.
MOST_NAMED = 2_000


@dataclass(frozen=True)
class Weighed:
    """One of the figures; `currency` of that by revenue, "" of the others."""

    weighing: Weighing
    found: Clustered
    currency: str = ""

    def as_dict(self) -> dict[str, object]:
        found, interval = self.found, self.found.interval
        return {
            "weighing": self.weighing.value,
            "currency": self.currency,
            "nps": round(found.points, 2),
            "standard_error": None if found.standard_error is None else round(found.standard_error, 2),
            "interval": None if interval is None else [round(interval.low, 2), round(interval.high, 2)],
            "accounts": found.accounts,
            "effective_accounts": round(found.effective_accounts, 1),
            "n": found.answers,
            "by_student": found.by_student,
        }


@dataclass(frozen=True)
class WeighedNps:
    """The figures over the same answers, and how many answers belong to no account and are in none of them."""

    figures: tuple[Weighed, ...]
    without_account: int

    def as_dict(self) -> dict[str, object]:
        return {"figures": [figure.as_dict() for figure in self.figures], "without_account": self.without_account}


def weighed_nps(answers: AnswerDays) -> WeighedNps:
    """NPS of respondents, of accounts, and of revenue in each currency: no rate of exchange is made up.

    Args:
        answers: on one scale, already limited to what the reader may see.
    """
    sums = by_person(answers, "account")
    known = (sums.n > 0) & (sums.key > 0)
    value, currency = _worth(sums.key[known])
    accounts = ManyAccounts(sums.n[known], sums.codes[known], value)
    return WeighedNps(tuple(_figures(accounts, currency)), int(sums.n[sums.key == 0].sum()))


def _worth(keys: Any) -> tuple[Any, Any]:
    """Of each of these accounts, in order of their ids: its worth a year, NaN where that is not known, and in what."""
    valued = Account.objects.filter(annual_value__isnull=False)
    if len(keys) <= MOST_NAMED:
        valued = valued.filter(pk__in=keys.tolist())
    found = worths_of(valued)
    value, currency = np.full(len(keys), np.nan), np.full(len(keys), "", dtype="<U3")
    place = np.searchsorted(keys, found.key)
    asked = place < len(keys)
    asked[asked] = keys[place[asked]] == found.key[asked]
    # The cents are a whole number, so this is the nearest number to what is written.
    value[place[asked]] = found.cents[asked] / 100
    currency[place[asked]] = np.array(found.currencies)[found.currency[asked]]
    return value, currency


def _figures(accounts: ManyAccounts, currency: Any) -> Iterable[Weighed]:
    for weighing in (Weighing.RESPONDENT, Weighing.ACCOUNT):
        if found := clustered(accounts, weighing):
            yield Weighed(weighing, found)
    in_currencies = []
    worth = np.nan_to_num(accounts.value) != 0
    for name in np.unique(currency[worth]).tolist():
        those = worth & (currency == name)
        if name:
            some = ManyAccounts(accounts.answers[those], accounts.codes[those], accounts.value[those])
            in_currencies.append((-int(those.sum()), name, some))
    for _n, name, valued in sorted(in_currencies, key=itemgetter(0, 1)):
        if found := clustered(valued, Weighing.REVENUE):
            yield Weighed(Weighing.REVENUE, found, name)
