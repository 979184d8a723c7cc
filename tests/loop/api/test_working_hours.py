"""When somebody works, by the API."""

import pytest

from loop import access
from loop.models import User
from tests.loop.api.conftest import signed_in

pytestmark = pytest.mark.django_db

ANNA = "people/anna@loop.example/working-hours/"
MORNINGS = {"0": ["08:00-12:00"], "3": ["08:00-11:00", "12:00-13:30"]}


def test_are_set_read_and_given_back_to_the_office_by_a_key(people, admin_key):
    office = admin_key.get(ANNA).json()
    assert not office["is_own"]
    made = admin_key.put(ANNA, {"week": MORNINGS})
    assert (made.status_code, made.json()["week"], made.json()["is_own"]) == (200, MORNINGS, True)
    assert admin_key.get(ANNA).json() == made.json()
    assert User.objects.get(pk=people.agent.pk).working_week == {"0": [[480, 720]], "3": [[480, 660], [720, 810]]}
    assert admin_key.put(ANNA, {"week": None}).json() == office


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({}, "week"),
        ({"week": {}}, "week"),
        ({"week": {"7": ["08:00-12:00"]}}, "week"),
        ({"week": {"0": "08:00-12:00"}}, "week"),
        ({"week": {"0": [8]}}, "week"),
        ({"week": {"0": ["12:00-08:00"]}}, "week.0"),
        ({"week": {"0": ["08:00-12:00", "11:00-13:00"]}}, "week.0"),
        ({"week": {"0": ["08:00-08:10"]}}, "week"),
        ({"week": MORNINGS, "zone": "UTC"}, "zone"),
    ],
)
def test_that_will_not_do_are_refused_by_name(people, admin_key, body, field):
    said = admin_key.put(ANNA, body)
    assert (said.status_code, list(said.json()["errors"])) == (400, [field])
    assert User.objects.get(pk=people.agent.pk).working_week is None


def test_are_one_s_own_and_one_s_lead_s_business(people):
    assert signed_in(people.agent).put(ANNA, {"week": MORNINGS}).status_code == 200
    assert signed_in(people.lead).put(ANNA, {"week": None}).status_code == 200
    for other in (people.other_agent, people.other_lead, people.leader):
        assert not access.may_plan_absence(other, people.agent)
        assert signed_in(other).put(ANNA, {"week": MORNINGS}).status_code == 404
    assert User.objects.get(pk=people.agent.pk).working_week is None


def test_of_nobody_are_not_found(admin_key):
    for name in ("nobody@loop.example", "%00", "a%0Ab"):
        assert admin_key.get(f"people/{name}/working-hours/").status_code == 404
