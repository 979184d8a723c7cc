"""Who is called first is drawn by lot, by the API."""

from datetime import timedelta

import pytest
from django.utils import timezone

from loop.models import Study
from tests.loop.api.conftest import signed_in

pytestmark = pytest.mark.django_db


def body(**fields):
    day = (timezone.now() + timedelta(days=200)).isoformat()
    return {"survey": "recovery", "decides_at": day, "expected_share": 0.45, "smallest_effect": 0.15, **fields}


def test_is_started_read_and_stopped(people, admin_key, read):
    said = admin_key.post("studies/", body(exempt_up_to=2, exempt_value="250000.00"))
    assert (said.status_code, said.json()["answers_planned"]) == (201, 173)
    listed = read.get("studies/").json()["results"]
    assert listed == [said.json()]
    assert (listed[0]["finding"], listed[0]["reason"]) == ("cannot_tell", "not_yet")
    stopped = admin_key.post(f"studies/{said.json()['id']}/stop/", {"reason": "Enough."})
    assert (stopped.status_code, stopped.json()["reason"]) == (200, "stopped")


def test_recovery_stands_beside_what_to_expect(people, admin_key):
    told = admin_key.post("studies/", body()).json()
    assert {"called_first", "called_later", "interval"} <= set(told)


def test_what_is_wrong_is_named_and_nothing_starts(people, admin_key):
    for fields, field in (
        ({"survey": "relational"}, "survey"), ({"survey": "none"}, "survey"),
        ({"smallest_effect": 0.9}, "smallest_effect"),
        ({"decides_at": "2020-01-01T00:00:00Z"}, "decides_at"), ({"expected_share": 2}, "expected_share"),
    ):  # fmt: skip
        said = admin_key.post("studies/", body(**fields))
        assert (said.status_code, set(said.json()["errors"])) == (400, {field})
    assert not Study.objects.exists()


def test_of_people_only_administrators(people):
    for person in (people.agent, people.lead, people.leader):
        assert signed_in(person).post("studies/", body()).status_code == 403
        assert signed_in(person).get("studies/").status_code == 403
    assert signed_in(people.admin).get("studies/").status_code == 200


def test_people_and_integrity_say_what_their_reader_may_know(people, read):
    for path in ("reports/people/", "reports/integrity/"):
        assert read.get(path).status_code == 200
        assert signed_in(people.agent).get(path).status_code == 200
