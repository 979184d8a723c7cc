"""Other systems learn what happened: once, signed, in the shapes of the API, without a customer's words."""

import pytest

from feedback import invitations, responses
from loop import data_requests, sweeping, workflow
from loop.models import Case, RootCause, Wanted
from notifications import announce
from notifications.models import WebhookDelivery
from notifications.webhooks import endpoints, event_types, outgoing
from tests import factories

pytestmark = pytest.mark.django_db


def announce_all(now=factories.NOW):
    announce.announce_missed(now=now)


class TestAnAnswer:
    def test_of_an_unhappy_customer_is_told_with_its_case(self, people, warehouse, send):
        case = factories.case(3, owner=people.agent)
        announce_all()
        send()

        assert sorted(warehouse.types) == ["case.assigned", "case.opened", "response.recorded"]
        assert warehouse.receiver.forged == 0
        opened = next(told for told in warehouse.receiver.told if told["type"] == "case.opened")
        assert opened["timestamp"] == "2026-11-19T08:12:00Z"
        assert opened["data"]["case"]["id"] == case.pk
        assert opened["data"]["case"]["owner"] == "anna@loop.example"
        assert opened["data"]["case"]["contact"] == case.contact.external_id
        recorded = next(told for told in warehouse.receiver.told if told["type"] == "response.recorded")
        assert (
            recorded["data"]["response"] | {"score": 3, "case": case.pk, "survey": "relational"}
            == (recorded["data"]["response"])
        )

    def test_holds_no_word_name_or_address_of_the_customer(self, people, warehouse, send):
        contact = factories.contact("Eva Ek", email="eva@customer.example")
        factories.response(2, contact=contact, comment="The invoice was wrong")
        announce_all()
        send()

        said = str(warehouse.receiver.told)
        for word in ("Eva", "eva@customer.example", "invoice was wrong"):
            assert word not in said

    def test_that_is_glad_is_told_by_the_sweep_alone(self, people, warehouse):
        factories.response(9)

        sweeping.run_all(now=factories.NOW)

        assert warehouse.types == ["response.recorded"]

    def test_is_told_once_however_often_we_look(self, people, warehouse, send):
        factories.response(9)
        for minute in range(5):
            send(factories.later(minutes=minute))

        assert warehouse.types == ["response.recorded"]

    def test_that_was_committed_late_is_not_missed(self, people, warehouse, send):
        """Its transaction took half an hour: at the last run nobody could see it yet."""
        send(factories.later(minutes=30))
        factories.response(9)
        send(factories.later(minutes=31))

        assert warehouse.types == ["response.recorded"]

    def test_that_is_corrected_is_told_again_as_it_stands(self, people, warehouse, send):
        asked = invitations.invite(
            survey=factories.survey(), contact=factories.contact(), due_at=factories.NOW, now=factories.NOW
        )
        for score, minute in ((3, 1), (9, 5)):
            at = factories.later(minutes=minute)
            responses.record_response(
                survey=asked.survey, contact=asked.contact, invitation=asked, score=score, source="page", now=at
            )
            send(at)
        send(factories.later(minutes=6))

        corrected = [told for told in warehouse.receiver.told if told["type"] == "response.corrected"]
        assert [told["data"]["response"]["score"] for told in corrected] == [9]

    def test_from_before_the_webhook_is_not_told(self, people, warehouse, send):
        factories.response(9, now=factories.later(hours=-2))
        send()

        assert warehouse.types == []


class TestACase:
    def test_tells_its_steps_with_facts_and_without_notes(self, people, warehouse, send):
        case = factories.case(3, owner=people.agent)
        said = {"channel": "phone", "note": "She was very angry"}
        workflow.attempt(case_id=case.pk, reached=False, actor=people.agent, now=factories.NOW, **said)
        workflow.attempt(case_id=case.pk, reached=True, actor=people.agent, now=factories.NOW, **said)
        workflow.resolve(
            case_id=case.pk, root_cause=RootCause.objects.get(key="billing"), summary="Paid back what she paid twice",
            actor=people.agent, now=factories.NOW,
        )  # fmt: skip
        announce_all()
        send()

        by_type = {told["type"]: told["data"] for told in warehouse.receiver.told}
        assert {"case.attempted", "case.contacted", "case.resolved"} <= set(by_type)
        assert by_type["case.contacted"]["event"]["actor"] == "anna@loop.example"
        assert by_type["case.contacted"]["event"]["channel"] == "phone"
        assert by_type["case.resolved"]["case"]["state"] == "resolved"
        assert "angry" not in str(warehouse.receiver.told)
        assert "Paid back" not in str(warehouse.receiver.told)

    def test_is_told_only_where_somebody_listens_to_it(self, people, warehouse, send):
        endpoints.change(warehouse.endpoint, url=warehouse.endpoint.url, name="W", types=["case.assigned"])
        factories.case(3, owner=people.agent)
        announce_all()
        send()

        assert warehouse.types == ["case.assigned"]

    def test_tells_people_although_webhooks_are_broken(self, people, warehouse, monkeypatch):
        monkeypatch.setattr(event_types, "of", lambda event: 1 / 0)
        case = factories.case(3, owner=people.agent)
        announce_all()

        assert case.messages.filter(kind="case_assigned", channel="email").count() == 1


def test_an_erased_customer_is_in_nothing_that_is_sent_again(people, warehouse, send):
    case = factories.case(3, owner=people.agent)
    announce_all()
    send()
    known_as = case.contact.external_id
    assert known_as in str(warehouse.receiver.told)
    warehouse.receiver.told.clear()

    asked = data_requests.note(case.contact, Wanted.ERASURE, actor=people.admin, now=factories.NOW)
    data_requests.erase(asked.pk, actor=people.admin, now=factories.NOW)
    outgoing.replay(WebhookDelivery.objects.all(), now=factories.NOW)
    send()

    assert len(warehouse.receiver.told) >= 3
    assert known_as not in str(warehouse.receiver.told)
    assert Case.objects.get(pk=case.pk).response.score == 3
