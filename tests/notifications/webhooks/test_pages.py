"""An administrator adds a webhook, sees its secret once, reads its log and sends again; the API does the same."""

import json
import re

import pytest
from django.urls import reverse

from loop import api_keys
from notifications.models import WebhookDelivery, WebhookEndpoint
from notifications.webhooks import outgoing
from tests import factories

pytestmark = pytest.mark.django_db

GIVEN = {"name": "Warehouse", "url": "https://hooks.example.com/loop", "event_types": ["case.opened", "case.resolved"]}


@pytest.fixture
def ada(client, people):
    client.force_login(people.admin)
    return client


class TestThePage:
    def test_shows_the_secret_once(self, ada):
        made = ada.post(reverse("webhooks"), GIVEN, follow=True)
        secret = re.search(r"whsec_[\w+/=]+", made.content.decode())

        assert secret is not None
        assert "no-store" in made["Cache-Control"]
        again = ada.get(reverse("webhook", args=[WebhookEndpoint.objects.get().pk]))
        assert "whsec_" not in again.content.decode()

    @pytest.mark.parametrize(
        ("wrong", "told"),
        [
            ({"url": "http://hooks.example.com/"}, "https://"),
            ({"url": "https://user:pw@hooks.example.com/"}, "signature"),
            ({"url": "https://hooks.example.com:22/"}, "8443"),
            ({"event_types": []}, "required"),
            ({"name": ""}, "required"),
        ],
    )
    def test_says_what_is_wrong_and_keeps_what_was_typed(self, ada, wrong, told):
        page = ada.post(reverse("webhooks"), {**GIVEN, **wrong})

        assert page.status_code == 400
        assert told in page.content.decode()
        assert (wrong.get("url") or GIVEN["url"]) in page.content.decode()
        assert not WebhookEndpoint.objects.exists()

    def test_has_a_log_with_what_became_of_each(self, ada, warehouse, send):
        warehouse.receiver.status, warehouse.receiver.body = 500, b"their secret words"
        warehouse.test()
        send()
        page = ada.get(reverse("webhook", args=[warehouse.endpoint_id])).content.decode()

        assert "HTTP 500" in page
        assert warehouse.delivery().webhook_id in page
        assert "their secret words" not in page
        assert (
            "webhook.test"
            not in ada.get(f"{reverse('webhook', args=[warehouse.endpoint_id])}?state=sent").content.decode()
        )

    def test_sends_a_test(self, ada, warehouse, send):
        ada.post(reverse("webhook-test", args=[warehouse.endpoint_id]))
        send(WebhookDelivery.objects.get().send_after)

        assert warehouse.types == ["webhook.test"]

    def test_sends_one_again_or_all_since_a_time(self, ada, warehouse, send):
        for hour in range(3):
            warehouse.test(factories.later(hours=hour))
        send(factories.later(hours=3))
        again = reverse("webhook-replay", args=[warehouse.endpoint_id])
        first = WebhookDelivery.objects.order_by("pk").first()

        ada.post(again, {"delivery": first.pk})
        assert WebhookDelivery.objects.filter(state="pending").get() == first
        ada.post(again, {"since": "2026-11-19T10:00"})  # ten in Stockholm, nine in UTC
        assert WebhookDelivery.objects.filter(state="pending").count() == 3
        assert "since when" in ada.post(again, {"since": "some day"}, follow=True).content.decode()

    def test_changes_switches_and_takes_away(self, ada, warehouse):
        one = [warehouse.endpoint_id]
        ada.post(reverse("webhook-change", args=one), {**GIVEN, "name": "Lake"})
        assert (warehouse.endpoint.name, warehouse.endpoint.event_types) == ("Lake", ["case.opened", "case.resolved"])
        ada.post(reverse("webhook-switch", args=one), {"to": "off"})
        assert warehouse.endpoint.why_off == "by_hand"
        ada.post(reverse("webhook-switch", args=one), {"to": "on"})
        assert warehouse.endpoint.is_on
        ada.post(reverse("webhook-delete", args=one))
        assert not WebhookEndpoint.objects.exists()


class TestTheApi:
    @pytest.fixture
    def ask(self, client, db):
        _key, text = api_keys.create("Terraform", ["admin"], now=factories.NOW)

        def ask(method, path, body=None):
            return client.generic(
                method, f"/api/v1/{path}", "" if body is None else json.dumps(body),
                content_type="application/json", headers={"Authorization": f"Api-Key {text}"},
            )  # fmt: skip

        return ask

    def test_makes_one_and_gives_its_secret_once(self, ask):
        made = ask("POST", "webhooks/", GIVEN)

        assert made.status_code == 201
        assert made.json()["secret"].startswith("whsec_")
        one = ask("GET", f"webhooks/{made.json()['id']}/").json()
        assert "secret" not in one
        assert one["event_types"] == ["case.opened", "case.resolved"]
        assert ask("POST", f"webhooks/{one['id']}/secret/", {}).json()["secret"] != made.json()["secret"]

    def test_names_the_field_that_is_wrong(self, ask):
        assert "url" in ask("POST", "webhooks/", {**GIVEN, "url": "http://x.example/"}).json()["errors"]
        assert "event_types.0" in ask("POST", "webhooks/", {**GIVEN, "event_types": ["case.eaten"]}).json()["errors"]

    def test_lists_deliveries_and_replays_them(self, ask, warehouse, send):
        warehouse.test()
        send()
        path = f"webhooks/{warehouse.endpoint_id}/"
        (line,) = ask("GET", f"{path}deliveries/?state=sent").json()["results"]

        assert (line["state"], line["status"], line["type"]) == ("sent", 204, "webhook.test")
        assert ask("POST", f"{path}replay/", {"delivery": line["id"]}).json() == {"replayed": 1}
        assert ask("POST", f"{path}replay/", {}).status_code == 400
        assert ask("POST", f"{path}switch/", {"is_on": False}).json()["is_on"] is False

    def test_changes_one(self, ask, warehouse):
        said = ask("PUT", f"webhooks/{warehouse.endpoint_id}/", {**GIVEN, "name": "Lake"})
        assert (said.status_code, said.json()["name"]) == (200, "Lake")


def test_what_is_claimed_is_not_replayed(warehouse):
    warehouse.test()
    assert outgoing.claim_next(resting=(), now=factories.NOW, at=factories.NOW) is not None
    assert outgoing.replay(WebhookDelivery.objects.all(), now=factories.NOW) == 0
