"""POST events/: other systems tell what happened, and hear who is asked about it."""

from datetime import timedelta

import pytest
from django.utils import timezone

from feedback import trigger_rules
from feedback.models import Invitation, TouchpointEvent
from tests import factories


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
