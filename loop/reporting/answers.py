"""Which answers does a report count, when it has to know who gave each? Those of `scope.responses_of`, as days.

Read from the columns that are kept of counted days, and narrowed by survey and account. Which touchpoint an answer
belongs to is not among them: who asks for one has the answers read one by one.
"""

from collections.abc import Callable, Collection
from datetime import date
from functools import cached_property

from django.db.models import QuerySet

from feedback import answer_columns, read_once
from feedback.answer_days import AnswerDays
from feedback.answer_reading import answers_on
from feedback.models import Account, Response, Survey
from feedback.models.survey import SurveyKind
from feedback.reporting import By
from feedback.tallies import Covered
from loop import sight
from loop.access import visible_account_ids
from loop.models import User
from loop.reporting.filters import ReportFilters
from loop.reporting.scope import (
    accounts_of,
    is_tallied,
    responses_of,
    sees_all,
    tallied_answers_of,
)


def answer_days_of(reader: User | None, filters: ReportFilters) -> AnswerDays:
    """The answers of `scope.responses_of`, as days."""
    return _days_of(reader, filters, surveys_of(filters))


def _days_of(reader: User | None, filters: ReportFilters, surveys: Collection[int]) -> AnswerDays:
    if filters.touchpoint:
        rows = responses_of(reader, filters)
        return AnswerDays.of(answer_columns.read(rows, filters.first, filters.last, filters.zone))
    found = answers_on(filters.first, filters.last, surveys=surveys)
    return found.of_accounts(_account_ids(reader, filters)) if narrows_accounts(reader, filters) else found


def _account_ids(reader: User | None, filters: ReportFilters) -> set[int]:
    """Whose answers count."""
    seen = accounts_of(None, filters).order_by().values_list("pk", flat=True)
    if reader is None or sees_all(reader):
        return set(seen)
    theirs = sight.known("account ids", reader, lambda: visible_account_ids(reader))
    return theirs.intersection(seen) if filters.narrows else theirs


class AnswersToNarrow:
    """All answers of some days that a reader may see, read once and narrowed by filters several times."""

    def __init__(self, reader: User | None, first: date, last: date) -> None:
        self.surveys = read_once.known("surveys", Survey.objects.in_bulk)
        self._reader, self._span = reader, ReportFilters(first, last)
        self._accounts: dict[str, list[int]] = {}

    def narrowed(self, filters: ReportFilters) -> AnswerDays:
        """Those of the days, survey and segment of the filters; of recovery surveys only where it is asked for."""
        asked = self._everything if filters.wants_recovery else self._programme
        found = asked.on(filters.first, filters.last)
        if filters.survey:
            found = found.of_surveys({filters.survey.pk})
        return found.of_accounts(self._in_segment(filters.segment)) if filters.segment else found

    @cached_property
    def _everything(self) -> AnswerDays:
        return _days_of(self._reader, self._span, [*self.surveys])

    @cached_property
    def _programme(self) -> AnswerDays:
        in_programme = [survey.pk for survey in self.surveys.values() if survey.in_programme]
        return _days_of(self._reader, self._span, in_programme)

    def _in_segment(self, segment: str) -> list[int]:
        if segment not in self._accounts:
            self._accounts[segment] = list(Account.objects.filter(segment=segment).values_list("pk", flat=True))
        return self._accounts[segment]


def answers_of(
    reader: User | None,
    filters: ReportFilters,
    read: Callable[[], AnswerDays] | None = None,
    *,
    anyway: bool = False,
) -> AnswerDays | Covered | QuerySet[Response]:
    """The answers of `scope.responses_of` for who counts them by row, in the form that is counted fastest.

    Args:
        read: gives the columns of a time that the days of the filters lie in, reading them when it is first called.
        anyway: whether somebody calls it in any case; to count columns that are there is faster than to add up tallies.
    """
    by_columns = filters.by.is_time or filters.by in (By.SURVEY, By.KIND)
    if is_tallied(reader, filters) and not (anyway and by_columns):
        return tallied_answers_of(reader, filters)
    if not by_columns:
        return responses_of(reader, filters)
    return read().on(filters.first, filters.last) if read else answer_days_of(reader, filters)


def narrows_accounts(reader: User | None, filters: ReportFilters) -> bool:
    """Whether only the answers of some accounts count, which leaves out those of none."""
    return bool(filters.segment or filters.country or filters.account or filters.team) or not sees_all(reader)


def surveys_of(filters: ReportFilters) -> list[int]:
    """The surveys the filters ask for, by id."""
    surveys = Survey.objects.all() if filters.wants_recovery else Survey.objects.exclude(kind=SurveyKind.RECOVERY)
    if filters.survey:
        surveys = surveys.filter(pk=filters.survey.pk)
    if filters.kind:
        surveys = surveys.filter(kind=filters.kind)
    return list(surveys.values_list("pk", flat=True))
