"""board/ and huddle/: does a lead get by call what their board and their huddle show?"""

import pytest
import time_machine
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from loop import promises
from loop.models import Case, RootCause
from tests import factories
from tests.loop.api.conftest import make_key, signed_in, with_key
from tests.people import browser

pytestmark = pytest.mark.django_db

LATE = factories.later(days=14)


@pytest.fixture(autouse=True)
def _two_weeks_later():
    with time_machine.travel(LATE, tick=False):
        yield


@pytest.fixture
def annas(people):
    return factories.case(2, owner=people.agent, comment="Never again.")


@pytest.fixture
def ottos(people):
    return factories.case(3, owner=people.other_agent)


def ids(items):
    return {item["case"]["id"] for item in items}


class TestTheBoard:
    def test_says_what_is_late_and_why_as_the_page_does(self, people, annas, ottos):
        said = signed_in(people.lead).get("board/").json()
        (item,) = said["overdue"]

        assert said["teams"] == ["North"]
        assert item["case"]["id"] == annas.pk
        assert item["case"]["owner"] == "anna@loop.example"
        assert item["why"] == "nobody has tried to reach the customer"
        assert item["why"] in browser(people.lead).get(reverse("team")).text

    def test_says_who_has_how_much(self, people, annas):
        rows = {row["person"]: row for row in signed_in(people.lead).get("board/").json()["people"]}

        assert set(rows) == {"anna@loop.example", "kim@loop.example", "lars@loop.example"}
        assert (rows["anna@loop.example"]["open"], rows["anna@loop.example"]["overdue"]) == (1, 1)

    def test_says_who_is_away_once_and_to_whom_a_case_can_be_given(self, people, annas):
        absence = factories.away(people.agent, starts_on=LATE.date(), ends_on=factories.later(days=34).date(), now=LATE)
        said = signed_in(people.lead).get("board/").json()

        assert [row["id"] for row in said["absences"]] == [absence.pk]
        assert "kim@loop.example" in said["receivers"]

    def test_says_what_was_promised(self, people, annas):
        promises.promise(case_id=annas.pk, what="A new invoice", due_at=LATE, actor=None, now=factories.NOW)
        (agreed,) = signed_in(people.lead).get("board/").json()["promises"]

        assert (agreed["case"], agreed["what"]) == (annas.pk, "A new invoice")

    def test_of_one_of_several_teams(self, people, annas, ottos):
        caller = signed_in(people.leader)

        assert ids(caller.get("board/").json()["overdue"]) == {annas.pk, ottos.pk}
        assert ids(caller.get("board/", team="South").json()["overdue"]) == {ottos.pk}
        assert caller.get("board/", colour="red").status_code == 400

    def test_costs_the_same_however_much_is_late(self, people, annas):
        def asked():
            with CaptureQueriesContext(connection) as statements:
                assert signed_in(people.lead).get("board/").status_code == 200
            return len(statements)

        few = asked()
        for _nth in range(4):
            factories.case(2, owner=people.agent)
        assert asked() <= few


class TestTheHuddle:
    def test_goes_through_what_is_new_late_promised_and_learned(self, people, annas, ottos):
        factories.case(1, owner=people.agent, comment="Where is my van?", now=LATE)
        done = factories.resolved_case(owner=people.agent, now=factories.later(days=13))
        said = signed_in(people.lead).get("huddle/").json()

        assert "Where is my van?" in [case["comment"] for case in said["voices"]]
        assert ids(said["overdue"]) == {annas.pk}
        (lesson,) = said["learned"]
        assert lesson["cause"] == RootCause.objects.get(pk=done.root_cause_id).name
        assert [case["id"] for case in lesson["cases"]] == [done.pk]


class TestWhoMay:
    @pytest.mark.parametrize("what", ["board/", "huddle/"])
    def test_leads_of_their_teams_the_top_of_all_and_agents_of_none(self, people, annas, ottos, what):
        assert signed_in(people.agent).get(what).status_code == 403
        assert signed_in(people.other_agent).get(what).status_code == 403
        assert signed_in(people.lead).get(what, team="South").status_code == 404
        assert ids(signed_in(people.lead).get(what).json()["overdue"]) == {annas.pk}
        assert ids(signed_in(people.other_lead).get(what).json()["overdue"]) == {ottos.pk}
        for top in (people.leader, people.admin):
            assert ids(signed_in(top).get(what).json()["overdue"]) == {annas.pk, ottos.pk}

    @pytest.mark.parametrize("what", ["board/", "huddle/"])
    def test_a_case_that_was_taken_past_its_lead_is_not_on_their_board(self, people, annas, what):
        Case.objects.filter(pk=annas.pk).update(instead_of=people.lead)

        assert ids(signed_in(people.lead).get(what).json()["overdue"]) == set()
        assert ids(signed_in(people.leader).get(what).json()["overdue"]) == {annas.pk}

    @pytest.mark.parametrize("what", ["board/", "huddle/"])
    def test_a_key_that_reads_sees_all(self, annas, ottos, what):
        for scope in ("read", "admin"):
            assert ids(with_key(make_key(scope)[1]).get(what).json()["overdue"]) == {annas.pk, ottos.pk}
        for scope in ("ingest", "write"):
            assert with_key(make_key(scope)[1]).get(what).status_code == 403
