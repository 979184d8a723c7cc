"""POST cases/{id}/mail/: another system writes to the customer, and reads what they answered."""

import json
from functools import partial

import pytest

from loop import api_keys, correspondence
from loop.correspondence import Letter
from loop.models import CaseMail
from tests import factories
from tests.factories import later

pytestmark = pytest.mark.django_db


@pytest.fixture
def case(people):
    return factories.case(3, owner=people.agent, contact_name="Eva Lind")


@pytest.fixture(autouse=True)
def key(db):
    """The CRM's key."""
    return api_keys.create(name="CRM", scopes=["read", "write"], now=factories.NOW)[1]


@pytest.fixture
def call(client, key):
    return partial(ask, client, key)


def ask(client, secret, method, path, body=None, **headers):
    extra = {"data": json.dumps(body), "content_type": "application/json"} if body is not None else {}
    return getattr(client, method)(path, headers={"Authorization": f"Api-Key {secret}", **headers}, **extra)


def test_a_template_is_filled_in_and_sent_once_for_one_key(call, case):
    for _time in range(2):
        answer = call("post", f"/api/v1/cases/{case.pk}/mail/", {"template": "no_answer"}, **{"Idempotency-Key": "a"})
        assert answer.status_code == 201
    said = answer.json()
    assert (said["state"], said["version"], said["mail"]["state"]) == ("new", case.version + 1, "waiting")
    assert said["mail"]["body"].startswith("Hello Eva,")
    assert CaseMail.objects.count() == 1


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({}, "subject"),
        ({"subject": "x"}, "body"),
        ({"subject": "x", "body": "Hi {fornamn}"}, "body"),
        ({"template": "nope"}, "template"),
        ({"template": "what_we_agreed"}, "body"),
        ({"subject": "x", "body": "y", "text": "z"}, "text"),
    ],
)
def test_what_is_wrong_is_named(call, case, body, field):
    answer = call("post", f"/api/v1/cases/{case.pk}/mail/", body)
    assert answer.status_code == 400
    assert field in str(answer.json()["errors"])
    assert not CaseMail.objects.exists()


def test_a_stale_version_is_refused_with_the_present_one(call, case):
    factories.reach(case, now=later(minutes=5))
    answer = call("post", f"/api/v1/cases/{case.pk}/mail/", {"subject": "x", "body": "y", "version": 1})
    assert (answer.status_code, answer.json()["state"]) == (409, "contacted")


def test_what_the_customer_answered_stands_on_the_timeline(call, case):
    letter = Letter(key="<1@x>", address="eva@home.example", name="Eva", subject="Re: x", text="Call me.")
    correspondence.receive(letter, case_id=case.pk, now=later(minutes=1))
    line = call("get", f"/api/v1/cases/{case.pk}/").json()["timeline"][0]
    assert (line["kind"], line["mail"]["body"]) == ("mail_received", "Call me.")
    assert (line["mail"]["direction"], line["mail"]["from_known_address"]) == ("in", False)


def test_it_is_described(client):
    schema = client.get("/api/schema/", headers={"Accept": "application/json"}).content.decode()
    assert "/api/v1/cases/{case_id}/mail/" in schema
