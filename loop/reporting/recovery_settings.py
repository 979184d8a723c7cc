"""What do two pairs of answers have in common, so that they compare?

Answers to the same kinds of survey, on the same scale, about as long after the first one, in the same half of a year.
That is the `setting` of a pair, written as one word for each. Beside it stand what the account is worth and whether a
call was asked for, which the second estimate holds equal.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any, NamedTuple

import numpy as np
from django.db.models import BooleanField, CharField, Count, DurationField, ExpressionWrapper, F, Q, Value, When
from django.db.models import Case as Choose
from django.db.models.functions import Coalesce

from feedback import read_once
from feedback.instants import MICROSECOND, microseconds
from feedback.models import Account, Survey
from feedback.numbers import numbers
from loop.case_columns import CaseColumns
from loop.models.case_query import CaseQuerySet
from loop.reporting.filters import ReportFilters

#: How long after the first answer the second one came: up to so many days, and what that is called.
GAPS = ((30, "30d"), (120, "120d"))
LONGER = "longer"
#: What an account is worth a year, in bands.
WORTH = ((10_000, "10k"), (100_000, "100k"))
SEPARATOR = "|"


@dataclass(frozen=True)
class Pairs:
    """So many customers who are alike in all that is recorded."""

    score: int
    setting: str
    worth: str
    asked_for_call: bool
    n: int
    recovered: int
    row: str = ""
    passed_over: int = 0
    unrecorded: int = 0

    @property
    def group(self) -> tuple[int, str]:
        return self.score, self.setting


#: What an account is worth, by its number in `grouped`.
WORTH_NAMES = ("", *(name for _limit, name in WORTH), "more")


class Again(NamedTuple):
    """Of each of some cases the second answer: when it came, to which survey, and whether it was a better one."""

    at: Any
    survey: Any
    recovered: Any


def grouped(cases: CaseColumns, again: Again, filters: ReportFilters, apart: Any) -> Iterator[tuple[Pairs, int]]:
    """As `counted` counts pairs, from columns; with each the number in `apart` that tells it from others."""
    halves = halves_of(filters)
    gaps, half_names = [*(name for _days, name in GAPS), LONGER], [*(name for _end, name in halves), ""]
    longest = [timedelta(days=days) // MICROSECOND for days, _name in GAPS]
    facts = (
        cases.score,
        cases.survey,
        again.survey,
        np.searchsorted(longest, again.at - cases.answered),
        np.searchsorted([microseconds(end) for end, _name in halves], cases.answered, side="right"),
        _worth(cases.account),
        cases.wants,
        apart,
    )
    # As one number each: lines of several take ten times as long to find the same ones among.
    wide = tuple(int(fact.max(initial=0)) + 1 for fact in facts)
    alike, place = np.unique(np.ravel_multi_index(facts, wide), return_inverse=True)
    n = np.bincount(place.ravel(), minlength=len(alike)).tolist()
    recovered = np.bincount(place.ravel()[again.recovered], minlength=len(alike)).tolist()
    surveys = read_once.known("surveys", Survey.objects.in_bulk)
    lines = np.column_stack(np.unravel_index(alike, wide)).tolist()
    for (score, asked, second, gap, half, worth, wants, which), of_them, well in zip(lines, n, recovered, strict=True):
        setting = SEPARATOR.join((surveys[asked].kind, surveys[second].kind, gaps[gap], half_names[half]))
        yield Pairs(score, setting, WORTH_NAMES[worth], bool(wants), of_them, well), which


def _worth(accounts: Any) -> Any:
    """Of each account the place of its band in WORTH_NAMES."""
    bands = (When(annual_value__lt=limit, then=place) for place, (limit, _name) in enumerate(WORTH, 1))
    known = Account.objects.filter(annual_value__isnull=False)
    told = read_once.known("worth", lambda: numbers(known, "pk", Choose(*bands, default=len(WORTH_NAMES) - 1)))
    found = np.zeros(max(int(accounts.max(initial=0)), int(told[:, 0].max(initial=0))) + 1, np.int64)
    found[told[:, 0]] = told[:, 1]
    return found[accounts]


def counted(pairs: CaseQuerySet, recovered: Q, filters: ReportFilters, row: str = "") -> list[Pairs]:
    """`pairs` have `again_at` and `again_kind`; `row` names what else tells them apart."""
    lines = (
        settled(pairs, filters)
        .order_by()
        .annotate(apart=Coalesce(F(row), Value(""), output_field=CharField()) if row else Value(""))
        .values_list(
            "response__score", "response__survey__kind", "again_kind", "gap", "half", "worth", "wants", "apart"
        )
        .annotate(n=Count("pk"), recovered=Count("pk", filter=recovered))
    )
    return [
        Pairs(score, SEPARATOR.join((kind, again, gap, half)), worth, bool(wants), n, of_them, row=apart)
        for score, kind, again, gap, half, worth, wants, apart, n, of_them in lines
    ]


def in_group(score: int, setting: str) -> Q:
    """Which of `settled` pairs are of one first score and setting.

    Raises:
        ValueError: that is no setting.
    """
    kind, again, gap, half = setting.split(SEPARATOR)
    return Q(response__score=score, response__survey__kind=kind, again_kind=again, gap=gap, half=half)


def settled(pairs: CaseQuerySet, filters: ReportFilters) -> CaseQuerySet:
    """Pairs with what they are compared by: how long after, in which half of a year, what the account is worth."""
    after = ExpressionWrapper(F("again_at") - F("response__responded_at"), output_field=DurationField())
    gaps = (When(after__lte=timedelta(days=days), then=Value(name)) for days, name in GAPS)
    halves = (When(response__responded_at__lt=end, then=Value(name)) for end, name in halves_of(filters))
    bands = (When(account__annual_value__lt=limit, then=Value(name)) for limit, name in WORTH)
    return pairs.annotate(after=after).annotate(
        gap=Choose(*gaps, default=Value(LONGER), output_field=CharField()),
        half=Choose(*halves, default=Value(""), output_field=CharField()),
        worth=Choose(
            When(account__annual_value=None, then=Value("")),
            *bands,
            default=Value("more"),
            output_field=CharField(),
        ),
        wants=ExpressionWrapper(Q(response__wants_callback=True), output_field=BooleanField()),
    )


def halves_of(filters: ReportFilters) -> list[tuple[datetime, str]]:
    """The halves of the years that the report covers: the instant each ends, and its name. Answers may be older."""
    found = []
    for year in range(filters.first.year - 1, filters.last.year + 1):
        for half, ends in ((1, date(year, 7, 1)), (2, date(year + 1, 1, 1))):
            end = datetime(ends.year, ends.month, ends.day, tzinfo=filters.zone)
            if end > filters.begins_at - timedelta(days=184):
                found.append((end, f"{year}-{half}"))
    return found
