"""How many answers a second come in by each door, against a bare view that only inserts?"""

import json
from collections.abc import Iterator
from itertools import count
from typing import Any
from urllib.parse import urlencode

from django.db import connection
from django.test import Client

from feedback import invitations
from loop import api_keys
from tests import factories
from tests.bench import bare
from tests.bench.rows import queries, row, seconds
from tests.bench.serving import Measured, Request, fair, send_all, web
from tests.factories import NOW
from tests.feedback.survey_page import SEEN, form_of, invited, link

COMMENT = "The invoice was wrong twice, and nobody called back although I asked for it last week."
FORM = {"Content-Type": "application/x-www-form-urlencoded"}

_numbers = count(1)


def rows(*, quick: bool) -> Iterator[dict[str, Any]]:
    number = 300 if quick else 2_000
    bare.make_tables()
    anna = factories.user("Anna", team=factories.team("North"))
    people = [factories.contact(account=factories.account(owner=anna)) for _ in range(50)]
    _key, text = api_keys.create("bench", ["ingest"], now=NOW)
    heads = {"Authorization": f"Api-Key {text}", "Content-Type": "application/json"}

    def answer(score: int = 3) -> dict[str, Any]:
        place = next(_numbers)
        return {
            "contact": people[place % 50].external_id, "score": score, "comment": COMMENT, "source": "bench",
            "external_id": f"b{place}",
        }  # fmt: skip

    def ours() -> Iterator[Request]:
        return (("POST", "/api/v1/responses/", json.dumps(answer()).encode(), heads) for _ in range(number))

    def three() -> Iterator[Request]:
        return (("POST", "/bare/three/", json.dumps(answer()).encode(), heads) for _ in range(number))

    client = Client(headers=heads)
    post = lambda: client.post("/api/v1/responses/", answer(), content_type="application/json")  # noqa: E731
    post()
    yield row("POST responses/, a detractor: statements", queries(post), unit="statements", target=12)
    with web() as port:
        mine, theirs = fair(port, ours, three)
        assert mine.other_than(201) == theirs.other_than(201) == 0
        yield row(
            "POST responses/, 8 clients, against three bare inserts", mine.per_second, baseline=theirs.per_second,
            unit="a second", target=0.40, at_least=True, by_ratio=True,
        )  # fmt: skip
        yield row(
            "POST responses/, 8 clients: p95", mine.percentile_ms(95), baseline=theirs.percentile_ms(95), unit="ms"
        )
        yield row(
            "POST responses/, 8 clients: p99, against three bare inserts", mine.percentile_ms(99),
            baseline=theirs.percentile_ms(99), unit="ms", target=3.0 if connection.vendor == "sqlite" else None,
            by_ratio=True,
        )  # fmt: skip
        alone, bare_alone = fair(port, lambda: list(ours())[:200], lambda: list(three())[:200], clients=1)
        yield row(
            "POST responses/, 1 client: p50", alone.percentile_ms(50), baseline=bare_alone.percentile_ms(50), unit="ms"
        )
        yield from _bulk(port, heads, answer, 2 if quick else 10)
        yield from _survey_page(port, number)


def _bulk(port: int, heads: dict[str, str], answer: Any, calls: int) -> Iterator[dict[str, Any]]:
    def bodies(number: int) -> list[list[dict[str, Any]]]:
        return [[answer(3 if place % 20 < 3 else 9) for place in range(1_000)] for _ in range(number)]

    def sent(those: list[list[dict[str, Any]]], clients: int) -> Measured:
        told = [("POST", "/api/v1/responses/bulk/", json.dumps(body).encode(), heads) for body in those]
        done = send_all(port, told, clients=clients)
        assert done.other_than(200) == 0
        return done

    first = sent(bodies(4), clients=4)  # both workers get some
    yield row("POST responses/bulk/: the slowest of four calls at once to a new server", max(first.times), unit="s")
    done = sent(bodies(calls), clients=1)
    by_hand = seconds(lambda: _insert_many(bodies(1)[0]))
    yield row(
        "POST responses/bulk/, 1,000 a call, 15 % detractors, against plain SQL", 1_000 * calls / done.took,
        baseline=1_000 / by_hand, unit="answers a second", target=5_000, at_least=True,
    )  # fmt: skip


def _insert_many(answers: list[dict[str, Any]]) -> None:
    """The same answers, cases and events into the bare tables, one statement a table."""
    low = [said for said in answers if said["score"] <= 6]
    with connection.cursor() as cursor:
        cursor.executemany(
            "INSERT INTO bare_answer (contact, score, comment, at) VALUES (%s, %s, %s, %s)",
            [(1, said["score"], said["comment"], "2026-11-26") for said in answers],
        )
        cursor.executemany(
            "INSERT INTO bare_case (answer, state, owner, due) VALUES (%s, %s, %s, %s)",
            [(1, "new", 1, "2026-11-26") for _ in low],
        )
        cursor.executemany(
            "INSERT INTO bare_event (case_id, kind, at, data) VALUES (%s, %s, %s, %s)",
            [(1, kind, "2026-11-26", "{}") for _ in low for kind in ("opened", "assigned")],
        )


def _survey_page(port: int, number: int) -> Iterator[dict[str, Any]]:
    anna = factories.user("Kim", team=factories.team("South"))
    customers = [factories.contact(account=factories.account(owner=anna)) for _ in range(number)]
    addresses = [link(invited(customer)) for customer in customers]
    page = Client().get(addresses[0])
    yield row("survey page: size", len(page.content) / 1024, unit="kB", target=30)
    yield row("survey page GET: statements", queries(lambda: Client().get(addresses[0])), unit="statements", target=4)
    shown, nothing = fair(
        port,
        lambda: [("GET", address, None, {}) for address in addresses],
        lambda: [("GET", "/bare/nothing/", None, {}) for _ in range(number)],
    )
    assert shown.other_than(200) == 0
    yield row(
        "survey page GET, 8 clients, against a view without database", shown.per_second, baseline=nothing.per_second,
        unit="a second",
    )  # fmt: skip
    forms = {address: form_of(Client().get(address).content.decode()) for address in addresses}
    filled = [urlencode({**forms[a], "score": "3", "comment": COMMENT, "page": SEEN}).encode() for a in addresses]
    sent = send_all(port, [("POST", a, body, FORM) for a, body in zip(addresses, filled, strict=True)])
    inserted = send_all(port, [("POST", "/bare/one/", body, FORM) for body in filled])
    assert sent.other_than(303) == inserted.other_than(303) == 0
    yield row(
        "survey page POST with its case, 8 clients, against one bare insert", sent.per_second,
        baseline=inserted.per_second, unit="a second",
    )  # fmt: skip
    again = invitations.find(addresses[0].split("/")[2])
    assert again is not None
    body = {**forms[addresses[0]], "score": "4", "comment": "Changed.", "page": SEEN}
    yield row("survey page POST: statements", queries(lambda: Client().post(addresses[0], body)), unit="statements")
