"""How do tests get people, customers, answers and cases? Through the same doors as the product."""

from datetime import UTC, date, datetime, timedelta
from itertools import count

from feedback import contacts, invitations, responses
from feedback.models import Account, Contact, Invitation, Response, Survey
from loop import absences, assignment, workflow
from loop.models import Absence, Case, Membership, Role, RootCause, Team, User

#: A Thursday in a week without holidays, 09:12 in Stockholm: both due times fall on ordinary working days.
NOW = datetime(2026, 11, 19, 8, 12, tzinfo=UTC)

PASSWORD = "correct horse battery"  # of people who exist in tests only

_numbers = count(1)


def later(**delta: float) -> datetime:
    """NOW plus that much, such as later(hours=3)."""
    return NOW + timedelta(**delta)


def team(name: str = "") -> Team:
    return Team.objects.get_or_create(name=name or f"Team {next(_numbers)}")[0]


def user(name: str = "", *, role: str = Role.AGENT, team: Team | None = None, **fields: object) -> User:
    """A person who can sign in with PASSWORD."""
    name = name or f"Person {next(_numbers)}"
    address = f"{name.lower().replace(' ', '.')}@loop.example"
    made = User.objects.create_user(address, PASSWORD, name=name, role=role, **fields)
    if team is not None:
        Membership.objects.create(user=made, team=team)
    return made


def account(name: str = "", *, owner: User | None = None, now: datetime = NOW, **fields: object) -> Account:
    number = next(_numbers)
    name = name or f"Customer {number} AB"
    made, _ = contacts.upsert_account(external_id=f"A-{number}", name=name, now=now, **fields)
    if owner is not None:
        assignment.set_account_owner(made, owner, now=now)
    return made


def contact(name: str = "", *, account: Account | None = None, now: datetime = NOW, **fields: object) -> Contact:
    number = next(_numbers)
    details = {"email": f"contact{number}@customer.example", "external_id": f"C-{number}", **fields}
    made, _ = contacts.upsert_contact(account=account, name=name or f"Contact {number}", now=now, **details)
    return made


def survey(key: str = "relational") -> Survey:
    return Survey.objects.get(key=key)


def response(
    score: int, *, contact: Contact | None = None, survey_key: str = "relational", now: datetime = NOW, **fields: object
) -> Response:
    """An answer that came in by the API; a detractor's has its case."""
    details = {"source": "test", **fields}
    return responses.record_response(
        survey=survey(survey_key), contact=contact, score=score, now=now, **details
    ).response


def case(
    score: int = 3,
    *,
    owner: User | None = None,
    team: Team | None = None,
    contact_name: str = "",
    comment: str = "",
    now: datetime = NOW,
) -> Case:
    """A new case, opened by an answer, of `owner`'s account; without an owner it waits in the queue of `team`."""
    customer = account(owner=owner, now=now)
    person = contact(contact_name, account=customer, now=now)
    opened = response(score, contact=person, comment=comment, now=now).case
    if owner is None and team is not None:
        workflow.assign(case_id=opened.pk, owner=None, team=team, reason="for the test", actor=None, now=now)
    return Case.objects.get(pk=opened.pk)


def hand_over(case: Case, owner: User, *, team: Team | None = None, now: datetime = NOW) -> Case:
    """The case in the hands of `owner`, in a team of theirs or in `team`."""
    return workflow.assign(case_id=case.pk, owner=owner, team=team, reason="for the test", actor=None, now=now)


def reach(case: Case, *, now: datetime) -> Case:
    """The case once its customer was reached by phone."""
    return workflow.attempt(case_id=case.pk, channel="phone", reached=True, note="Spoke.", actor=None, now=now)


def resolve(case: Case, *, now: datetime) -> Case:
    """The contacted case, solved; its recovery survey is planned."""
    billing = RootCause.objects.get(key="billing")
    return workflow.resolve(
        case_id=case.pk,
        root_cause=billing,
        summary="Invoice corrected.",
        promises_reason="Follows." if case.promise_due_at else "",
        actor=None,
        now=now,
    )


def promised(case: Case, what: str = "A new invoice", *, now: datetime = NOW, **delta: float) -> Case:
    """The case with a promise by whoever owns it; due in two days, unless `delta` says when."""
    due_at = now + timedelta(**(delta or {"days": 2}))
    return workflow.promise(case_id=case.pk, what=what, due_at=due_at, actor=case.owner, now=now)


def promised_case(score: int = 3, *, now: datetime = NOW, **details: object) -> Case:
    """A new case with a promise that is due in two days."""
    return promised(case(score, now=now, **details), now=now)


def contacted_case(score: int = 3, *, now: datetime = NOW, **details: object) -> Case:
    """A case whose customer was reached an hour after it opened."""
    return reach(case(score, now=now, **details), now=now + timedelta(hours=1))


def held_case(score: int = 3, *, now: datetime = NOW, days: int = 5, **details: object) -> Case:
    """A case whose customer was reached and asked us to wait some days."""
    case, until = contacted_case(score, now=now, **details), now + timedelta(days=days)
    asked_at = now + timedelta(hours=1)
    return workflow.hold(case_id=case.pk, until=until, reason="Back from leave then.", actor=case.owner, now=asked_at)


def resolved_case(score: int = 3, *, now: datetime = NOW, **details: object) -> Case:
    """A case solved two hours after it opened; its recovery survey is planned."""
    return resolve(contacted_case(score, now=now, **details), now=now + timedelta(hours=2))


def unreached_case(score: int = 3, *, now: datetime = NOW, **details: object) -> Case:
    """A case closed after attempts on three days reached nobody."""
    opened = case(score, now=now, **details)
    for day in range(3):
        at = now + timedelta(days=day, hours=1)
        workflow.attempt(case_id=opened.pk, channel="phone", reached=False, actor=None, now=at)
    return workflow.close_unreached(case_id=opened.pk, actor=None, now=now + timedelta(days=2, hours=2))


def sent(invitation: Invitation, *, now: datetime) -> None:
    """The mail of this invitation has left."""
    invitations.mark_sent(invitation.pk, now=now)


def away(
    user: User,
    *,
    starts_on: date | None = None,
    ends_on: date | None = None,
    substitute: User | None = None,
    now: datetime = NOW,
) -> Absence:
    """Somebody is away, today unless days are given, and everybody's row says so."""
    absence = absences.plan(
        user=user,
        starts_on=starts_on or now.date(),
        ends_on=ends_on or starts_on or now.date(),
        substitute=substitute,
        actor=None,
        now=now,
    )
    for person in filter(None, (user, substitute)):
        person.refresh_from_db()
    return absence
