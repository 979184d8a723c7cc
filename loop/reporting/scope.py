"""Which cases and answers does a report count? What the reader may see, narrowed by the filters.

The reader is a person, or None for a machine with a key that may read, which sees everything.
"""

from typing import Any, TypeVar

from django.db.models import Q, QuerySet

from feedback.instants import Written
from feedback.models import Account, Contact, Invitation, Response, TouchpointEvent
from feedback.models.survey import SurveyKind
from feedback.reporting import By
from feedback.tallies import Covered, covered
from loop.access import visible_accounts, visible_cases
from loop.models import AccountOwner, Case, Role, Team, User
from loop.models.case_query import CaseQuerySet
from loop.reporting.filters import ReportFilters

NOT_PROGRAMME = Q(survey__kind=SurveyKind.RECOVERY)
NOT_TALLIED = frozenset({By.TOUCHPOINT, By.ACCOUNT})

Rows = TypeVar("Rows", QuerySet[Response], QuerySet[Invitation])


def cases_at_any_time(reader: User | None, filters: ReportFilters) -> CaseQuerySet:
    """The cases of the surveys, customers and team, whenever they were opened."""
    cases = Case.objects.all() if reader is None else visible_cases(reader)
    cases = cases.filter(_asked(filters, "response__", "response__invitation"), _customers(filters, "account"))
    return cases.filter(team=filters.team) if filters.team else cases


def cases_of(reader: User | None, filters: ReportFilters) -> CaseQuerySet:
    """Those of them that were opened on the days of the filters."""
    return cases_at_any_time(reader, filters).filter(opened_at__gte=filters.begins_at, opened_at__lt=filters.ends_at)


def is_tallied(reader: User | None, filters: ReportFilters) -> bool:
    """Whether `tallied_answers_of` may be asked: nothing was counted by touchpoint, customer or owner."""
    narrowed = filters.team or filters.touchpoint or filters.account or filters.by in NOT_TALLIED
    return not narrowed and sees_all(reader)


def tallied_answers_of(reader: User | None, filters: ReportFilters) -> Covered:
    """`responses_of` for who only counts them: mostly counted already."""
    answers = _of_customers(Response.objects.counted(), reader, filters, "invitation")
    found = covered(answers, filters.first, filters.last)
    tallies = found.tallies.filter(_asked(filters, "", ""), _customers(filters, ""))
    return found._replace(tallies=tallies if filters.wants_recovery else tallies.exclude(NOT_PROGRAMME))


def responses_of(reader: User | None, filters: ReportFilters) -> QuerySet[Response]:
    """The answers given on the days of the filters; of recovery surveys only where one was chosen.

    An agent or lead sees those of the accounts they may see, leadership and administrators all, anonymous ones too. A
    team's are those of the accounts its people look after.
    """
    given = Response.objects.counted()
    responses = given.filter(responded_at__gte=filters.begins_at, responded_at__lt=filters.ends_at)
    return _of_customers(responses, reader, filters, "invitation")


def _of_customers(rows: Rows, reader: User | None, filters: ReportFilters, invitation: str) -> Rows:
    """Answers or questions, of the customers and surveys of the filters; `invitation` leads to the question."""
    rows = rows if filters.wants_recovery else rows.exclude(NOT_PROGRAMME)
    rows = rows.filter(_asked(filters, "", invitation), _customers(filters, "contact__account"))
    if filters.team:
        rows = rows.filter(contact__account__in=_looked_after(filters.team))
    if not sees_all(reader):
        rows = rows.filter(contact__account__in=accounts_of(reader).values("pk"))
    return rows


def invitations_of(reader: User | None, filters: ReportFilters) -> QuerySet[Invitation]:
    """What was asked on the days of the filters; see `responses_of` for whose."""
    first, end = Written(filters.begins_at), Written(filters.ends_at)
    asked = Invitation.objects.filter(sent_at__gte=first, sent_at__lt=end)
    return _of_customers(asked, reader, filters, "pk")


def accounts_of(reader: User | None, filters: ReportFilters | None = None) -> QuerySet[Account]:
    """The accounts a reader may see, of the segment, country, account and team of the filters."""
    accounts = Account.objects.all() if reader is None else visible_accounts(reader)
    if filters is not None:
        accounts = accounts.filter(_customers(filters, ""))
        if filters.team:
            accounts = accounts.filter(pk__in=_looked_after(filters.team))
    return accounts


def reachable_contacts_of(reader: User | None, filters: ReportFilters) -> QuerySet[Contact]:
    """The people at those accounts who may be asked at all: with an address, neither opted out nor erased."""
    contacts = Contact.objects.filter(opted_out_at=None, erased_at=None).exclude(email="", mobile_hash="")
    if sees_all(reader) and not (filters.segment or filters.country or filters.account or filters.team):
        return contacts
    return contacts.filter(account__in=accounts_of(reader, filters).order_by().values("pk"))


def sees_all(reader: User | None) -> bool:
    """Whether somebody's figures are the company's: then also what belongs to no account is in them."""
    return reader is None or (reader.is_active and reader.role in (Role.LEADERSHIP, Role.ADMIN))


def _asked(filters: ReportFilters, survey: str, invitation: str) -> Q:
    """What the filters say about how somebody was asked; the paths lead to what has the survey, and to the question."""
    wanted: dict[str, Any] = {}
    if filters.survey:
        wanted[f"{survey}survey"] = filters.survey
    if filters.kind:
        wanted[f"{survey}survey__kind"] = filters.kind
    if filters.touchpoint:
        caused = TouchpointEvent.objects.filter(touchpoint=filters.touchpoint, invitation__isnull=False)
        wanted[f"{invitation}__in"] = caused.values("invitation")
    return Q(**wanted)


def _customers(filters: ReportFilters, account: str) -> Q:
    """What the filters say about the customer; `account` leads to the account, "" is one."""
    before = f"{account}__" if account else ""
    wanted: dict[str, Any] = {}
    if filters.segment:
        wanted[f"{before}segment"] = filters.segment
    if filters.country:
        wanted[f"{before}country"] = filters.country
    if filters.account:
        wanted[account or "pk"] = filters.account.pk
    return Q(**wanted)


def _looked_after(team: Team) -> QuerySet[Any, Any]:
    """The accounts the people of a team look after, by id."""
    return AccountOwner.objects.filter(user__memberships__team=team).values("account")
