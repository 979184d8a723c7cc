"""What a mail provider reports, as it sends it; and that nobody else is listened to."""

import hashlib
import hmac
import json
import time
from base64 import b64encode

import pytest
from django.test import Client
from django.utils import timezone

from feedback import contacts
from feedback.models import Bounce, Contact, Suppression
from loop.config import env
from loop.models import CaseMail
from notifications import reply_address
from notifications.inbound import webhooks
from notifications.models import Message
from tests import factories
from tests.notifications.inbound import replies

SECRET, KEY = "loop:secret", "key-of-the-provider"


@pytest.fixture
def provider(settings):
    """Chooses the provider we are set up for."""

    def choose(name):
        settings.INBOUND_PROVIDER = name
        settings.ANYMAIL = {"WEBHOOK_SECRET": SECRET, **dict.fromkeys(env.MAIL_PROVIDERS[name], KEY)}

    return choose


@pytest.fixture
def mailed(sent):
    """A mail that left just now by the real clock, which webhooks go by."""
    Message.objects.filter(pk=sent.pk).update(sent_at=timezone.now())
    return sent


def call(name, body, *, secret=SECRET):
    headers = {"Authorization": f"Basic {b64encode(secret.encode()).decode()}"} if secret else {}
    return Client(enforce_csrf_checks=True).post(
        f"/inbound/{name}/", json.dumps(body), content_type="application/json", headers=headers
    )


def is_stopped(message):
    return not contacts.may_be_mailed(Contact.objects.get(pk=message.contact_id))


def postmark(kind, *, email="anna@customer.example", number=1):
    return {
        "RecordType": "Bounce", "ID": number, "Type": kind, "MessageID": "883953f4-6105-42a2-a16a-77a8eac79483",
        "Email": email, "BouncedAt": "2026-11-19T09:13:01Z", "Details": "smtp;550 5.1.1 User unknown",
        "Description": "The server was unable to deliver your message (ex: unknown user, mailbox not found).",
    }  # fmt: skip


def mailgun(message, event="failed", **details):
    stamp, token = str(int(time.time())), "a" * 50
    signature = hmac.new(KEY.encode(), f"{stamp}{token}".encode(), hashlib.sha256).hexdigest()
    data = {
        "event": event, "id": "G9Bn5sl1TC6nu79C8C0bwg", "timestamp": 1521233195.375624, "recipient": message.to,
        "severity": "permanent", "reason": "bounce", "message": {"headers": {"message-id": f"{message.message_id}@x"}},
        "delivery-status": {"code": 550, "message": "5.1.1 The email account that you tried to reach does not exist"},
        **details,
    }  # fmt: skip
    return {"signature": {"timestamp": stamp, "token": token, "signature": signature}, "event-data": data}


class TestADeadAddress:
    def test_told_by_postmark_gets_no_more_mail(self, provider, mailed):
        provider("postmark")
        assert call("postmark", postmark("HardBounce")).status_code == 200
        assert is_stopped(mailed)
        assert Suppression.objects.get().reason == "bounced"

    def test_told_by_mailgun_gets_no_more_mail(self, provider, mailed):
        provider("mailgun")
        assert call("mailgun", mailgun(mailed)).status_code == 200
        assert is_stopped(mailed)

    def test_that_no_mail_of_ours_went_to_is_passed_over(self, provider, mailed):
        provider("postmark")
        assert call("postmark", postmark("HardBounce", email="per@customer.example")).status_code == 200
        assert not Suppression.objects.exists()


class TestWhatMayPass:
    def test_is_counted_once_however_often_it_is_told(self, provider, mailed):
        provider("postmark")
        for _time in range(4):
            call("postmark", {**postmark("SoftBounce"), "Details": "smtp;552 5.2.2 Mailbox full"})
        assert Bounce.objects.count() == 1
        assert not is_stopped(mailed)

    @pytest.mark.parametrize("kind", ["Transient", "AutoResponder", "DnsError"])
    def test_and_what_is_no_bounce_changes_nothing(self, provider, mailed, kind):
        provider("postmark")
        call("postmark", postmark(kind))
        assert not Bounce.objects.exists()
        assert not is_stopped(mailed)


class TestAReader:
    def test_who_complains_is_asked_no_more(self, provider, mailed):
        provider("postmark")
        call("postmark", {**postmark("SpamComplaint"), "RecordType": "SpamComplaint"})
        assert Suppression.objects.get().reason == "complained"

    def test_who_unsubscribes_at_the_provider_is_asked_no_more(self, provider, mailed):
        provider("mailgun")
        call("mailgun", mailgun(mailed, "unsubscribed"))
        assert is_stopped(mailed)


class TestSomebodyElse:
    @pytest.mark.parametrize("secret", ["", "loop:wrong", "secret"])
    def test_without_the_secret_is_refused(self, provider, mailed, secret):
        provider("postmark")
        assert call("postmark", postmark("HardBounce"), secret=secret).status_code == 400
        assert not is_stopped(mailed)

    def test_without_the_providers_signature_is_refused(self, provider, mailed):
        provider("mailgun")
        forged = mailgun(mailed)
        forged["signature"]["signature"] = "0" * 64
        assert call("mailgun", forged).status_code == 400
        assert not is_stopped(mailed)

    @pytest.mark.parametrize("name", ["mailgun", "sendgrid", "x"])
    def test_who_is_not_our_provider_is_refused(self, provider, mailed, name):
        provider("postmark")
        assert call(name, postmark("HardBounce")).status_code == 403

    def test_is_refused_when_we_have_no_provider(self, mailed):
        assert call("postmark", postmark("HardBounce")).status_code == 403


def test_every_provider_one_can_choose_is_known_to_anymail(provider):
    assert set(webhooks.PROVIDERS) == set(env.MAIL_PROVIDERS)
    for name in webhooks.PROVIDERS:
        provider(name)
        assert call(name, {}, secret="").status_code == 400


class TestABodyThatCannotBeRead:
    @pytest.mark.parametrize("body", ["", "not json", "[1, 2", "null", "[]", '"x"', '{"RecordType": 7}', "\x00\xff"])
    @pytest.mark.parametrize("path", ["", "mail/"])
    def test_is_refused_and_changes_nothing(self, provider, mailed, body, path):
        provider("postmark")
        headers = {"Authorization": f"Basic {b64encode(SECRET.encode()).decode()}"}
        answer = Client().post(f"/inbound/postmark/{path}", body, content_type="application/json", headers=headers)
        assert answer.status_code in (200, 400)
        assert answer.status_code == 400 or body == '{"RecordType": 7}'
        assert not Bounce.objects.exists()

    def test_in_the_middle_of_several_events_leaves_none_half_done(self, provider, mailed):
        provider("sparkpost")
        good = {"msys": {"message_event": {"type": "bounce", "bounce_class": "10", "raw_rcpt_to": mailed.to}}}
        assert call("sparkpost", [good, {"msys": {"message_event": 7}}]).status_code == 400
        assert not Bounce.objects.exists()

    def test_and_a_fault_of_ours_leaves_none_half_done_either(self, provider, mailed, monkeypatch):
        provider("sparkpost")
        good = {"msys": {"message_event": {"type": "bounce", "bounce_class": "10", "raw_rcpt_to": mailed.to}}}
        real, calls = webhooks.take, []

        def fails_the_second_time(event, *args, **kwargs):
            calls.append(event)
            if len(calls) == 2:
                raise RuntimeError("a bug of ours")
            return real(event, *args, **kwargs)

        monkeypatch.setattr(webhooks, "take", fails_the_second_time)
        with pytest.raises(RuntimeError):
            call("sparkpost", [good, good])
        assert len(calls) == 2
        assert not Bounce.objects.exists()
        assert call("sparkpost", [good]).status_code == 200
        assert Bounce.objects.exists()  # as the first of the two would have left


class TestAMailThatComesIn:
    def hand_in(self, raw, *, secret=SECRET):
        return Client(enforce_csrf_checks=True).post(
            "/inbound/postmark/mail/",
            json.dumps({
                "RawEmail": raw.decode(),
                "OriginalRecipient": "",
                "Attachments": [],
                "Headers": [],
                "From": "eva@customer.example",
            }),
            content_type="application/json",
            headers={"Authorization": f"Basic {b64encode(secret.encode()).decode()}"},
        )  # fmt: skip

    @pytest.fixture
    def reply(self, people, settings):
        settings.REPLY_ADDRESS = "case@loop.example"
        case = factories.case(3, owner=people.agent)
        return case, replies.plain("Call me.", to=reply_address.of_case(case.pk, now=timezone.now()))

    def test_is_filed_at_its_case(self, provider, reply):
        provider("postmark")
        case, raw = reply
        for _time in range(2):  # a provider calls again when it is not sure
            assert self.hand_in(raw).status_code == 200
        assert CaseMail.objects.get().case == case
        assert CaseMail.objects.get().text == "Call me."

    def test_from_somebody_else_than_our_provider_is_refused(self, provider, reply):
        provider("postmark")
        assert self.hand_in(reply[1], secret="loop:wrong").status_code == 400
        provider("mailgun")
        assert self.hand_in(reply[1]).status_code == 403
        assert not CaseMail.objects.exists()

    def test_every_provider_can_be_asked(self, provider):
        for name in set(webhooks.PROVIDERS) - webhooks.ONLY_REPORTS:
            provider(name)
            answer = Client().post(f"/inbound/{name}/mail/", "{}", content_type="application/json")
            assert answer.status_code == 400
