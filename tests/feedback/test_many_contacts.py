"""Customers told many at once end as told one by one: the same accounts, people, refusals, wishes and marks."""

from datetime import timedelta
from decimal import Decimal
from random import Random
from typing import Any

import pytest
from django.db import transaction

from feedback import contacts
from feedback.contacts import ContactRefused
from feedback.many_contacts import Gathered
from feedback.models import Account, Contact, Response, Suppression, TallyMark
from loop import rows_at_once
from tests import factories
from tests.factories import NOW

pytestmark = pytest.mark.django_db

ROWS = 250
Row = tuple[dict[str, Any], dict[str, Any], bool]  # what is said of an account, of a person there, and "ask no more"


def made_up(chance: Random) -> list[Row]:
    """Few customers told of often: known, new, moved, renamed, under another's address, under no name, wrong."""
    return [(_account(chance), _person(chance, place), chance.random() < 0.1) for place in range(ROWS)]


def _account(chance: Random) -> dict[str, Any]:
    if chance.random() < 0.2:
        return {}
    return {
        "external_id": chance.choice([*(f"A-{n}" for n in range(25)), " A-3 ", "x" * 201]),
        "name": chance.choice([None, "Nordlund AB", "Fjord\r\nAS", "Åsa & Co"]),
        "segment": chance.choice([None, "", "gold"]),
        "country": chance.choice([None, "se", "NO"] * 8 + ["XX"]),
        "annual_value": chance.choice([None, Decimal("1200.50")] * 10 + [Decimal(-1)]),
        "currency": chance.choice([None, "sek"]),
        "attributes": chance.choice([None, None, {"size": "large"}, {"size": None, "beds": 12}]),
    }


def _person(chance: Random, place: int) -> dict[str, Any]:
    if chance.random() < 0.1:
        return {}
    name = f"p{chance.randrange(40)}"
    return {
        "external_id": chance.choice([None, None, "", f"C-{chance.randrange(40)}"]),
        "email": chance.choice(
            [None, f"{name}@nordlund.example", f" {name.upper()}@Nordlund.example"] * 8 + ["nobody"]
        ),
        "name": chance.choice([None, "Bea", "Bo\nEk"]),
        "phone": chance.choice([None, None, "", f"+4670{1_000_000 + place}"]),
        "title": chance.choice([None, "Buyer"]),
        "language": chance.choice([None, "sv"] * 8 + ["klingon"]),
        "time_zone": chance.choice([None, "Europe/Oslo"] * 8 + ["Mars/North"]),
        "is_decision_maker": chance.choice([None, True, False]),
        "last_activity_at": chance.choice([None, NOW, NOW - timedelta(days=3)]),
        "attributes": chance.choice([None, {"floor": 3}]),
    }


def one_by_one(told: list[Row]) -> list[Any]:
    said = []
    for about, person, stop in told:
        outcome: list[Any] = []
        try:
            with transaction.atomic():
                account, new = contacts.upsert_account(**about, now=NOW) if about else (None, None)
                outcome.append(new)
                if person:
                    contact, new = contacts.upsert_contact(account=account, **person, now=NOW)
                    outcome.append(new)
                    if stop and contact.opted_out_at is None:
                        contacts.opt_out(contact, now=NOW, reason="import")
        except ContactRefused as refused:
            outcome = [refused.field, refused.message]
        said.append(outcome)
    return said


def together(told: list[Row]) -> list[Any]:
    """Told to one that gathers, and stored; raises what keeps them from being stored together."""
    gathered, said = Gathered(NOW), []
    for about, person, stop in told:
        outcome: list[Any] = []
        try:
            with gathered.whole():
                account, new = gathered.upsert_account(**about) if about else (None, None)
                outcome.append(new)
                if person:
                    contact, new = gathered.upsert_contact(account=account, **person)
                    outcome.append(new)
                    if stop:
                        gathered.opt_out(contact)
        except ContactRefused as refused:
            outcome = [refused.field, refused.message]
        said.append(outcome)
    gathered.store()
    return said


def in_chunks(told: list[Row], chance: Random) -> list[Any]:
    said, rest = [], list(told)
    while rest:
        size = chance.choice([1, 2, 7, 40, ROWS])
        for some in rows_at_once.by_halves(rest[:size], together, lambda row: ["cannot be stored", row]):
            said += some
        del rest[:size]
    return said


def outcome(write: Any) -> dict[str, Any]:
    """What is in the database after `write`, which is then taken back; customers in the order they were made."""
    with transaction.atomic():
        said = write()
        left_out = ("id", "account_id")
        rows = {
            "accounts": Account.objects.order_by("pk").values(),
            "people": Contact.objects.order_by("pk").values(
                *(f.attname for f in Contact._meta.concrete_fields if f.attname not in left_out), "account__external_id"
            ),
            "stopped": Suppression.objects.order_by("address_hash").values(),
            "answers": Response.objects.order_by("pk").values("score", "contact__account__external_id"),
        }
        stored: dict[str, Any] = {
            name: [{field: value for field, value in row.items() if field not in left_out} for row in found]
            for name, found in rows.items()
        }
        stored["days"] = set(TallyMark.objects.values_list("day", flat=True))
        transaction.set_rollback(True)
    return {"said": said, **stored}


@pytest.fixture
def customers():
    """Some of them are known, and some of those answered on days that are counted."""
    for number in range(0, 25, 5):
        account, _ = contacts.upsert_account(external_id=f"A-{number}", segment="old", now=NOW)
        for place in (number, number + 1):
            person, _ = contacts.upsert_contact(
                external_id=f"C-{place}" if place % 2 else None,
                account=account,
                email=f"p{place}@nordlund.example",
                now=NOW,
            )
            factories.response(9, contact=person, responded_at=NOW - timedelta(days=10 + place))
    contacts.upsert_contact(email="p7@nordlund.example", now=NOW)
    TallyMark.objects.all().delete()


@pytest.mark.parametrize("seed", range(6))
def test_end_as_told_one_by_one(customers, seed):
    told = made_up(Random(seed))
    expected, found = outcome(lambda: one_by_one(told)), outcome(lambda: in_chunks(told, Random(seed)))
    for name, stored in expected.items():
        assert found[name] == stored, name
    refusals = {one[0] for one in expected["said"] if one and isinstance(one[0], str)}
    assert refusals >= {"external_id", "country", "annual_value", "email", "language", "time_zone"}
    assert expected["days"]
    assert len(expected["stopped"]) > 5


def test_take_a_few_statements_however_many_there_are(django_assert_max_num_queries):
    told: list[Row] = [
        ({"external_id": f"A-{n % 50}"}, {"external_id": f"C-{n}", "email": f"c{n}@nordlund.example"}, n % 9 == 0)
        for n in range(300)
    ]

    def tell() -> None:
        gathered = Gathered(NOW)
        gathered.look_up(
            accounts={about["external_id"] for about, _person, _stop in told},
            people={person["external_id"] for _about, person, _stop in told},
            addresses={contacts.address_hash(person["email"]) for _about, person, _stop in told},
        )
        for about, person, stop in told:
            account, _ = gathered.upsert_account(**about)
            contact, _ = gathered.upsert_contact(account=account, **person)
            if stop:
                gathered.opt_out(contact)
        gathered.store()

    with django_assert_max_num_queries(40):  # SQLite takes some fifty rows by one statement
        tell()
    with django_assert_max_num_queries(10):
        tell()
    assert Contact.objects.exclude(opted_out_at=None).count() == 34


def test_who_stop_together_keep_the_number_of_a_colleague_who_did_not():
    """And one that nobody else has, or only somebody who stops with them, is stopped."""
    account = factories.account(country="SE")
    shared, own, theirs = "+46701234567", "+46701234568", "+46701234569"
    people = [
        factories.contact(account=account, phone=phone) for phone in (shared, shared, own, theirs, theirs)
    ]  # the second goes on being asked
    stop = [people[0], *people[2:]]

    def one_at_a_time() -> None:
        for contact in stop:
            contacts.opt_out(contact, now=NOW, reason="import")

    expected = outcome(one_at_a_time)
    assert (
        outcome(lambda: contacts.stop_all([contacts.Wish.of(one) for one in stop], now=NOW, reason="import"))
        == expected
    )
    hashes = {row["address_hash"] for row in expected["stopped"]}
    assert people[0].mobile_hash not in hashes
    assert {people[2].mobile_hash, people[3].mobile_hash} <= hashes
