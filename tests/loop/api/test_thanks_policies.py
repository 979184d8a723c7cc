"""Whom a survey thanks, by the API."""

import pytest

from loop.models import ThanksPolicy
from tests import factories
from tests.loop.api.conftest import signed_in

pytestmark = pytest.mark.django_db

PATH = "surveys/relational/thanks/"


def body(**fields):
    return {
        "promoter_thanks": "mail",
        "promoter_ask": "review",
        "passive_thanks": "page",
        "passive_ask": "",
        "review_url": "https://reviews.example.com/us",
        "quiet_days": 90,
        **fields,
    }


@pytest.fixture(autouse=True)
def survey(people):
    return factories.survey()


def test_is_read_set_and_read_again_by_a_key(admin_key):
    before = admin_key.get(PATH).json()
    said = admin_key.put(PATH, body(own_words={"review": {"en": "A few lines about us?"}}, version=before["version"]))
    assert said.status_code == 200
    assert (said.json()["promoter_ask"], said.json()["quiet_days"]) == ("review", 90)
    assert said.json()["own_words"] == {"review": {"en": "A few lines about us?"}}
    assert admin_key.get(PATH).json() == said.json()
    assert said.json()["version"] > before["version"]


def test_who_was_slower_is_told_and_changes_nothing(people, admin_key):
    seen = admin_key.get(PATH).json()["version"]
    assert signed_in(people.admin).put(PATH, body(version=seen)).status_code == 200
    said = admin_key.put(PATH, body(quiet_days=400, version=seen))
    assert (said.status_code, said.json()["type"]) == (409, "urn:loop:problem:stale-version")
    assert ThanksPolicy.objects.get().quiet_days == 90


@pytest.mark.parametrize(
    ("fields", "field"),
    [
        ({"promoter_thanks": "cake"}, "promoter_thanks"),
        ({"promoter_thanks": "none"}, "promoter_ask"),
        ({"review_url": ""}, "review_url"),
        ({"review_url": "http://reviews.example.com"}, "review_url"),
        ({"quiet_days": 1}, "quiet_days"),
        ({"own_words": {"money": {"en": "Pay us."}}}, "own_words"),
        ({"own_words": {"review": {"en": 7}}}, "own_words"),
        ({"own_words": {"review": {"en": "Dear {name}"}}}, "own_words"),
        ({"passive": "page"}, "passive"),
    ],
)
def test_that_will_not_do_is_refused_by_name(admin_key, fields, field):
    said = admin_key.put(PATH, body(**fields))
    assert (said.status_code, list(said.json()["errors"])) == (400, [field])
    assert not ThanksPolicy.objects.filter(quiet_days=90).exists()


def test_is_not_set_by_keys_that_only_report_steps(write, people):
    assert write.put(PATH, body()).status_code == 403
    assert signed_in(people.agent).get(PATH).status_code == 403


def test_of_no_survey_or_of_a_recovery_survey_there_is_none(admin_key):
    factories.survey("recovery")
    assert admin_key.get("surveys/none/thanks/").status_code == 404
    assert list(admin_key.put("surveys/recovery/thanks/", body()).json()["errors"]) == ["body"]
