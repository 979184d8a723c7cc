"""Anna adds her chat on the page of her mails, Lars that of his team; what does not arrive stands there."""

import pytest
from django.urls import reverse

from notifications import delivery, staff_addresses
from notifications.models import Message, StaffAddress
from tests import factories
from tests.notifications import chat_server

pytestmark = pytest.mark.django_db

SLACK = "https://hooks.slack.com/services/T1JJ3T3L2/A1BRTD4JD/TIiajkdnlazkcOXrIdevi7FQ"
MINE = reverse("my-messages")


@pytest.fixture
def anna(client, people):
    client.force_login(people.agent)
    return client


def test_anna_adds_her_chat_and_never_sees_its_secret_again(anna, people):
    assert "Also in your chat" in anna.get(MINE).content.decode()
    anna.post(reverse("my-address", args=["chat"]), {"address": SLACK, "wanted": ["case_assigned"]})
    address = StaffAddress.objects.get(user=people.agent)
    page = anna.get(MINE).content.decode()

    assert address.kinds == ["case_assigned"]
    assert "Slack …7FQ" in page
    assert "TIiajkdnlazkcOXrIdevi7FQ" not in page
    anna.post(reverse("my-address", args=["chat"]), {"address": "", "wanted": ["case_escalated"]})
    assert StaffAddress.objects.get().kinds == ["case_escalated"]
    assert StaffAddress.objects.get().sealed == address.sealed


def test_what_is_no_chat_is_said_and_what_was_typed_stays(anna):
    said = anna.post(reverse("my-address", args=["chat"]), {"address": "json://127.0.0.1/", "wanted": []})

    assert said.status_code == 400
    assert "no incoming webhook" in said.content.decode()
    assert "json://127.0.0.1/" in said.content.decode()
    assert not StaffAddress.objects.exists()


def test_without_a_gateway_no_text_messages_are_offered(anna, settings):
    settings.SMS_URL = ""
    assert "text message" not in anna.get(MINE).content.decode()
    settings.SMS_URL = "46elks://user:secret@Loop/{to}"
    assert "Also by text message" in anna.get(MINE).content.decode()


def test_she_sends_herself_a_test_and_reads_what_became_of_it(anna, people, settings):
    with chat_server.running() as chat:
        settings.WEBHOOK_HOSTS_INSIDE = frozenset({chat.host})
        anna.post(reverse("my-address", args=["chat"]), {"address": chat.mattermost, "wanted": []})
        chat.status = 404
        anna.post(reverse("my-address", args=["chat"]), {"test": "1"})
        delivery.deliver_due(now=Message.objects.get().send_after)

    page = anna.get(MINE).content.decode()
    assert "does not arrive" in page
    assert "HTTP 404" in page
    anna.post(reverse("my-address", args=["chat"]), {"remove": "1"})
    assert not StaffAddress.objects.exists()


def test_the_outbox_shows_what_was_said_without_the_secret(client, people, settings):
    with chat_server.running() as chat:
        settings.WEBHOOK_HOSTS_INSIDE = frozenset({chat.host})
        address = staff_addresses.save(
            user=people.agent, channel="chat", said=chat.mattermost, wanted=[], now=factories.NOW
        )
        staff_addresses.try_out(address, language="en", now=factories.NOW)
        delivery.deliver_due(now=factories.NOW)
    client.force_login(people.admin)
    page = client.get(reverse("message", args=[Message.objects.get().pk])).content.decode()

    assert "This is a test from Loop" in page
    assert "3ccdd113" not in page


def test_lars_sets_the_chat_of_his_team_and_siv_does_not(client, people):
    path = reverse("team-chat", args=[people.north.pk])
    client.force_login(people.other_lead)
    assert client.post(path, {"address": SLACK, "wanted": ["case_assigned"]}).status_code == 404
    client.force_login(people.lead)
    client.post(path, {"address": SLACK, "wanted": ["case_assigned"]})

    assert staff_addresses.of_team(people.north).shown == "Slack …7FQ"
    assert "Slack …7FQ" in client.get(path).content.decode()
