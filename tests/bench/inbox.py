"""How fast is the inbox of a large company? Every list, filter and search of it, for people of each role.

100,000 cases of 5,000 accounts, 20,000 of them open, worked on by 200 people in 20 teams. What is asked for is measured
as a whole page, with its session, its queries and its template.
"""

from collections.abc import Iterator
from datetime import timedelta
from functools import partial
from random import Random
from typing import Any

from django.db import connection, transaction
from django.test import Client
from django.utils import timezone

from feedback.models import Account, Contact, Response
from loop.models import Case, CaseEvent, Membership, Role, Team, User
from tests import factories
from tests.bench.rows import median_ms, queries, row
from tests.bench.work import analyze

PIECE = 5_000
MOST_STATEMENTS = 12
MOST_MS = {"postgresql": 150, "sqlite": 300}
WORDS = (  # noqa: SIM905  a list of fifty words in quotes is harder to read
    "the invoice was wrong again and nobody called back support closed our ticket twice price went up value did not "
    "export lost data training never happened rapporten är för långsam leveransen kom försent ingen svarar faktura "
    "kundtjänst prisen økte uten varsel vi fik ikke hjælp laskutus oli väärin kukaan ei vastaa"
).split()
FIRST = ("Karin", "Åsa", "Nils", "Ola", "Päivi", "Søren", "Bo", "Li", "Märta", "Jørgen")
LAST = ("Holmgren", "Åkerlund", "Bergström", "Nordmann", "Virtanen", "Sørensen", "Ek", "Lindqvist", "Ødegård", "Mäki")

#: What is asked for, and as whom. The words: one that nearly every comment holds, one of ten thousand, one of nobody.
PAGES = {
    "an agent's inbox": ("agent", "/cases/?tab=mine"),
    "a lead's team": ("lead", "/cases/?tab=team"),
    "unassigned, of an agent": ("agent", "/cases/?tab=unassigned"),
    "everyone, of leadership": ("leader", "/cases/?tab=everyone"),
    "resolved, of leadership": ("leader", "/cases/?tab=resolved"),
    "resolved, of a lead": ("lead", "/cases/?tab=resolved"),
    "filter: overdue": ("leader", "/cases/?tab=everyone&due=overdue"),
    "filter: waiting for the customer": ("leader", "/cases/?tab=everyone&due=waiting"),
    "filter: score": ("leader", "/cases/?tab=everyone&category=passive"),
    "filter: team": ("leader", "/cases/?tab=everyone&team={team}"),
    "filter: owner": ("lead", "/cases/?tab=team&owner={owner}"),
    "filter: survey, segment, escalated": (
        "leader", "/cases/?tab=everyone&survey={survey}&segment=Segment+3&escalated=on",
    ),
    "filter: a month of opening, resolved": (
        "leader", "/cases/?tab=resolved&opened_from={from_day}&opened_to={to_day}",
    ),
    "search: a common word, open": ("leader", "/cases/?tab=everyone&q=invoice"),
    "search: a common word, resolved": ("leader", "/cases/?tab=resolved&q=invoice"),
    "search: a rare word, open": ("leader", "/cases/?tab=everyone&q=needle"),
    "search: a rare word, resolved": ("leader", "/cases/?tab=resolved&q=needle"),
    "search: a word nobody said": ("leader", "/cases/?tab=resolved&q=xylophone"),
    "search: a name with å": ("lead", "/cases/?tab=team&q=%C3%85KERLUND"),
    "search: two words": ("leader", "/cases/?tab=everyone&q=holmgren+invoice"),
    "search: an account": ("leader", "/cases/?tab=everyone&q=Company+4711"),
    "search: a mail address": ("agent", "/cases/?tab=mine&q=person7@"),
    "search: two letters": ("leader", "/cases/?tab=everyone&q=bo"),
    "search: a case number": ("leader", "/cases/?tab=resolved&q=%23777"),
    "the filters to choose from": ("leader", "/cases/filter/?tab=everyone"),
    "news": ("lead", "/cases/news/?tab=team&since={since}"),
    "find anything: a common word": ("leader", "/find/?q=invoice"),
    "find anything: a rare word": ("leader", "/find/?q=needle"),
    "a case": ("leader", "/cases/{case}/"),
    "an account": ("leader", "/accounts/{account}/"),
    "accounts": ("leader", "/accounts/"),
    "accounts: search": ("leader", "/accounts/?q=company+47"),
}  # fmt: skip
BY_HAND = (
    "SELECT c.id, c.next_due_at, r.score, a.name FROM loop_case c JOIN feedback_response r ON r.id = c.response_id "
    "LEFT JOIN feedback_account a ON a.id = c.account_id WHERE c.state IN ('new', 'contacted') "
    "ORDER BY c.next_due_at, c.id LIMIT 51"
)


def rows(*, quick: bool) -> Iterator[dict[str, Any]]:
    size = 10_000 if quick else 100_000
    fill(size)
    analyze()
    people = {
        "agent": User.objects.filter(role=Role.AGENT).order_by("pk")[7],
        "lead": User.objects.filter(role=Role.LEAD).order_by("pk")[0],
        "leader": User.objects.get(role=Role.LEADERSHIP),
    }
    clients = {name: Client() for name in people}
    for name, client in clients.items():
        client.force_login(people[name])
    now = timezone.now()
    busy = Case.objects.filter(owner__memberships__team__memberships__user=people["lead"]).order_by("pk")[0]
    names = {
        "team": people["lead"].memberships.get().team_id, "owner": busy.owner_id, "survey": factories.survey().pk,
        "from_day": (now - timedelta(days=90)).date(), "to_day": (now - timedelta(days=60)).date(),
        "since": (now - timedelta(minutes=5)).strftime("%Y-%m-%dT%H:%M:%SZ"), "case": busy.pk,
        "account": busy.account_id,
    }  # fmt: skip
    by_hand = median_ms(partial(_sql, BY_HAND))
    for name, (who, pattern) in PAGES.items():
        visit = partial(_open, clients[who], pattern.format(**names))
        yield row(
            f"{name}, {size:,} cases", median_ms(visit), baseline=by_hand, unit="ms", target=MOST_MS[connection.vendor]
        )
        yield row(f"{name}: statements", queries(visit), unit="statements", target=MOST_STATEMENTS)


def _open(client: Client, address: str) -> None:
    assert client.get(address).status_code == 200, address


def _sql(statement: str) -> object:
    with connection.cursor() as cursor:
        cursor.execute(statement)
        return cursor.fetchall()


def fill(size: int) -> None:
    """The company: the same for the same size."""
    chance, now = Random(4), timezone.now()
    teams = Team.objects.bulk_create(Team(name=f"Team {n}") for n in range(20))
    agents = User.objects.bulk_create(User(email=f"agent{n}@loop.example", name=f"Agent {n}") for n in range(200))
    leads = User.objects.bulk_create(
        User(email=f"lead{n}@loop.example", name=f"Lead {n}", role=Role.LEAD) for n in range(20)
    )
    User.objects.create(email="leader@loop.example", name="Leader", role=Role.LEADERSHIP)
    Membership.objects.bulk_create(
        Membership(user=person, team=teams[place % 20])
        for group in (agents, leads)
        for place, person in enumerate(group)
    )
    accounts = Account.objects.bulk_create(
        Account(
            external_id=f"B{n}", name=f"{chance.choice(LAST)} Company {n} AB", segment=f"Segment {n % 9}",
            annual_value=chance.randrange(10_000, 5_000_000), currency="SEK", created_at=now,
        )
        for n in range(max(50, size // 20))
    )  # fmt: skip
    for start in range(0, size, PIECE):
        with transaction.atomic():
            _some_cases(range(start, min(start + PIECE, size)), accounts, agents, teams, chance)
    _close_most(size)


def _some_cases(numbers: range, accounts: list[Account], agents: list[User], teams: list[Team], chance: Random) -> None:
    now, survey = timezone.now(), factories.survey()
    people = Contact.objects.bulk_create(
        Contact(
            account=accounts[n % len(accounts)], external_id=f"B{n}", email=f"person{n}@customer.example",
            name=f"{chance.choice(FIRST)} {chance.choice(LAST)}", created_at=now,
        )
        for n in numbers
    )  # fmt: skip
    at = [now - timedelta(minutes=chance.randrange(60, 365 * 24 * 60)) for _n in numbers]

    def answers(score: int, category: str) -> list[Response]:
        return Response.objects.bulk_create(
            Response(
                survey=survey, contact=contact, score=score, category=category, comment=_comment(chance, n),
                wants_callback=category == "passive", source="bench", responded_at=when, received_at=when,
                triaged_at=when,
            )
            for n, contact, when in zip(numbers, people, at, strict=True)
        )  # fmt: skip

    answers(9, "promoter")
    found = answers(3, "detractor")
    cases = Case.objects.bulk_create(
        _case(n, answer, when, agents, teams) for n, answer, when in zip(numbers, found, at, strict=True)
    )
    CaseEvent.objects.bulk_create(
        CaseEvent(case=case, kind=kind, at=case.opened_at, data={}, announced_at=now)
        for case in cases
        for kind in ("opened", "assigned")
    )


def _case(n: int, answer: Response, when: Any, agents: list[User], teams: list[Team]) -> Case:
    is_open, owner = n % 5 == 0, agents[(n // 5) % len(agents)]
    opened = timezone.now() - timedelta(minutes=(n * 7) % (20 * 24 * 60)) if is_open else when
    return Case(
        response=answer, contact=answer.contact, account=answer.contact.account if answer.contact else None,
        owner=None if n % 250 == 0 else owner, team=teams[(n // 5) % 20], owner_reason="bench", opened_at=opened,
        contact_due_at=opened + timedelta(days=2 + n % 21), resolve_due_at=opened + timedelta(days=30),
        waiting_since=opened if n % 35 == 0 else None, escalation_level=int(n % 15 == 0),
    )  # fmt: skip


def _comment(chance: Random, n: int) -> str:
    words = [chance.choice(WORDS) for _word in range(chance.randrange(6, 30))]
    return " ".join([*words, *(["needle"] if n % 10_000 == 77 else [])])


def _close_most(size: int) -> None:
    """Four of five were not reached. A case begins new, so they are closed afterwards."""
    first = Case.objects.order_by("pk").values_list("pk", flat=True)[0]
    statement = (
        "UPDATE loop_case SET state = 'resolved', resolution = 'not_reached', version = 2, closed_at = contact_due_at, "
        "resolved_at = contact_due_at, remind_at = NULL, waiting_since = NULL WHERE (id - %s) %% 5 <> 0 AND id < %s"
    )
    with connection.cursor() as cursor:
        for start in range(0, size, PIECE):
            cursor.execute(statement + " AND id >= %s", [first, first + start + PIECE, first + start])
