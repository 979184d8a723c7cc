"""Do pages, lists and reports cost the same with a hundred times the cases?"""

from collections.abc import Callable, Iterator
from datetime import timedelta
from functools import partial
from typing import Any

from django.db import connection
from django.test import Client
from django.utils import timezone

from feedback.models import Account, Contact, Response
from loop.models import Case, CaseEvent, Role, User
from tests import factories
from tests.bench.rows import median_ms, queries, row
from tests.bench.work import analyze

PIECE = 5_000
NOISE = 1.2  # what two runs of the same differ by

#: What is asked for, the most statements, the most milliseconds, and how many times its own at the smallest size.
PAGES: dict[str, tuple[str, int | None, float | None, float | None]] = {
    "inbox": ("/cases/", 12, 60, 1.5),
    "search": ("/cases/?q=Customer+77", 12, 60, 1.5),
    "case page": ("/cases/{case}/", 15, None, 1.5),
    "list API": ("/api/v1/cases/", None, None, 1.5),
    "overview": ("/reports/", None, None, None),
    "NPS report": ("/reports/nps/", None, None, None),
    "loop report": ("/reports/loop/", None, None, None),
    "recovery report": ("/reports/recovery/", None, None, None),
}
BY_HAND = {
    "inbox": "SELECT c.id, c.contact_due_at, r.score, a.name FROM loop_case c JOIN feedback_response r "
    "ON r.id = c.response_id LEFT JOIN feedback_account a ON a.id = c.account_id WHERE c.state <> 'resolved' "
    "ORDER BY c.contact_due_at, c.id LIMIT 50",
    "overview": "SELECT category, COUNT(*) FROM feedback_response WHERE responded_at > '2020-01-01' GROUP BY category",
}


def rows(*, quick: bool) -> Iterator[dict[str, Any]]:
    sizes = (1_000, 10_000) if quick else (1_000, 10_000, 100_000)
    anna = factories.user("Anna", team=factories.team("North"))
    lena = factories.user("Lena", role=Role.LEADERSHIP)
    client = Client()
    client.force_login(lena)
    smallest: dict[str, float] = {}
    made = 0
    for size in sizes:
        _fill(made, size, anna)
        made = size
        analyze()
        case = Case.objects.order_by("pk")[size // 2].pk
        for name, (pattern, most, limit, growth) in PAGES.items():
            visit = partial(_open, client, pattern.format(case=case))
            took = median_ms(visit)
            by_hand = median_ms(_sql(BY_HAND[name])) if name in BY_HAND else None
            yield row(
                f"{name}, {size:,} cases, {2 * size:,} answers", took, baseline=by_hand, unit="ms",
                target=limit if size == sizes[-1] else None,
            )  # fmt: skip
            smallest.setdefault(name, took)
            if size != sizes[-1]:
                continue
            if most is not None:
                yield row(f"{name}: statements", queries(visit), unit="statements", target=most)
            yield row(
                f"{name}: {size:,} against {sizes[0]:,} cases", took, baseline=smallest[name], unit="ms",
                target=None if growth is None else growth * NOISE, by_ratio=True,
            )  # fmt: skip


def _open(client: Client, address: str) -> None:
    assert client.get(address).status_code == 200, address


def _sql(statement: str) -> Callable[[], object]:
    def run() -> object:
        with connection.cursor() as cursor:
            cursor.execute(statement)
            return cursor.fetchall()

    return run


def _fill(first: int, end: int, owner: User) -> None:
    for start in range(first, end, PIECE):
        _fill_some(range(start, min(start + PIECE, end)), owner)


def _fill_some(numbers: range, owner: User) -> None:
    """For each number a contact, an answer with its case and two lines of its timeline, and another answer."""
    now = timezone.now()
    team = owner.memberships.get().team
    accounts = Account.objects.bulk_create(
        Account(external_id=f"P{n}", name=f"Customer {n} AB", segment=f"S{n % 7}", created_at=now)
        for n in numbers[::20]
    )
    people = Contact.objects.bulk_create(
        Contact(account=accounts[place // 20], external_id=f"P{n}", name=f"Contact {n}", created_at=now)
        for place, n in enumerate(numbers)
    )
    survey = factories.survey()
    at = [now - timedelta(minutes=(n * 7) % (365 * 24 * 60), days=1) for n in numbers]

    def answers(score: int, category: str) -> list[Response]:
        return Response.objects.bulk_create(
            Response(
                survey=survey, contact=contact, score=score, category=category, comment="The invoice was wrong.",
                source="bench", responded_at=when, received_at=when, triaged_at=when,
            )
            for contact, when in zip(people, at, strict=True)
        )  # fmt: skip

    answers(9, "promoter")
    cases = Case.objects.bulk_create(
        Case(
            response=answer, contact=contact, account=contact.account, owner=owner, team=team, owner_reason="bench",
            opened_at=when, contact_due_at=when + timedelta(days=2), resolve_due_at=when + timedelta(days=14),
            remind_at=now + timedelta(days=9), remind_level="overdue", remind_round=1,
        )
        for answer, contact, when in zip(answers(3, "detractor"), people, at, strict=True)
    )  # fmt: skip
    CaseEvent.objects.bulk_create(
        CaseEvent(case=case, kind=kind, at=case.opened_at, data={}, announced_at=now)
        for case in cases
        for kind in ("opened", "assigned")
    )
