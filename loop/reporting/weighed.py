"""What is the NPS when an account counts once, or by what it is worth? Three figures, each by its name."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.db.models import Count, Q, QuerySet

from feedback.clustered import AccountAnswers, Clustered, Weighing, clustered
from feedback.models import Response
from feedback.models.response import Category


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


def weighed_nps(responses: QuerySet[Response]) -> WeighedNps:
    """NPS of respondents, of accounts, and of revenue in each currency: no rate of exchange is made up.

    Args:
        responses: of one scale, already limited to what the reader may see.
    """
    by_account = (
        responses.order_by()
        .values("contact__account", "contact__account__annual_value", "contact__account__currency")
        .annotate(
            n=Count("pk"),
            codes=Count("pk", filter=Q(category=Category.PROMOTER))
            - Count("pk", filter=Q(category=Category.DETRACTOR)),
        )
    )
    accounts: list[AccountAnswers] = []
    in_currency: dict[str, list[AccountAnswers]] = {}
    without = 0
    lines: Iterable[dict[str, Any]] = by_account.iterator()  # type: ignore[assignment]
    for line in lines:
        if line["contact__account"] is None:
            without += line["n"]
            continue
        account = _account(line)
        accounts.append(account)
        if account.value and (currency := line["contact__account__currency"]):
            in_currency.setdefault(currency, []).append(account)
    return WeighedNps(tuple(_figures(accounts, in_currency)), without)


def _account(line: dict[str, Any]) -> AccountAnswers:
    value = line["contact__account__annual_value"]
    return AccountAnswers(line["n"], line["codes"], None if value is None else float(value))


def _figures(accounts: list[AccountAnswers], in_currency: dict[str, list[AccountAnswers]]) -> Iterable[Weighed]:
    for weighing in (Weighing.RESPONDENT, Weighing.ACCOUNT):
        if found := clustered(accounts, weighing):
            yield Weighed(weighing, found)
    for currency, valued in sorted(in_currency.items(), key=lambda entry: (-len(entry[1]), entry[0])):
        if found := clustered(valued, Weighing.REVENUE):
            yield Weighed(Weighing.REVENUE, found, currency)
