"""me/report-subscriptions/: everybody orders, changes and stops their own mails by call, as on the page."""

from datetime import timedelta

import pytest
import time_machine
from django.urls import reverse

from loop.models import Membership
from notifications import subscriptions
from notifications.models import Message, ReportSubscription
from tests import factories
from tests.loop.api.conftest import make_key, signed_in, with_key
from tests.notifications.test_report_subscriptions import MONDAY, THURSDAY
from tests.people import browser

PATH = "me/report-subscriptions/"
WEEKLY = {"report": "nps", "every": "week"}

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _thursday():
    with time_machine.travel(THURSDAY, tick=False):
        yield


@pytest.fixture
def customer(people):
    return factories.account("Nordvik", owner=people.agent, segment="retail")


def wanted(person, **more):
    said = signed_in(person).post(PATH, {**WEEKLY, **more})
    assert said.status_code == 201, said.content
    return said.json()


def refused(person, **body):
    said = signed_in(person).post(PATH, {**WEEKLY, **body})
    assert said.status_code == 400
    assert said["Content-Type"] == "application/problem+json"
    assert not ReportSubscription.objects.exists()
    return said.json()["errors"]


class TestOrdering:
    def test_what_was_ordered_by_call_stands_on_the_page_and_comes_by_mail(self, people, customer):
        made = wanted(people.lead, days=28, filters={"segment": "retail", "team": "North", "by": "week"})

        assert (made["report"], made["every"], made["days"], made["stopped_at"]) == ("nps", "week", 28, None)
        assert made["filters"]["segment"] == "retail"
        assert made["filters"]["team"] == "North"
        assert made["filters"]["country"] == ""
        assert "retail" in browser(people.lead).get(reverse("my-reports")).text
        subscriptions.enqueue(now=MONDAY)
        assert Message.objects.get(kind="report").user == people.lead
        filters = subscriptions.filters_of(ReportSubscription.objects.get(), MONDAY)
        assert (filters.last - filters.first).days + 1 == 28

    def test_what_was_ordered_on_the_page_is_listed(self, people):
        address = reverse("report-subscribe", args=["loop"])
        browser(people.agent).post(address, {"every": "month"})
        (line,) = signed_in(people.agent).get(PATH).json()["results"]

        assert (line["report"], line["every"], line["days"]) == ("loop", "month", 0)

    def test_everybody_from_agent_to_administrator_orders_their_own(self, people):
        for person in people:
            made = wanted(person)
            assert [line["id"] for line in signed_in(person).get(PATH).json()["results"]] == [made["id"]]

    def test_wanted_twice_it_is_one(self, people):
        assert wanted(people.agent)["id"] == wanted(people.agent)["id"]

    def test_the_same_key_of_a_request_gets_the_first_answer(self, people):
        header = {"Idempotency-Key": "monday"}
        first, again = (signed_in(people.agent).post(PATH, WEEKLY, **header) for _ in range(2))

        assert again.json() == first.json()
        assert again["Idempotent-Replayed"] == "true"

    def test_days_may_be_the_usual_ones(self, people):
        assert wanted(people.agent, days=0)["days"] == 0


class TestRefusals:
    def test_name_what_is_wrong(self, people, customer):
        errors = refused(people.agent, report="planner", every="hour", days=-1, filters={"colour": "red"})

        assert set(errors) == {"report", "every", "days", "filters.colour"}

    @pytest.mark.parametrize(
        ("filters", "named"),
        [
            ({"segment": "nobody"}, "filters.segment"),
            ({"survey": "none"}, "filters.survey"),
            ({"by": "hour"}, "filters.by"),
            ({"team": "Nowhere"}, "filters.team"),
        ],
    )
    def test_of_a_filter_say_which(self, people, filters, named):
        assert set(refused(people.agent, filters=filters)) == {named}

    def test_of_too_many_rows_name_the_days(self, people):
        assert set(refused(people.agent, days=3660, filters={"by": "week"})) == {"days"}

    def test_a_report_without_filters_takes_none(self, people, customer):
        errors = refused(people.agent, report="goals", days=7, filters={"segment": "retail"})

        assert set(errors) == {"filters.segment", "days"}

    def test_a_team_one_is_not_in(self, people):
        assert set(refused(people.agent, filters={"team": "South"})) == {"filters.team"}
        assert wanted(people.leader, filters={"team": "South"})["filters"]["team"] == "South"

    def test_a_customer_of_another_team_does_not_exist(self, people, customer):
        assert set(refused(people.other_agent, filters={"account": customer.external_id})) == {"filters.account"}
        assert wanted(people.agent, filters={"account": customer.external_id})["filters"]["account"]


class TestChanging:
    def test_the_same_one_brings_something_else(self, people, customer):
        made = wanted(people.agent, days=28)
        body = {"report": "loop", "every": "month", "filters": {"segment": "retail"}}
        said = signed_in(people.agent).put(f"{PATH}{made['id']}/", body).json()

        assert (said["id"], said["report"], said["every"], said["days"]) == (made["id"], "loop", "month", 0)
        assert said["filters"]["segment"] == "retail"
        assert signed_in(people.agent).get(f"{PATH}{made['id']}/").json() == said

    def test_does_not_bring_a_second_mail_in_the_same_week(self, people):
        made = wanted(people.agent)
        subscriptions.enqueue(now=MONDAY)
        signed_in(people.agent).put(f"{PATH}{made['id']}/", {**WEEKLY, "report": "loop"})
        subscriptions.enqueue(now=MONDAY + timedelta(minutes=15))

        assert Message.objects.filter(kind="report").count() == 1

    def test_into_what_another_brings_is_a_conflict(self, people):
        wanted(people.agent)
        other = wanted(people.agent, report="loop")
        said = signed_in(people.agent).put(f"{PATH}{other['id']}/", WEEKLY)

        assert said.status_code == 409
        assert "brings just that" in said.json()["detail"]
        assert signed_in(people.agent).get(f"{PATH}{other['id']}/").json()["report"] == "loop"

    def test_of_one_that_has_stopped_is_a_conflict(self, people):
        made = wanted(people.agent)
        anna = signed_in(people.agent)
        anna.client.delete(f"/api/v1/{PATH}{made['id']}/")

        assert anna.put(f"{PATH}{made['id']}/", WEEKLY).status_code == 409

    def test_what_is_wrong_is_named(self, people):
        made = wanted(people.agent)
        said = signed_in(people.agent).put(f"{PATH}{made['id']}/", {**WEEKLY, "filters": {"team": "South"}})

        assert set(said.json()["errors"]) == {"filters.team"}


class TestStopping:
    def test_it_comes_no_more_and_stays_in_the_list(self, people):
        made = wanted(people.agent)
        anna = signed_in(people.agent)
        first, again = (anna.client.delete(f"/api/v1/{PATH}{made['id']}/") for _ in range(2))
        subscriptions.enqueue(now=MONDAY)

        assert (first.status_code, again.status_code) == (204, 204)
        assert anna.get(PATH, is_running="true").json()["results"] == []
        (line,) = anna.get(PATH, is_running="false").json()["results"]
        assert line["stopped_at"] == "2026-11-19T08:00:00Z"
        assert not Message.objects.filter(kind="report")

    def test_what_stopped_by_itself_says_why(self, people):
        wanted(people.lead, filters={"team": "North"})
        Membership.objects.filter(user=people.lead).delete()
        subscriptions.enqueue(now=MONDAY)
        (line,) = signed_in(people.lead).get(PATH).json()["results"]

        assert line["stop_reason"] == subscriptions.OUT_OF_TEAM


class TestOfOthers:
    def test_nobody_sees_changes_or_stops_what_is_anothers(self, people):
        made = wanted(people.agent)
        for person in people:
            if person != people.agent:
                caller, path = signed_in(person), f"{PATH}{made['id']}/"
                assert caller.get(PATH).json()["results"] == []
                assert caller.get(path).status_code == 404
                assert caller.put(path, WEEKLY).status_code == 404
                assert caller.client.delete(f"/api/v1/{path}").status_code == 404
        assert ReportSubscription.objects.get().stopped_at is None

    @pytest.mark.parametrize("scope", ["read", "write", "ingest", "admin"])
    def test_a_key_has_none_and_gets_none(self, people, scope):
        made = wanted(people.admin)
        caller, path = with_key(make_key(scope)[1]), f"{PATH}{made['id']}/"
        reads, writes = scope in ("read", "admin"), scope in ("write", "admin")

        assert caller.get(PATH).status_code == (200 if reads else 403)
        assert caller.post(PATH, WEEKLY).status_code == (400 if writes else 403)
        assert caller.put(path, WEEKLY).status_code == (404 if writes else 403)
        assert caller.client.delete(f"/api/v1/{path}").status_code == (404 if writes else 403)
        if reads:
            assert caller.get(PATH).json()["results"] == []
        assert ReportSubscription.objects.count() == 1
