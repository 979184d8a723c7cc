"""Absences by the API, and asking who would get an answer."""

import pytest
from django.utils import timezone

from loop.models import Absence
from tests import factories
from tests.loop.api.conftest import signed_in

pytestmark = pytest.mark.django_db


def body(**fields):
    today = timezone.localdate().isoformat()
    return {"person": "anna@loop.example", "starts_on": today, "ends_on": today, **fields}


def test_are_created_listed_and_ended_by_a_key(people, admin_key):
    made = admin_key.post("absences/", body(substitute="kim@loop.example"))
    assert made.status_code == 201
    assert (made.json()["person"], made.json()["substitute"]) == ("anna@loop.example", "kim@loop.example")
    assert [one["id"] for one in admin_key.get("absences/").json()["results"]] == [made.json()["id"]]
    assert admin_key.post(f"absences/{made.json()['id']}/end/").status_code == 204
    assert not Absence.objects.exists()


@pytest.mark.parametrize(
    ("fields", "field"),
    [
        ({"person": "nobody@loop.example"}, "person"),
        ({"substitute": "anna@loop.example"}, "substitute"),
        ({"substitute": "lena@loop.example"}, "substitute"),
        ({"ends_on": "2020-01-01"}, "ends_on"),
        ({"starts_on": "soon"}, "starts_on"),
        ({"reason": "holiday"}, "reason"),
    ],
)
def test_that_will_not_do_are_refused_by_name(people, admin_key, fields, field):
    said = admin_key.post("absences/", body(**fields))
    assert (said.status_code, list(said.json()["errors"])) == (400, [field])
    assert not Absence.objects.exists()


def test_one_s_own_need_no_name_and_others_are_not_one_s_business(people):
    anna = signed_in(people.agent)
    own = body()
    del own["person"]
    assert anna.post("absences/", own).status_code == 201
    assert anna.post("absences/", body(person="kim@loop.example")).status_code == 403
    assert signed_in(people.other_lead).get("absences/").json()["results"] == []
    assert len(signed_in(people.lead).get("absences/").json()["results"]) == 1


def test_trying_says_who_and_why_and_changes_nothing(people, read):
    account = factories.account("Nordlund AB", owner=people.agent)
    contact = factories.contact(account=account)
    said = read.post("assignment/try/", {"contact": contact.external_id, "score": 3}).json()
    assert (said["owner"], said["team"], said["reason"]) == (
        "anna@loop.example", "North", "Anna looks after Nordlund AB"
    )  # fmt: skip
    assert said["looked_at"] == [{"name": "Account owner", "decided": True, "why": "Anna looks after Nordlund AB"}]
    assert not account.cases.exists()


@pytest.mark.parametrize(
    ("fields", "field"), [({"contact": "none"}, "contact"), ({"survey": "none"}, "survey"), ({"score": 11}, "score")]
)
def test_trying_nonsense_is_refused_by_name(people, read, fields, field):
    contact = factories.contact(account=factories.account())
    said = read.post("assignment/try/", {"contact": contact.external_id, "score": 3, **fields})
    assert (said.status_code, list(said.json()["errors"])) == (400, [field])


def test_an_answer_may_say_that_somebody_else_is_wanted(people, ingest, ingrid):
    said = ingest.post("responses/", {"contact": ingrid.external_id, "score": 2, "wants_someone_else": True})
    assert said.json()["case"]["owner"] == "lars@loop.example"


def test_a_word_goes_along_when_a_case_is_handed_over(people, write):
    case = factories.case(owner=people.agent)
    write.post(f"cases/{case.pk}/assign/", {"owner": "kim@loop.example", "note": "Speaks Finnish."})
    assert case.events.filter(kind="assigned").latest("pk").data["note"] == "Speaks Finnish."
