"""How fast are the reports of a company with a million answers, and what do ten times as many cost?

Three years of answers, 15 in a hundred of them with a case; every page of figures for leadership, for a lead and for an
agent, as a whole: session, queries, template. The baseline reads the same answers by one bare statement.
"""

from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from functools import partial
from random import Random
from typing import Any

from django.db import connection, transaction
from django.test import Client
from django.utils import timezone

from feedback import tallies
from feedback.models import Account, Contact, Invitation, Response, Survey, TalliedDay
from feedback.models.survey import SurveyKind
from feedback.nps import category
from loop import case_packs
from loop.models import AccountOwner, Case, CaseEvent, Goal, Membership, Outcome, Role, RootCause, Team, User, Verdict
from tests import factories
from tests.bench.rows import median_ms, queries, row, seconds
from tests.bench.work import analyze

PIECE = 20_000
YEARS = 3
WITH_CASE = 15  # in a hundred
GROWTH = 1.5  # a page with all answers against the same page with the first hundredth of them
OF_SCAN = 0.30
MOST_MS = {10_000: 300.0, 100_000: 300.0, 1_000_000: 300.0, 10_000_000: 1_000.0}

PAGES = {
    "overview": ("leader", "/reports/"),
    "NPS by month": ("leader", "/reports/nps/?{years}"),
    "NPS of twelve months": ("leader", "/reports/nps/"),
    "NPS by segment": ("leader", "/reports/nps/?{years}&by=segment"),
    "NPS of a segment": ("leader", "/reports/nps/?{years}&segment=Segment+3"),
    "NPS, of a lead": ("lead", "/reports/nps/?{years}"),
    "NPS, of an agent": ("agent", "/reports/nps/?{years}"),
    "loop": ("leader", "/reports/loop/?{years}"),
    "loop, of a lead": ("lead", "/reports/loop/?{years}"),
    "recovery": ("leader", "/reports/recovery/?{years}"),
    "people": ("leader", "/reports/people/?{years}"),
    "integrity": ("leader", "/reports/integrity/?{years}"),
    "revenue": ("leader", "/reports/revenue/?{years}"),
    "responses": ("leader", "/reports/responses/?{years}"),
    "planner": ("leader", "/reports/planner/?{years}"),
    "twelve goals": ("leader", "/reports/goals/"),
}
SCAN = (
    "SELECT survey_id, count(*), sum(CASE WHEN category = 'promoter' THEN 1 ELSE 0 END), "
    "sum(CASE WHEN category = 'detractor' THEN 1 ELSE 0 END) FROM feedback_response GROUP BY survey_id"
)
COUNTRIES = ("SE", "NO", "DK", "FI")
#: Score by score, of a hundred answers.
SCORES = [0] * 1 + [2] * 2 + [3] * 3 + [4] * 2 + [5] * 4 + [6] * 3 + [7] * 12 + [8] * 25 + [9] * 28 + [10] * 20


def rows(*, quick: bool) -> Iterator[dict[str, Any]]:
    yield from measured((10_000, 100_000) if quick else (10_000, 1_000_000))


def measured(sizes: tuple[int, int], grow: Callable[[], int] = lambda: 1) -> Iterator[dict[str, Any]]:
    """Every page with the first and with the second number of answers.

    Args:
        grow: makes several times as many answers of the second number, and says how many times.
    """
    now = timezone.now()
    company = Company(accounts=max(50, sizes[-1] // 100), now=now)
    clients = {name: Client() for name in company.readers}
    for name, client in clients.items():
        client.force_login(company.readers[name])
    first = (now - timedelta(days=365 * YEARS - 5)).date()
    smallest: dict[str, float] = {}
    done = 0
    for number in sizes:
        for start in range(done, number, PIECE):
            company.some_answers(range(start, min(start + PIECE, number)), range(done, number))
        done = number
        size = number * grow() if number == sizes[-1] else number
        TalliedDay.objects.all().delete()  # these answers came past the doors that mark days
        took = seconds(lambda: tallies.tally_days(now=now))
        yield row(f"count the days of {size:,} answers", size / took, unit="answers a second")
        case_packs.pack(now=now)
        analyze()
        scan = median_ms(_scan, times=3)
        for name, (who, pattern) in PAGES.items():
            visit = partial(_open, clients[who], pattern.format(years=f"from={first}&to={now.date()}"))
            took = median_ms(visit, times=5)
            yield row(f"{name}, {size:,} answers", took, baseline=scan, unit="ms", target=MOST_MS[size])
            if done == sizes[0]:
                smallest[name] = took
                yield row(f"{name}: statements", queries(visit), unit="statements")
            else:
                yield row(
                    f"{name}, {size:,} answers against {sizes[0]:,}", took, baseline=smallest[name], unit="ms",
                    target=GROWTH, by_ratio=True,
                )  # fmt: skip
                yield row(
                    f"{name}, {size:,} answers, against reading each once", took, baseline=scan, unit="ms",
                    target=OF_SCAN, by_ratio=True,
                )  # fmt: skip


def _open(client: Client, address: str) -> None:
    assert client.get(address).status_code == 200, address


def _scan() -> object:
    with connection.cursor() as cursor:
        cursor.execute(SCAN)
        return cursor.fetchall()


class Company:
    """Two hundred people in twenty teams, each with its lead, their customers, and so many answers; always the same."""

    def __init__(self, *, accounts: int, now: datetime) -> None:
        self.chance, self.now = Random(7), now
        self.survey = factories.survey()
        self.recovery = Survey.objects.filter(kind=SurveyKind.RECOVERY).order_by("pk")[0]
        self.cause = RootCause.objects.order_by("pk")[0]
        self.teams = Team.objects.bulk_create(Team(name=f"Team {n}") for n in range(20))
        self.agents = User.objects.bulk_create(
            User(email=f"agent{n}@loop.example", name=f"Agent {n}") for n in range(200)
        )
        leads = User.objects.bulk_create(
            User(email=f"lead{n}@loop.example", name=f"Lead {n}", role=Role.LEAD) for n in range(20)
        )
        leader = User.objects.create(email="leader@loop.example", name="Leader", role=Role.LEADERSHIP)
        self.readers = {"agent": self.agents[0], "lead": leads[0], "leader": leader}
        Membership.objects.bulk_create(
            Membership(user=person, team=self.teams[n % 20]) for n, person in enumerate([*self.agents, *leads])
        )
        self.accounts = Account.objects.bulk_create(
            (
                Account(
                    external_id=f"B{n}", name=f"Company {n} AB", segment=f"Segment {n % 9}",
                    country=COUNTRIES[n % 4], annual_value=self.chance.randrange(10_000, 5_000_000),
                    currency="SEK", created_at=now,
                )
                for n in range(accounts)
            ),
            batch_size=PIECE,
        )  # fmt: skip
        AccountOwner.objects.bulk_create(
            (
                AccountOwner(account=account, user=self.agents[n % 200], since=now)
                for n, account in enumerate(self.accounts)
            ),
            batch_size=PIECE,
        )
        self.contacts = Contact.objects.bulk_create(
            (
                Contact(
                    account=account, external_id=f"B{n}-{k}", name=f"Person {n} {k}",
                    email=f"p{n}.{k}@customer.example", created_at=now,
                )
                for n, account in enumerate(self.accounts)
                for k in range(5)
            ),
            batch_size=PIECE,
        )  # fmt: skip

        self._some_goals()

    def _some_goals(self) -> None:
        """Due within weeks, measured from half a year that ended a year ago; every second one of a segment."""
        today = self.now.date()
        Goal.objects.bulk_create(
            Goal(
                points=5, segment="" if n % 2 else f"Segment {n % 9}",
                baseline_first=today - timedelta(days=500 + n), baseline_last=today - timedelta(days=320),
                due_on=today + timedelta(days=30 + n),
            )
            for n in range(12)
        )  # fmt: skip

    @transaction.atomic
    def some_answers(self, numbers: range, of: range) -> None:
        """Those of these numbers; all `of` them come one after the other within the years, as answers do."""
        years = timedelta(days=365 * YEARS)
        ages = ((of.stop - n - self.chance.random()) / len(of) for n in numbers)
        answers = Response.objects.bulk_create([self._answer(self.now - years * age) for age in ages], batch_size=PIECE)
        self._some_cases([answer for answer in answers if answer.category == "detractor"])

    def _answer(self, at: datetime, score: int | None = None, **details: Any) -> Response:
        score = self.chance.choice(SCORES) if score is None else score
        return Response(
            **{"survey": self.survey, "contact": self.chance.choice(self.contacts), **details}, score=score,
            category=category(score, (0, 10)), comment="It is what it is.", source="bench", responded_at=at,
            received_at=at, triaged_at=at,
        )  # fmt: skip

    def _some_cases(self, answers: list[Response]) -> None:
        cases = Case.objects.bulk_create([self._case(answer) for answer in answers])
        CaseEvent.objects.bulk_create(
            [
                CaseEvent(case=case, kind=kind, at=case.opened_at, data={}, announced_at=self.now)
                for case in cases
                for kind in ("opened", "assigned", *(["reminder_due"] if case.pk % 3 == 0 else []))
            ],
            batch_size=PIECE,
        )
        past = [case for case in cases if case.opened_at < self.now - timedelta(days=20)]
        fates = {case.pk: self.chance.random() for case in past}
        self._contact([case.pk for case in past if fates[case.pk] < 0.85])
        solved = [case for case in past if fates[case.pk] < 0.8]
        self._close([case.pk for case in solved], "solved")
        self._close([case.pk for case in past if fates[case.pk] > 0.9], "not_reached")
        self._ask_again([case for case in solved if case.opened_at < self.now - timedelta(days=90)])

    def _case(self, answer: Response) -> Case:
        assert answer.contact is not None
        assert answer.contact.account is not None
        n, opened = answer.contact.account.pk - self.accounts[0].pk, answer.received_at
        return Case(
            response=answer, contact=answer.contact, account=answer.contact.account, owner=self.agents[n % 200],
            team=self.teams[n % 20], owner_reason="bench", opened_at=opened,
            contact_due_at=opened + timedelta(days=2), resolve_due_at=opened + timedelta(days=14),
        )  # fmt: skip

    def _contact(self, keys: list[int]) -> None:
        """After one hour to five days."""
        self._update("state = 'contacted', version = 2, contacted_at = " + _later("opened_at", "id % 120 + 1"), keys)

    def _close(self, keys: list[int], resolution: str) -> None:
        since = "contacted_at" if resolution == "solved" else "opened_at"
        said = f", root_cause_id = {self.cause.pk}, summary = 'Done.'" if resolution == "solved" else ""
        times = ", ".join(f"{field} = {_later(since, 'id % 240 + 1')}" for field in ("closed_at", "resolved_at"))
        self._update(f"state = 'resolved', version = 3, resolution = '{resolution}', {times}{said}", keys)

    def _update(self, change: str, keys: list[int]) -> None:
        with connection.cursor() as cursor:
            for start in range(0, len(keys), 5_000):
                listed = ", ".join(map(str, keys[start : start + 5_000]))
                cursor.execute(f"UPDATE loop_case SET {change} WHERE id IN ({listed or 'NULL'})")

    def _ask_again(self, cases: list[Case]) -> None:
        """Every second one was asked again, and half of them have answered."""
        asked = [case for case in cases if case.pk % 2]
        invitations = Invitation.objects.bulk_create(
            [
                Invitation(
                    survey=self.recovery, contact=case.contact, token_hash=f"bench-{case.pk}",
                    created_at=case.opened_at, due_at=case.opened_at + timedelta(days=60),
                    expires_at=case.opened_at + timedelta(days=90), sent_at=case.opened_at + timedelta(days=60),
                )
                for case in asked
            ]
        )  # fmt: skip
        for case, invitation in zip(asked, invitations, strict=True):
            case.recovery_invitation = invitation
        Case.objects.bulk_update(asked, ["recovery_invitation"], batch_size=2_000)
        answered = [case for case in asked if self.chance.random() < 0.5]
        again = Response.objects.bulk_create(
            [
                self._answer(
                    case.opened_at + timedelta(days=62),
                    min(10, max(0, case.response.score + self.chance.randrange(-1, 6))),
                    survey=self.recovery, contact=case.contact, invitation=case.recovery_invitation,
                )
                for case in answered
            ]
        )  # fmt: skip
        Outcome.objects.bulk_create(
            Outcome(
                case=case, verdict=_verdict(case.response.score, answer.score), before=case.response.score,
                after=answer.score, response=answer, at=answer.responded_at,
            )
            for case, answer in zip(answered, again, strict=True)
        )  # fmt: skip


def _verdict(before: int, after: int) -> Verdict:
    if after > 6:
        return Verdict.RECOVERED
    return Verdict.IMPROVED if after > before else Verdict.WORSENED if after < before else Verdict.UNCHANGED


def _later(field: str, hours: str) -> str:
    """SQL for an instant some hours after another."""
    if connection.vendor == "postgresql":
        return f"{field} + ({hours}) * INTERVAL '1 hour'"
    return f"strftime('%Y-%m-%d %H:%M:%f', {field}, '+' || ({hours}) || ' hours')"
