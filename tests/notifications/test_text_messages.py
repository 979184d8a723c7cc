"""Customers asked by text message: the words, the gateway on the other side, dead numbers, and mail going on."""

import logging
import re

import pytest
from apprise.plugins.fortysixelks import Notify46Elks
from apprise.plugins.twilio import NotifyTwilio
from django.core import mail
from django.test import Client

from feedback import contacts, invitations, sampling, waves
from feedback.models import AskBy, Invitation, Response, Suppression
from notifications import announce, delivery
from notifications.channels import sms
from notifications.models import Message, MessageState
from tests import factories
from tests.factories import NOW, later
from tests.notifications import sms_gateway

pytestmark = pytest.mark.django_db

MOBILE = "070-174 06 05"  # of the range set aside for plays and tests


@pytest.fixture
def gateway(settings, monkeypatch):
    settings.SMS_URL = "46elks://user:secret-of-ours@Loop/{to}"
    with sms_gateway.running() as server:
        monkeypatch.setattr(Notify46Elks, "notify_url", server.address)
        yield server


@pytest.fixture
def eva(people):
    account = factories.account("Berg Bygg AB", owner=people.agent, country="SE")
    return factories.contact("Eva Berg", account=account, phone=MOBILE)


def ask(contact) -> Invitation:
    survey = factories.survey("transactional")
    return invitations.invite(survey=survey, contact=contact, due_at=NOW, now=NOW, channel=AskBy.SMS)


def deliver(now=NOW) -> int:
    announce.enqueue_invitations(now=now)
    return delivery.deliver_due(now=now)


class TestTheMessage:
    def test_asks_with_a_link_and_says_how_to_stop(self, gateway, eva, settings):
        invitation = ask(eva)
        assert deliver() == 1
        [sent] = gateway.sent
        assert (sent["to"], sent["from"]) == ("+46701740605", "Loop")
        assert f"{settings.BASE_URL}/s/{invitations.link_token(invitation)}/" in sent["message"]
        assert f"{settings.BASE_URL}/u/{contacts.unsubscribe_token(eva)}/" in sent["message"]
        assert Invitation.objects.get().sent_at == NOW
        assert not mail.outbox

    def test_opens_the_page_on_which_she_answers(self, gateway, eva):
        ask(eva)
        deliver()
        link = re.search(r"http://testserver(/s/\S+)", gateway.sent[0]["message"]).group(1)
        assert Client().get(link).status_code == 200
        assert not Response.objects.exists()

    def test_leaves_once_however_often_it_is_delivered(self, gateway, eva):
        ask(eva)
        deliver()
        deliver(later(hours=1))
        assert len(gateway.sent) == 1

    def test_is_kept_without_its_link(self, gateway, eva):
        ask(eva)
        deliver()
        assert "/s/***" in Message.objects.get().body


class TestWhoCanBeAsked:
    def test_somebody_with_a_mobile_number_and_no_address(self, gateway, people):
        bo = factories.contact("Bo", email="", phone="+47 412 34 567")
        ask(bo)
        assert deliver() == 1
        assert gateway.sent[0]["to"] == "+4741234567"

    @pytest.mark.parametrize("number", ["", "call me", "08-123 456 78", "112"])
    def test_nobody_whose_number_takes_no_text_messages(self, people, number):
        bo = factories.contact("Bo", phone=number)
        survey = factories.survey("transactional")
        assert sampling.why_not(bo, survey, now=NOW, channel=AskBy.SMS) == "no_mobile"
        assert sampling.why_not(bo, survey, now=NOW) == ""

    def test_nobody_who_unsubscribed_by_mail(self, eva):
        contacts.opt_out(eva, now=NOW)
        again = factories.contact("Eva again", account=eva.account, phone=MOBILE)
        survey = factories.survey("transactional")
        assert sampling.why_not(again, survey, now=NOW, channel=AskBy.SMS) == "suppressed"

    def test_quiet_periods_count_over_both_channels(self, gateway, eva):
        ask(eva)
        deliver()
        assert sampling.why_not(eva, factories.survey("relational"), now=later(days=3)) == "mailed_recently"

    def test_a_wave_by_text_message_leaves_the_others_out_with_the_reason(self, eva):
        factories.contact("Bo")
        wave = waves.draft(
            survey=factories.survey(), method="whole", seed=1, starts_on=NOW.date(), channel=AskBy.SMS, now=NOW
        )
        assert waves.plan(wave, now=NOW) == {"everybody": 1, "no_mobile": 1}


class TestATelephoneThatColleaguesShare:
    @pytest.fixture
    def bo(self, eva):
        return factories.contact("Bo Berg", account=eva.account, phone=MOBILE)

    def why_not(self, contact, channel=AskBy.EMAIL):
        return sampling.why_not(contact, factories.survey("relational"), now=NOW, channel=channel)

    def test_stops_for_the_one_who_wants_no_more_and_for_nobody_else(self, eva, bo):
        contacts.opt_out(eva, now=NOW)
        assert (self.why_not(eva), self.why_not(eva, AskBy.SMS)) == ("opted_out", "opted_out")
        assert (self.why_not(bo), self.why_not(bo, AskBy.SMS)) == ("", "")
        assert contacts.may_be_mailed(bo)

    def test_stays_stopped_for_that_person_however_they_come_in_again(self, eva, bo):
        contacts.opt_out(eva, now=NOW)
        again = factories.contact("Eva", email=eva.email, phone=MOBILE)
        assert (self.why_not(again), self.why_not(again, AskBy.SMS)) == ("suppressed", "suppressed")

    def test_stops_when_everybody_who_has_it_said_so(self, eva, bo):
        for person in (eva, bo):
            contacts.opt_out(person, now=NOW)
        third = factories.contact("Cia Berg", account=eva.account, phone=MOBILE)
        assert (self.why_not(third), self.why_not(third, AskBy.SMS)) == ("", "suppressed")

    def test_is_dead_for_all_of_them_and_their_mail_goes_on(self, gateway, eva, bo):
        gateway.answer = (400, "Invalid to number")
        ask(eva)
        deliver()
        for person in (eva, bo):
            assert (self.why_not(person, AskBy.SMS), contacts.may_be_mailed(person)) == ("bounced", True)
            assert not contacts.may_be_texted(person)
        assert self.why_not(bo) == ""

    def test_of_somebody_with_nothing_else_stands_for_the_person(self, people):
        account = factories.account(country="SE")
        contacts.opt_out(factories.contact("Bo", email="", phone=MOBILE, account=account), now=NOW)
        again = factories.contact("Bo", email="", phone=MOBILE, account=account)
        assert self.why_not(again, "link") == "suppressed"


class TestARecoverySurvey:
    def test_goes_by_text_message_where_mail_reaches_nobody(self, gateway, people):
        bo = factories.contact(
            "Bo", email="", phone=MOBILE, account=factories.account(country="SE", owner=people.agent)
        )
        case = factories.response(2, contact=bo, now=NOW).case
        factories.resolve(factories.reach(case, now=later(hours=1)), now=later(hours=2))
        assert Invitation.objects.get().channel == AskBy.SMS

    def test_is_planned_for_nobody_without_a_gateway(self, settings, people):
        settings.SMS_URL = ""
        bo = factories.contact(
            "Bo", email="", phone=MOBILE, account=factories.account(country="SE", owner=people.agent)
        )
        case = factories.response(2, contact=bo, now=NOW).case
        factories.resolve(factories.reach(case, now=later(hours=1)), now=later(hours=2))
        assert not Invitation.objects.exists()


class TestAGatewayThatRefuses:
    @pytest.mark.parametrize(
        ("status", "body", "state"),
        [
            (400, "Invalid to number", MessageState.DEAD),
            (401, "Wrong password", MessageState.PENDING),
            (403, "Not enough credits", MessageState.PENDING),
            (429, "Too fast", MessageState.PENDING),
            (503, "Later", MessageState.PENDING),
        ],
    )
    def test_is_asked_again_only_where_that_may_help(self, gateway, eva, status, body, state):
        gateway.answer = (status, body)
        ask(eva)
        assert deliver() == 0
        message = Message.objects.get()
        assert message.state == state
        assert f"error={status}" in message.error

    def test_a_dead_number_is_not_asked_again_and_its_owner_is_told(self, gateway, eva, people):
        gateway.answer = (400, "Invalid to number")
        ask(eva)
        deliver()
        assert Suppression.objects.get().address_hash == eva.mobile_hash
        survey = factories.survey("relational")
        assert sampling.why_not(eva, survey, now=later(days=400), channel=AskBy.SMS) == "bounced"
        assert sampling.why_not(eva, survey, now=later(days=400)) == ""  # mail still reaches her
        announce.announce_bounces(now=later(minutes=1))
        assert Message.objects.get(kind="customer_bounced").user == people.agent

    def test_of_somebody_without_an_address_the_owner_is_told_as_well(self, gateway, people):
        account = factories.account("Berg Bygg AB", owner=people.agent, country="SE")
        gateway.answer = (400, "Invalid to number")
        ask(factories.contact("Bo Berg", account=account, email="", phone=MOBILE))
        deliver()
        announce.announce_bounces(now=later(minutes=1))
        delivery.deliver_due(now=later(minutes=2))
        [told] = mail.outbox
        assert told.to == [people.agent.email]
        assert "Our text message does not reach Bo Berg" in told.subject
        assert MOBILE in told.body
        assert "mail with the survey" not in told.body

    def test_nobody_is_told_once_the_number_was_put_right(self, gateway, people):
        account = factories.account("Berg Bygg AB", owner=people.agent, country="SE")
        gateway.answer = (400, "Invalid to number")
        bo = factories.contact("Bo Berg", account=account, email="", phone=MOBILE)
        ask(bo)
        deliver()
        announce.announce_bounces(now=later(minutes=1))
        contacts.upsert_contact(
            external_id=bo.external_id, account=account, phone="070-174 06 11", now=later(minutes=1)
        )
        assert delivery.deliver_due(now=later(minutes=2)) == 0

    def test_our_own_empty_account_condemns_no_number(self, gateway, eva):
        gateway.answer = (403, "Not enough credits")
        ask(eva)
        deliver()
        assert not Suppression.objects.exists()

    def test_twilio_names_a_number_that_cannot_be(self, settings, monkeypatch, eva):
        settings.SMS_URL = f"twilio://AC{'a' * 32}:{'b' * 32}@+15005550006/{{to}}"
        with sms_gateway.running() as server:
            monkeypatch.setattr(NotifyTwilio, "notify_sms_url", server.address + "/{sid}")
            server.answer = (400, '{"code": 21211, "message": "The \'To\' number is not a valid phone number."}')
            ask(eva)
            deliver()
        assert Message.objects.get().state == MessageState.DEAD
        assert Suppression.objects.get().reason == "bounced"

    def test_that_is_away_holds_up_no_mail(self, settings, monkeypatch, eva, people):
        settings.SMS_URL = "46elks://user:secret@Loop/{to}"
        monkeypatch.setattr(Notify46Elks, "notify_url", "http://127.0.0.1:9")  # nobody listens there
        for number in range(5):
            someone = factories.contact(account=eva.account, phone=f"070-174 06 1{number}")
            ask(someone)
        by_mail = invitations.invite(survey=factories.survey(), contact=eva, due_at=NOW, now=later(minutes=1))
        assert deliver(later(minutes=1)) == 1
        assert Invitation.objects.get(pk=by_mail.pk).sent_at is not None
        waiting = Message.objects.filter(channel=AskBy.SMS)
        assert waiting.filter(attempts=1).count() == delivery.UNREACHABLE_LIMIT
        assert waiting.filter(attempts=0).count() == 2

    def test_what_it_logs_stays_with_us(self, gateway, eva, caplog):
        gateway.answer = (400, "Invalid to number")
        ask(eva)
        with caplog.at_level(logging.DEBUG):
            deliver()
        assert "/s/" not in caplog.text.replace("/s/***", "")
        assert "secret-of-ours" not in caplog.text


def test_without_a_gateway_messages_wait(settings, eva):
    settings.SMS_URL = ""
    ask(eva)
    assert deliver() == 0
    assert Message.objects.get().state == MessageState.PENDING
    assert "SMS_URL" in Message.objects.get().error


@pytest.mark.parametrize(
    ("told", "dead"),
    [
        ("error=21614", True),
        ("The number +1 is not a mobile number, error=400.", True),
        ("error=401 invalid recipient", False),
        ("error=503", False),
        ("", False),
    ],
)
def test_a_number_is_dead_only_where_the_gateway_says_so(told, dead):
    assert sms.is_dead_number(told) is dead
