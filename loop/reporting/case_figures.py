"""The cases a report counts, as columns of numbers, and the row of the report each is in."""

from collections.abc import Sequence
from typing import Any, NamedTuple

import numpy as np

from feedback.instants import microseconds
from feedback.models import Account, Survey
from feedback.numbers import numbers
from feedback.reporting import By, row_of
from loop import case_packs
from loop.case_columns import CaseColumns
from loop.models import Case, User
from loop.models.case_query import CaseQuerySet
from loop.reporting.filters import ReportFilters
from loop.reporting.scope import cases_at_any_time, sees_all


def columns_at_any_time(reader: User | None, filters: ReportFilters) -> CaseColumns:
    """The cases of `scope.cases_at_any_time`, as columns."""
    cases = case_packs.all_cases()
    if sees_all(reader) and not filters.narrows:
        return cases
    return cases.of(numbers(cases_at_any_time(reader, filters), "pk")[:, 0])


def is_within(cases: CaseColumns, filters: ReportFilters) -> Any:
    """Whether each of them was opened on the days of the filters."""
    return (cases.opened >= microseconds(filters.begins_at)) & (cases.opened < microseconds(filters.ends_at))


def case_columns_of(reader: User | None, filters: ReportFilters) -> CaseColumns:
    """The cases of `scope.cases_of`, as columns."""
    cases = columns_at_any_time(reader, filters)
    return cases.where(is_within(cases, filters))


def columns_of(cases: CaseQuerySet) -> CaseColumns:
    """These cases as columns."""
    return case_packs.all_cases().of(numbers(cases, "pk")[:, 0])


class CaseRows(NamedTuple):
    """Of each case the place of its row in `keys`."""

    place: Any
    keys: Sequence[str]


def rows_of(cases: CaseColumns, filters: ReportFilters) -> CaseRows:
    """As `feedback.reporting.row_of` says it of cases."""
    by = filters.by
    if by.is_time:
        periods = filters.periods()
        ends = np.array([microseconds(period.ends_at) for period in periods])
        return CaseRows(np.searchsorted(ends, cases.opened, side="right"), [*(one.key for one in periods), ""])
    if by in (By.SURVEY, By.KIND):
        return _named(cases.survey, dict(Survey.objects.values_list("pk", "key" if by == By.SURVEY else "kind")))
    if by == By.TOUCHPOINT:
        row = row_of(by, "opened_at", [], response="response__", account="account__")
        asked = Case.objects.filter(response__invitation__isnull=False).order_by().annotate(row=row)
        return _named(cases.key, dict(asked.values_list("pk", "row")))
    field = {By.SEGMENT: "segment", By.COUNTRY: "country", By.ACCOUNT: "external_id"}[by]
    return _named(cases.account, dict(Account.objects.values_list("pk", field)))


def _named(ids: Any, names: dict[int, str]) -> CaseRows:
    known, place = np.unique(ids, return_inverse=True)
    told = [names.get(one, "") for one in known.tolist()]
    keys = sorted(set(told))
    where = {key: number for number, key in enumerate(keys)}
    return CaseRows(np.array([where[name] for name in told], np.int64)[place.ravel()], keys)
