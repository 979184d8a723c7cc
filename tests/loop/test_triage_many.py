"""Many answers at once end as they would one by one: the same answers, cases, lines, pages, thanks and outcomes."""

import inspect
from datetime import timedelta
from random import Random
from typing import Any

import pytest
from django.db import transaction

from feedback.many_responses import Told, here_already, record_many
from feedback.models import Contact, Response, Survey
from feedback.responses import ResponseRefused, record_response
from loop import absences, conflicts, customer_pages, deadlines
from loop.models import (
    AssignmentRule,
    Case,
    CaseEvent,
    CustomerPage,
    Membership,
    Outcome,
    Role,
    SlaPolicy,
    Thanks,
    ThanksPolicy,
    Turn,
    WordRule,
)
from loop.models.routing import Sharing
from tests import factories
from tests.factories import NOW, later

pytestmark = pytest.mark.django_db

ANSWERS = 300
STORED = (Response, Case, CustomerPage, Outcome, Thanks, Turn)
SAID = ["", "Thanks.", "I want to complain about the invoice.", "Anna Ek never calls back.", "Reklamation!"]


@pytest.fixture
def company():
    """Owners here and away, rules of all kinds, words that open cases, thanks, closed cases and a closed survey."""
    north, south = factories.team("North"), factories.team("South")
    factories.user("Lena Lead", role=Role.LEAD, team=north)
    anna, bo = factories.user("Anna Ek", team=north), factories.user("Bo Berg", team=south)
    away, alone, left = (factories.user(name, team=north) for name in ("Cia Away", "Dan Alone", "Eva Left"))
    Membership.objects.create(user=anna, team=south)
    day = NOW.date()
    for person, substitute in ((away, bo), (alone, None)):
        absences.plan(
            user=person, starts_on=day, ends_on=day + timedelta(days=9), substitute=substitute, actor=None, now=NOW
        )
    owners = [anna, bo, away, alone, left, None]
    accounts = [
        factories.account(owner=owner, segment=segment) for owner in owners for segment in ("", "gold", "turns", "anna")
    ]
    left.is_active = False
    left.save()
    rule = AssignmentRule.objects.create
    rule(name="Turns", position=901, segment="turns", team=south, sharing=Sharing.ROUND_ROBIN)
    rule(name="Load", position=902, segment="gold", max_score=2, team=north, sharing=Sharing.LEAST_LOADED)
    rule(name="Anna", position=903, segment="anna", user=anna)
    rule(name="Swedish", position=904, language="sv", team=south, sharing=Sharing.QUEUE)
    office = deadlines.policy()
    SlaPolicy.objects.create(name="Gold", segment="gold", calendar=office.calendar, position=1, contact_minutes=60)
    relational = factories.survey()
    WordRule.objects.create(
        survey=relational, for_passives=True, words={"en": ["complain"], "sv": ["reklam"]}, version=1
    )
    ThanksPolicy.objects.create(survey=relational, promoter_thanks="mail", promoter_ask="review", version=1)
    Survey.objects.create(key="closed", name="Closed", kind=relational.kind, closes_at=NOW - timedelta(days=1))
    contacts = [factories.contact(account=account) for account in accounts for _ in range(2)] + [factories.contact()]
    for person in contacts[::7]:  # followed up before: what they say now is an outcome
        before = factories.response(2, contact=person, now=later(days=-40)).case
        factories.resolve(factories.reach(before, now=later(days=-39)), now=later(days=-38))
    return contacts


def made_up(chance: Random, contacts: list[Contact]) -> list[Told]:
    """Answers as they come: some told twice, some refused, some of nobody."""
    surveys = [factories.survey()] * 12 + [Survey.objects.get(key="closed")]
    return [
        Told(
            survey=chance.choice(surveys),
            contact=chance.choice([*contacts, None]),
            score=chance.choice([0, 2, 4, 6, 7, 8, 9, 10, 11]),
            source="many",
            external_id=chance.choice(["", f"m{place}", f"m{place}", f"m{chance.randrange(ANSWERS)}"]),
            comment=chance.choice(SAID),
            wants_callback=chance.random() < 0.1,
            wants_someone_else=chance.random() < 0.1,
            phone=chance.choice(["", " +46 8 123 "]),
            language=chance.choice(["", "sv", "en"]),
            responded_at=chance.choice([None, NOW - timedelta(hours=3), NOW - timedelta(days=3)]),
        )
        for place in range(ANSWERS)
    ]


OF_THE_PAST = ("revised_at", "history")  # what only another Loop tells, in a file


def one_by_one(told: list[Told]) -> list[str]:
    said = []
    for one in told:
        details = {name: getattr(one, name) for name in Told._fields if name not in OF_THE_PAST}
        try:
            said.append(str(record_response(**details, now=NOW).created))
        except ResponseRefused as refusal:
            said.append(f"{refusal.field}: {refusal.message}")
    return said


def in_batches(told: list[Told], chance: Random) -> list[str]:
    said, rest = [], list(told)
    while rest:
        size = chance.choice([1, 2, 7, 40, 150])
        for one in record_many(rest[:size], now=NOW):
            refused = isinstance(one, ResponseRefused)
            said.append(f"{one.field}: {one.message}" if refused else str(one.created))
        del rest[:size]
    return said


def rows(model: Any, places: dict[int, int], cases: dict[int, int]) -> list[dict[str, Any]]:
    """All rows in the order they were stored, with answers and cases by their place: ids and secrets differ."""
    found = []
    for stored in model.objects.order_by("pk").values():
        row = {name: value for name, value in stored.items() if name not in ("id", "public_id", "token_hash")}
        row["response_id"] = places.get(row.get("response_id"))
        row["case_id"] = cases.get(row.get("case_id"))
        row["thanks_id"] = None
        if str(row.get("key", "")).startswith("opened:"):
            row["key"] = f"opened:{places[int(row['key'].removeprefix('opened:'))]}"
        found.append(row)
    return found


def outcome(write: Any) -> tuple[Any, ...]:
    """What is in the database after `write`, which is then taken back."""
    with transaction.atomic():
        said = write()
        places = {pk: place for place, pk in enumerate(Response.objects.order_by("pk").values_list("pk", flat=True))}
        cases = {pk: place for place, pk in enumerate(Case.objects.order_by("pk").values_list("pk", flat=True))}
        stored = {
            model.__name__: rows(model, places, cases)
            for model in (Response, Case, CustomerPage, Outcome, Thanks, Turn)
        }
        lines: dict[int | None, list[Any]] = {}  # the order of lines counts within a case
        for row in rows(CaseEvent, places, cases):
            lines.setdefault(row["case_id"], []).append(row)
        transaction.set_rollback(True)
    return said, stored, lines


def test_of_a_few_customers_of_one_owner_end_as_one_by_one(company):
    """Nothing is done for one alone here, so that each must be seen by the next before it is stored."""
    told = made_up(Random(9), company[1:7])

    said, stored, lines = outcome(lambda: one_by_one(told))
    assert outcome(lambda: in_batches(told, Random(9))) == (said, stored, lines)
    assert any(row["instead_of_id"] for row in stored["Case"])


@pytest.mark.parametrize("seed", range(2))
def test_ends_as_one_by_one(company, seed):
    told = made_up(Random(seed), company)

    said, stored, lines = outcome(lambda: one_by_one(told))
    said_of_many, stored_of_many, lines_of_many = outcome(lambda: in_batches(told, Random(seed)))

    assert said_of_many == said
    for name, expected in stored.items():
        assert len(stored_of_many[name]) == len(expected), name
        for place, (one, other) in enumerate(zip(stored_of_many[name], expected, strict=True)):
            assert one == other, f"{name} {place}"
    assert lines_of_many == lines
    reasons = {row["owner_reason"].partition(":")[0] for row in stored["Case"]}
    assert len(reasons) > 8, "the made-up answers must go all the ways there are"
    assert stored["Outcome"]
    assert stored["Thanks"]
    assert {row["opened_by_word"] for row in stored["Case"]} >= {"complain", ""}
    assert conflicts.policy().second_within_days


class TestManyAtOnce:
    def test_take_no_more_statements_than_a_few(self, people, django_assert_max_num_queries):
        customers = [factories.contact(account=factories.account(owner=people.agent)) for _ in range(10)]
        told = [
            Told(survey=factories.survey(), contact=customers[place % 10], score=place % 11, source="many")
            for place in range(110)
        ]
        with django_assert_max_num_queries(35):
            record_many(told, now=NOW)
        assert Case.objects.count() == 70

    def test_that_cannot_be_decided_together_are_decided_one_by_one(self, people, monkeypatch):
        def fails(*args, **kwargs):
            raise RuntimeError("a bug of ours")

        anna = factories.contact(account=factories.account(owner=people.agent))
        monkeypatch.setattr("loop.triage_many._store", fails)
        survey = factories.survey()
        record_many([Told(survey=survey, contact=anna, score=score, source="many") for score in (2, 9)], now=NOW)

        assert Case.objects.get().owner == people.agent
        assert not Response.objects.filter(triaged_at=None).exists()

    def test_of_which_one_cannot_be_decided_keep_all_answers(self, people, monkeypatch):
        def fails(*args, **kwargs):
            raise RuntimeError("a bug of ours")

        monkeypatch.setattr("loop.triage.opening_of", fails)
        survey = factories.survey()
        record_many([Told(survey=survey, contact=None, score=score, source="many") for score in (2, 9)], now=NOW)

        assert [response.score for response in Response.objects.filter(triaged_at=None)] == [2]
        assert not Case.objects.exists()

    def test_of_which_somebody_told_one_meanwhile_are_looked_at_again(self, people, monkeypatch):
        survey, looks = factories.survey(), []
        told = [
            Told(survey=survey, contact=None, score=score, source="many", external_id=str(score)) for score in (2, 9)
        ]
        record_many(told[:1], now=NOW)

        def sees_late(names):
            looks.append(1)
            return {} if len(looks) == 1 else here_already(names)

        monkeypatch.setattr("feedback.many_responses.here_already", sees_late)

        assert [one.created for one in record_many(told, now=later(minutes=1))] == [False, True]
        assert Response.objects.count() == 2
        assert Case.objects.count() == 1


class TestOneOfMany:
    """What is put together for many at once has every field that one made alone has."""

    #: Of what comes in as new nothing is said of these, or another Loop alone says it.
    NOT_TOLD = ("id", "invitation_id", "retracted_at", "revised_at")

    def test_answer_is_stored_as_one_alone(self):
        told = Told(
            survey=factories.survey(),
            contact=factories.contact(),
            score=3,
            source="many",
            external_id="one",
            comment=" Said. ",
            wants_callback=True,
            wants_someone_else=True,
            phone=" +46 8 123 ",
            language="sv",
            responded_at=NOW - timedelta(hours=3),
            respondent_name="Eva Ek",
            respondent_email="eva@customer.example",
            by_person=True,
            is_late=True,
        )

        def stored(write: Any) -> dict[str, Any]:
            with transaction.atomic():
                write()
                row = Response.objects.values().get()
                transaction.set_rollback(True)
            return {name: value for name, value in row.items() if name not in self.NOT_TOLD}

        alone = stored(lambda: one_by_one([told]))
        assert stored(lambda: record_many([told], now=NOW)) == alone
        assert [name for name, value in alone.items() if not value] == [], "every field must be told here"
        handed = set(inspect.signature(record_response).parameters)
        assert handed - {*Told._fields} == {"invitation", "may_correct", "corrects", "now"}

    def test_page_is_stored_as_one_alone(self):
        case = factories.case()
        stored = CustomerPage.objects.filter(case=case)
        secret = ("id", "public_id", "token_hash")

        def told() -> dict[str, Any]:
            page = stored.get()
            assert page.token_hash == customer_pages.hash_of(page.public_id)
            return {name: value for name, value in stored.values().get().items() if name not in secret}

        with_others = told()
        stored.delete()
        customer_pages.open_page(Case.objects.get(pk=case.pk), now=NOW)
        assert told() == with_others
