"""Who changed the setup, and how was it before?"""

from io import StringIO

import pytest
from django.apps import apps
from django.core.management import call_command

from loop import absences, changes, setup_history, teams
from loop import people as doors
from loop.changes import Difference
from loop.models import Absence, Membership, RootCause, Team, User
from tests import factories
from tests.factories import later

pytestmark = pytest.mark.django_db

THEN = later(days=300)  # after the people of the test were made, by whatever clock


def test_a_team_remembers_its_names(people):
    teams.save(people.north, name="Nord", is_fallback=False, members=None, actor=people.admin, now=THEN)
    entry = changes.of(Team, only=[people.north.pk])[0]
    assert (entry.by, entry.at, entry.differences) == ("Ada", THEN, [Difference("Name", "North", "Nord")])


def test_who_joined_and_left_is_remembered(people):
    doors.set_teams(people.agent, [people.south], actor=people.admin, now=THEN)
    assert [(entry.by, entry.what) for entry in changes.of(Membership)][:2] == [
        ("Ada", "removed"),
        ("Ada", "added"),
    ]


def test_an_absence_remembers_who_planned_and_who_ended_it(people):
    absence = absences.plan(
        user=people.agent, starts_on=later(days=301).date(), ends_on=later(days=302).date(), substitute=None,
        actor=people.lead, now=THEN,
    )  # fmt: skip
    absences.end(absence, actor=people.agent, now=later(days=300, hours=1))
    assert [(entry.by, entry.what) for entry in changes.of(Absence)] == [
        ("Anna", "removed"),
        ("Lars", "added"),
    ]


def test_no_password_and_nothing_that_only_mirrors_the_plan_is_kept(people):
    factories.away(people.agent, substitute=people.colleague)
    fields = {field.name for field in User.history.model._meta.get_fields()}
    assert not fields & {"password", "last_login", "stand_in", "away_until", "covering_people", "covering_teams"}


def test_people_and_teams_are_told_by_name(people):
    doors.set_teams(people.agent, [people.south], actor=people.admin, now=THEN)
    assert [entry.name for entry in changes.of(Membership)][:2] == ["Anna, North", "Anna, South"]


def test_what_nobody_did_says_what_did_it(people):
    call_command("create_user", "new@loop.example", role="agent", team=["East"], stdout=StringIO(), stderr=StringIO())
    Team.objects.create(name="By itself")
    assert [(entry.name, entry.by) for entry in changes.of(Team)][:2] == [
        ("By itself", "Loop"),
        ("East", "the command create_user"),
    ]
    assert {entry.by for entry in changes.of(RootCause)} == {"Loop at set-up"}


def test_takes_as_many_queries_however_much_has_changed(people, django_assert_num_queries):
    for number in range(8):
        teams.save(people.north, name=f"North {number}", is_fallback=False, members=None, actor=people.admin, now=THEN)
    with django_assert_num_queries(1):
        assert len(changes.of(Team, only=[people.north.pk])) == 9


def test_each_tracked_field_has_a_name_on_the_page():
    hidden = {"id", "key", "is_active", "is_default"} - set(changes.LABELS)
    for name in setup_history.TRACKED:
        tracked = apps.get_model("loop", f"Historical{name}").tracked_fields
        assert {field.name for field in tracked} <= set(changes.LABELS) | hidden, name
