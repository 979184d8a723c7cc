"""GET favours/: to what customers agreed, as far as the caller may know of it."""

import pytest

from loop import favours
from loop.models import Ask, Favour, ThanksPolicy, WordRule
from tests import factories
from tests.factories import later
from tests.loop.api.conftest import signed_in

pytestmark = pytest.mark.django_db


@pytest.fixture
def yes(people) -> Favour:
    """Tove at Anna's customer may be named."""
    ThanksPolicy.objects.create(survey=factories.survey(), promoter_ask=Ask.REFERENCE)
    tove = factories.contact("Tove", account=factories.account("Fjord AS", owner=people.agent))
    given = factories.response(9, contact=tove).thanks
    return favours.say_yes(given, may_name=True, may_call=False, text="In spring.", now=later(minutes=1))


def listed(caller, **query):
    said = caller.get("favours/", **query)
    assert said.status_code == 200, said.content
    return said.json()["results"]


def test_a_key_reads_what_was_agreed_to(read, yes):
    (line,) = listed(read)
    assert (line["kind"], line["may_name"], line["may_call"], line["text"]) == ("reference", True, False, "In spring.")
    assert (line["survey"], line["score"], line["revoked_at"]) == ("relational", 9, None)
    assert (line["contact"]["name"], line["account"]["name"]) == ("Tove", "Fjord AS")


def test_people_read_those_of_customers_they_may_see(people, yes):
    sees = [person for person in people if listed(signed_in(person))]
    assert sees == [people.agent, people.lead, people.leader, people.admin]


def test_it_is_narrowed_to_an_account_a_kind_and_what_stands(read, yes):
    assert listed(read, account=yes.contact.account.external_id)
    assert not listed(read, account="A-unknown")
    assert listed(read, kind="reference")
    assert not listed(read, kind="referral")
    assert read.get("favours/", kind="money").status_code == 400
    assert listed(read, stands="true")
    favours.take_back(yes.thanks, now=later(minutes=2))
    assert not listed(read, stands="true")
    (line,) = listed(read, stands="false")
    assert line["revoked_at"] is not None


def test_a_key_that_only_brings_answers_reads_nothing(ingest, yes):
    assert ingest.get("favours/").status_code == 403


def test_a_promoters_answer_that_opens_a_case_is_answered_with_it(ingest, people):
    WordRule.objects.create(survey=factories.survey(), for_promoters=True, words={"en": ["broken"]})
    body = {"contact": {"email": "bo@customer.example"}, "score": 9, "comment": "It is broken.", "source": "tool"}
    said = ingest.post("responses/", body)
    assert said.status_code == 201
    assert said.json()["category"] == "promoter"
    assert said.json()["case"]["state"] == "new"


def test_a_case_says_which_word_opened_it(read, people):
    WordRule.objects.create(survey=factories.survey(), for_promoters=True, words={"en": ["broken"]})
    case = factories.response(9, contact=factories.contact("Bo"), comment="It is broken.").case
    assert read.get(f"cases/{case.pk}/").json()["opened_by_word"] == "broken"
    assert read.get(f"cases/{factories.case().pk}/").json()["opened_by_word"] == ""
