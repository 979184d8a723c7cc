"""goals/ and benchmarks/: read by all, set by those who may."""

from datetime import UTC, datetime

import pytest

from loop.models import Benchmark, Goal
from tests import factories
from tests.loop.api.conftest import signed_in

pytestmark = pytest.mark.django_db

GOAL = {"points": 5, "due_on": "2027-06-30", "baseline_first": "2026-10-01", "baseline_last": "2026-10-31"}
VALUE = {"name": "Nordic software", "value": 38.5, "source": "A report", "year": 2025}


def test_a_goal_is_set_read_and_retired(admin_key, read):
    made = admin_key.post("goals/", {**GOAL, "survey": "relational"})
    assert made.status_code == 201
    told = made.json()
    assert (told["survey"], told["points"], told["finding"]) == ("relational", 5, "too_few")
    assert [goal["id"] for goal in read.get("goals/").json()["results"]] == [told["id"]]

    changed = admin_key.put(f"goals/{told['id']}/", {**GOAL, "is_active": False})

    assert changed.status_code == 200
    assert changed.json()["survey"] == ""
    assert read.get("goals/").json()["results"] == []


def test_the_change_comes_with_its_interval(admin_key, read):
    for score, at in ((3, datetime(2026, 10, 10, tzinfo=UTC)), (9, datetime(2026, 11, 10, tzinfo=UTC))):
        for _ in range(15):
            factories.response(score, responded_at=at)
    admin_key.post("goals/", {**GOAL, "due_on": "2026-11-20"})
    told = read.get("goals/").json()["results"][0]
    assert told["change"]["points"] == 200
    assert told["change"]["interval"][0] > 5
    assert told["finding"] == "reached"


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({"points": 0}, "points"),
        ({"points": "5"}, "points"),
        ({"due_on": "soon"}, "due_on"),
        ({"due_on": "2026-10-01"}, "due_on"),
        ({"survey": "nope"}, "survey"),
        ({"segment": "nope"}, "segment"),
        ({"colour": "red"}, "colour"),
    ],
)
def test_what_cannot_be_is_named_and_nothing_is_stored(admin_key, body, field):
    said = admin_key.post("goals/", {**GOAL, **body})
    assert said.status_code == 400
    assert list(said.json()["errors"]) == [field]
    assert not Goal.objects.exists()


def test_leadership_may_set_goals_and_agents_may_not(people):
    assert signed_in(people.leader).post("goals/", GOAL).status_code == 201
    assert signed_in(people.lead).post("goals/", GOAL).status_code == 403


def test_a_value_of_others_is_added_read_and_retired(admin_key, read):
    made = admin_key.post("benchmarks/", VALUE)
    assert made.status_code == 201
    assert made.json()["value"] == 38.5
    said = admin_key.put(f"benchmarks/{made.json()['id']}/", {**VALUE, "is_active": False})
    assert said.status_code == 200
    assert read.get("benchmarks/").json()["results"][0]["is_active"] is False


def test_a_value_needs_its_source(admin_key):
    said = admin_key.post("benchmarks/", {name: value for name, value in VALUE.items() if name != "source"})
    assert list(said.json()["errors"]) == ["source"]
    assert not Benchmark.objects.exists()


@pytest.mark.parametrize("address", ["goals/99/", "benchmarks/99/"])
def test_what_there_is_not_is_not_found(admin_key, address):
    assert admin_key.put(address, GOAL if "goals" in address else VALUE).status_code == 404
