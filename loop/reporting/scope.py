"""Which cases and answers does a report count? What the reader may see, narrowed by the filters.

The reader is a person, or None for a machine with a key that may read, which sees everything.
"""

from django.db.models import Q, QuerySet

from feedback.models import Response
from feedback.models.survey import SurveyKind
from feedback.tallies import Covered, covered
from loop.access import visible_accounts, visible_cases
from loop.models import AccountOwner, Case, Role, User
from loop.models.case_query import CaseQuerySet
from loop.reporting.filters import ReportFilters

NOT_PROGRAMME = Q(survey__kind=SurveyKind.RECOVERY)


def cases_at_any_time(reader: User | None, filters: ReportFilters) -> CaseQuerySet:
    """The cases of the survey, segment and team, whenever they were opened."""
    cases = Case.objects.all() if reader is None else visible_cases(reader)
    if filters.survey:
        cases = cases.filter(response__survey=filters.survey)
    if filters.segment:
        cases = cases.filter(account__segment=filters.segment)
    if filters.team:
        cases = cases.filter(team=filters.team)
    return cases


def cases_of(reader: User | None, filters: ReportFilters) -> CaseQuerySet:
    """Those of them that were opened on the days of the filters."""
    return cases_at_any_time(reader, filters).filter(opened_at__gte=filters.begins_at, opened_at__lt=filters.ends_at)


def answers_of(reader: User | None, filters: ReportFilters) -> QuerySet[Response] | Covered:
    """`responses_of` for who only counts them: where nothing is hidden from the reader, mostly counted already."""
    if filters.team or not _sees_all(reader):
        return responses_of(reader, filters)
    found = covered(_answered_what(filters), filters.first, filters.last)
    tallies = found.tallies.filter(survey=filters.survey) if filters.survey else found.tallies.exclude(NOT_PROGRAMME)
    return found._replace(tallies=tallies.filter(segment=filters.segment) if filters.segment else tallies)


def responses_of(reader: User | None, filters: ReportFilters) -> QuerySet[Response]:
    """The answers given on the days of the filters; of recovery surveys only where one was chosen.

    An agent or lead sees those of the accounts they may see, leadership and administrators all, anonymous ones too. A
    team's are those of the accounts its people look after.
    """
    given = _answered_what(filters).filter(responded_at__gte=filters.begins_at, responded_at__lt=filters.ends_at)
    if filters.team:
        owned = AccountOwner.objects.filter(user__memberships__team=filters.team)
        given = given.filter(contact__account__in=owned.values("account"))
    if reader is not None and not _sees_all(reader):
        given = given.filter(contact__account__in=visible_accounts(reader).values("pk"))
    return given


def _answered_what(filters: ReportFilters) -> QuerySet[Response]:
    """The answers of the survey and the segment, whenever they were given and whoever may see them."""
    responses = Response.objects.counted()
    responses = responses.filter(survey=filters.survey) if filters.survey else responses.exclude(NOT_PROGRAMME)
    return responses.filter(contact__account__segment=filters.segment) if filters.segment else responses


def _sees_all(reader: User | None) -> bool:
    return reader is None or (reader.is_active and reader.role in (Role.LEADERSHIP, Role.ADMIN))
