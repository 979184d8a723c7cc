"""GET, POST events/: other systems tell what happened, hear who is asked about it, and read it again."""

from datetime import timedelta

import pytest
from django.utils import timezone

from feedback import trigger_rules
from feedback.models import Invitation, TouchpointEvent
from tests import factories
from tests.loop.api.conftest import signed_in


@pytest.fixture
def eva(db):
    trigger_rules.create(
        touchpoint="ticket_closed",
        survey=factories.survey("transactional"),
        delay_minutes=60,
        weekday=None,
        quiet_days=90,
        is_active=True,
    )
    return factories.contact("Eva", external_id="C-1")


def body(**details):
    occurred_at = (timezone.now() - timedelta(minutes=10)).isoformat()
    told = {"touchpoint": "ticket_closed", "contact": "C-1", "occurred_at": occurred_at, "external_id": "T-1"}
    return {**told, **details}


def test_an_event_is_answered_with_the_invitation_it_causes(ingest, eva):
    answer = ingest.post("events/", body())
    asked = Invitation.objects.get()
    assert answer.status_code == 201
    told = answer.json()
    assert (told["id"], told["reason"]) == (TouchpointEvent.objects.get().pk, "")
    assert told["invitation"]["id"] == asked.pk
    assert told["invitation"]["send_after"] == asked.due_at.isoformat().replace("+00:00", "Z")


def test_the_same_event_again_is_answered_the_same_with_200(ingest, eva):
    first, again = ingest.post("events/", body()), ingest.post("events/", body())
    assert (again.status_code, again.json()) == (200, first.json())
    assert Invitation.objects.count() == 1


def test_an_event_that_asks_nobody_says_why(ingest, eva):
    ingest.post("events/", body())
    answer = ingest.post("events/", body(external_id="T-2"))
    assert (answer.status_code, answer.json()["invitation"]) == (201, None)
    assert answer.json()["reason"] == "about_to_be_mailed"


@pytest.mark.parametrize(
    ("details", "field", "said"),
    [
        ({"contact": "C-9"}, "contact", "no contact with the external id"),
        ({"touchpoint": "onboarded"}, "touchpoint", "There are: ticket_closed."),
        ({"touchpoint": "Ticket closed"}, "touchpoint", ""),
        ({"occurred_at": "2026-11-20T14:05:00"}, "occurred_at", "offset from UTC"),
        ({"occurred_at": "2199-01-01T00:00:00Z"}, "occurred_at", "lies in the future"),
        ({"external_id": ""}, "external_id", ""),
        ({"score": 3}, "score", "no such field"),
    ],
)
def test_what_is_wrong_is_named(ingest, eva, details, field, said):
    answer = ingest.post("events/", body(**details))
    assert answer.status_code == 400
    assert said in answer.json()["errors"][field][0]
    assert not TouchpointEvent.objects.exists()


def test_a_key_that_may_only_read_is_refused(read, eva):
    assert read.post("events/", body()).status_code == 403


def test_the_same_idempotency_key_is_one_request(ingest, eva):
    sent = body()
    first, again = (ingest.post("events/", sent, **{"Idempotency-Key": "k1"}) for _time in range(2))
    assert (again.status_code, again.json()) == (201, first.json())


class TestReadingThem:
    @pytest.fixture
    def told(self, ingest, eva):
        for number in (1, 2, 3):
            ingest.post("events/", body(external_id=f"T-{number}"))

    def test_newest_first_with_what_became_of_each(self, read, told):
        lines = read.get("events/").json()["results"]
        assert [line["external_id"] for line in lines] == ["T-3", "T-2", "T-1"]
        assert [line["reason"] for line in lines] == ["about_to_be_mailed", "about_to_be_mailed", ""]
        assert lines[2]["invitation"]["survey"] == "transactional"
        assert lines[2]["contact"]["name"] == "Eva"

    def test_a_page_at_a_time(self, read, told):
        first = read.get("events/", page_size=2).json()
        assert [line["external_id"] for line in first["results"]] == ["T-3", "T-2"]
        assert first["next"]

    @pytest.mark.parametrize(
        ("query", "n"),
        [
            ({"external_id": "T-2"}, 1),
            ({"contact": "C-1"}, 3),
            ({"contact": "C-9"}, 0),
            ({"touchpoint": "delivered"}, 0),
            ({"received_after": "2199-01-01T00:00:00Z"}, 0),
            ({"received_before": "2199-01-01T00:00:00Z"}, 3),
        ],
    )
    def test_narrowed(self, read, told, query, n):
        assert len(read.get("events/", **query).json()["results"]) == n

    def test_only_by_what_there_is(self, read, told):
        assert read.get("events/", score=3).status_code == 400

    def test_by_those_who_see_the_programme(self, people, told):
        sees = [person for person in people if signed_in(person).get("events/").status_code == 200]
        assert sees == [people.leader, people.admin]
