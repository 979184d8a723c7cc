"""What follows from a report: our mail stops, its owner is told, and nobody can make one up."""

from uuid import uuid4

import pytest

from feedback import contacts, invitations
from feedback.models import Bounce, Contact, Invitation, Response, Suppression, SuspectAnswer
from loop import assignment
from notifications import announce, delivery, return_address
from notifications.inbound import intake, mails
from notifications.inbound.intake import Result
from notifications.models import Message
from tests import factories
from tests.factories import later
from tests.notifications.inbound import samples
from tests.notifications.inbound.letters import letter
from tests.notifications.mailbox import refuse

GONE = samples.NO_MAILBOX["postfix: user unknown"]
FULL = samples.NOT_NOW["postfix: mailbox full"]


def take(text, message_id=None, *, hours=1, **details):
    return intake.take(mails.read(letter(text, message_id, **details)), now=later(hours=hours))


def is_stopped(message):
    return not contacts.may_be_mailed(Contact.objects.get(pk=message.contact_id))


@pytest.mark.parametrize("name", samples.NO_MAILBOX)
def test_a_dead_address_gets_no_more_mail_whoever_says_so(sent, name):
    assert take(samples.NO_MAILBOX[name], sent.message_id) == Result.STOPPED
    assert is_stopped(sent)
    assert Invitation.objects.get().bounced_at == later(hours=1)
    assert Message.objects.get(pk=sent.pk).error.startswith("came back")


@pytest.mark.parametrize("name", samples.NOT_NOW)
def test_what_may_pass_is_counted_and_stops_nothing(sent, name):
    assert take(samples.NOT_NOW[name], sent.message_id) == Result.COUNTED
    assert not is_stopped(sent)


def test_what_may_pass_stops_mail_at_the_third_time(sent):
    reports = ["postfix: mailbox full", "gmail: over quota", "postfix: gave up after five days"]
    results = [take(samples.NOT_NOW[name], sent.message_id) for name in reports]
    assert results == [Result.COUNTED, Result.COUNTED, Result.STOPPED]


@pytest.mark.parametrize("name", [*samples.AUTOMATIC, *samples.OTHER])
def test_an_automatic_reply_or_a_person_stops_nothing_answers_nothing_and_gets_no_reply(sent, server, name):
    before = len(server.taken)
    text = samples.AUTOMATIC.get(name) or samples.OTHER[name]
    assert take(text, sent.message_id) == Result.NOTHING
    announce.announce_bounces(now=later(hours=2))
    delivery.deliver_due(now=later(hours=2))
    assert len(server.taken) == before
    for model in (Bounce, Suppression, Response, SuspectAnswer):
        assert not model.objects.exists()


def test_a_complaint_is_an_opt_out(sent):
    assert take(samples.COMPLAINT["outlook.com: junk"], sent.message_id) == Result.STOPPED
    assert Contact.objects.get(pk=sent.contact_id).opted_out_at is not None
    assert Suppression.objects.get().reason == "complained"


def test_a_mailbox_behind_the_address_does_not_stop_mail_to_the_address(sent):
    assert take(samples.FORWARDED, sent.message_id) == Result.COUNTED
    assert not is_stopped(sent)


def test_a_report_told_twice_is_one(sent):
    for _time in range(5):
        take(FULL, sent.message_id)
    assert Bounce.objects.count() == 1


class TestAForgedReport:
    @pytest.mark.parametrize("name", samples.NO_MAILBOX)
    def test_of_a_mail_we_never_sent_stops_nothing(self, sent, name):
        assert take(samples.NO_MAILBOX[name], uuid4()) == Result.UNKNOWN
        assert not is_stopped(sent)

    def test_with_a_signature_of_its_own_stops_nothing(self, sent):
        named = samples.NO_MAILBOX["postfix: to the address it returns to"]
        assert take(named, sent.message_id, signed=False) == Result.UNKNOWN
        assert take(named, sent.message_id) == Result.STOPPED

    def test_with_a_message_id_of_another_domain_stops_nothing(self, sent):
        bare = samples.NO_MAILBOX["proofpoint: user unknown, headers only"]
        assert take(bare.replace("{id}", f"{sent.message_id}@evil.example")) == Result.UNKNOWN

    def test_naming_a_customer_but_no_mail_stops_nothing(self, sent):
        bare = samples.NO_MAILBOX["proofpoint: user unknown, headers only"]
        assert take(bare.replace("Message-ID: <{id}>\n", "")) == Result.UNKNOWN
        assert not is_stopped(sent)

    def test_naming_one_customers_mail_and_another_address_stops_neither(self, sent):
        other = factories.contact("Per", email="per@customer.example")
        assert take(GONE, sent.message_id, to="per@customer.example") == Result.COUNTED
        assert contacts.may_be_mailed(other)
        assert not is_stopped(sent)

    def test_of_long_ago_stops_nothing(self, sent):
        assert take(GONE, sent.message_id, hours=31 * 24) == Result.UNKNOWN

    def test_from_before_the_mail_left_stops_nothing(self, sent):
        assert take(GONE, sent.message_id, hours=-1) == Result.UNKNOWN

    def test_in_any_number_stops_nobody(self, sent):
        good = return_address.name_of(sent.message_id)
        for place in range(len(good)):
            wrong = good[:place] + ("0" if good[place] != "0" else "1") + good[place + 1 :]
            text = samples.NO_MAILBOX["postfix: to the address it returns to"].replace("{name}", wrong)
            assert take(text) == Result.UNKNOWN
        assert not is_stopped(sent)


class TestTheOwner:
    def tell(self, hours=2):
        announce.announce_bounces(now=later(hours=hours))
        delivery.deliver_due(now=later(hours=hours))
        return Message.objects.filter(kind="customer_bounced")

    def test_is_told_once_that_the_address_is_dead(self, sent, server):
        take(GONE, sent.message_id)
        self.tell()
        message = self.tell(hours=3).get()
        assert (message.to, message.state, message.key) == (
            "anna@loop.example", "sent", f"bounce:{sent.invitation_id}:{message.user_id}"
        )  # fmt: skip
        assert message.subject == "Our mail does not reach Anna Berg, Fjord AB"
        assert "anna@customer.example" in message.body
        assert f"/accounts/{sent.contact.account_id}/" in server.taken[-1].body

    def test_is_not_told_of_what_may_pass(self, sent):
        take(FULL, sent.message_id)
        assert not self.tell().exists()

    def test_is_not_told_when_the_address_was_put_right_before_the_mail_left(self, sent):
        take(GONE, sent.message_id)
        announce.announce_bounces(now=later(hours=2))
        contacts.upsert_contact(external_id=sent.contact.external_id, email="anna@new.example", now=later(hours=2))
        delivery.deliver_due(now=later(hours=2))
        assert Message.objects.get(kind="customer_bounced").state == "cancelled"

    def test_is_not_told_when_somebody_else_looks_after_the_customer_by_then(self, sent, people):
        take(GONE, sent.message_id)
        announce.announce_bounces(now=later(hours=2))
        assignment.set_account_owner(sent.contact.account, people.colleague, now=later(hours=2))
        delivery.deliver_due(now=later(hours=2))
        assert Message.objects.get(kind="customer_bounced").state == "cancelled"

    def test_who_is_nobody_is_not_told(self, sent):
        Contact.objects.filter(pk=sent.contact_id).update(account=None)
        take(GONE, sent.message_id)
        assert not self.tell().exists()


class TestAServerThatRefusesAtOnce:
    def deliver(self, server, code, reply):
        berg = factories.contact("Berg", email="berg@customer.example")
        invitations.invite(survey=factories.survey(), contact=berg, due_at=later(), now=later())
        announce.enqueue_invitations(now=later())
        server.behave = refuse(code, reply, whom="berg@customer.example")
        delivery.deliver_due(now=later())
        return berg

    def test_because_nobody_is_there_stops_our_mail(self, server, db):
        berg = self.deliver(server, 550, "5.1.1 User unknown")
        assert not contacts.may_be_mailed(berg)
        assert Invitation.objects.get().bounced_at is not None

    @pytest.mark.parametrize(
        ("code", "reply"),
        [(550, "5.7.1 Message blocked as spam"), (451, "4.7.1 Greylisted"), (552, "5.2.2 Mailbox full")],
    )
    def test_for_another_reason_does_not(self, server, db, code, reply):
        assert contacts.may_be_mailed(self.deliver(server, code, reply))


def test_a_mail_to_a_colleague_that_comes_back_stops_nothing(people, server):
    factories.case(owner=people.agent)
    announce.announce_missed(now=later())
    delivery.deliver_due(now=later())
    message = Message.objects.get(kind="case_assigned")
    assert take(GONE, message.message_id, to=message.to) == Result.NOTHING
    assert not Suppression.objects.exists()
