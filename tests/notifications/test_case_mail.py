"""A mail somebody wrote leaves by the outbox under their name, and its case hears what became of it."""

import pytest

from feedback import contacts
from feedback.models import Suppression
from loop import correspondence, mailing, sweeping
from loop.correspondence import Letter
from loop.models import CaseMail
from notifications import outbox
from notifications.inbound import intake, mails
from notifications.models import Message
from tests import factories, stories
from tests.factories import later
from tests.notifications import mailbox
from tests.notifications.inbound import samples
from tests.notifications.inbound.letters import letter


@pytest.fixture
def case(people, settings, server):
    settings.REPLY_ADDRESS, settings.COMPANY_NAME = "case@loop.example", "Fjord"
    berg = factories.contact(
        "Eva Lind",
        email="eva@customer.example",
        language="sv",
        account=factories.account("Nordkust AB", owner=people.agent),
    )
    opened = factories.response(3, contact=berg).case
    sweeping.run_all(now=later(minutes=1))
    server.taken.clear()
    return opened


def write(case, actor, *, at=None, text="Hej {first_name}!\n\n<b>Får</b> jag ringa?"):
    return mailing.send(case_id=case.pk, subject="Ditt svar", text=text, actor=actor, now=at or later(minutes=5))


def to_eva(server):
    return [mail for mail in server.taken if mail.to == ["eva@customer.example"]]


class TestTheMail:
    def test_leaves_once_under_the_name_of_who_wrote_it(self, case, people, server):
        write(case, people.agent)
        for minute in (6, 7, 8):
            sweeping.run_all(now=later(minutes=minute))
        (mail,) = to_eva(server)
        assert mail.subject == "Ditt svar"
        assert mail.body == "Hej Eva!\n\n<b>Får</b> jag ringa?\n"
        assert "&lt;b&gt;Får&lt;/b&gt;" in mail.alternatives[0][0]
        assert mail.extra_headers["From"].startswith("Anna hos Fjord <")
        assert CaseMail.objects.get().state == "sent"

    def test_has_a_reply_address_that_only_we_can_make(self, case, people, server):
        write(case, people.agent)
        sweeping.run_all(now=later(minutes=6))
        assert to_eva(server)[0].reply_to[0].startswith(f"case+{case.pk}-")

    def test_is_answered_to_its_writer_where_no_address_is_set_up(self, case, people, server, settings):
        settings.REPLY_ADDRESS = ""
        write(case, people.agent)
        sweeping.run_all(now=later(minutes=6))
        assert to_eva(server)[0].reply_to == ["anna@loop.example"]

    def test_says_that_a_person_wrote_it_and_the_others_that_a_machine_did(self, case, people, server):
        write(case, people.agent)
        correspondence.receive(
            Letter(key="<1@x>", address="eva@customer.example", name="", subject="x", text="Ja", message_id="<1@x>"),
            case_id=case.pk,
            now=later(minutes=5),
        )
        sweeping.run_all(now=later(minutes=6))
        by_whom = {mail.to[0]: mail.extra_headers for mail in server.taken}
        assert by_whom["eva@customer.example"]["Auto-Submitted"] == "no"
        assert "X-Auto-Response-Suppress" not in by_whom["eva@customer.example"]
        assert by_whom["anna@loop.example"]["Auto-Submitted"] == "auto-generated"

    def test_answers_the_customers_last_mail(self, case, people, server):
        correspondence.receive(
            Letter(key="<1@x>", address="eva@customer.example", name="", subject="x", text="Ja", message_id="<1@x>"),
            case_id=case.pk,
            now=later(minutes=4),
        )
        write(case, people.agent)
        sweeping.run_all(now=later(minutes=6))
        assert to_eva(server)[0].extra_headers["In-Reply-To"] == "<1@x>"

    def test_is_not_sent_to_who_opted_out_meanwhile_and_the_case_says_so(self, case, people, server):
        write(case, people.agent)
        contacts.opt_out(case.contact, now=later(minutes=5))
        sweeping.run_all(now=later(minutes=6))
        assert to_eva(server) == []
        assert CaseMail.objects.get().state == "not_sent"
        assert stories.told(case, "mail_returned")[0]["left"] is False

    def test_whose_sender_died_is_repeated_once_and_late(self, case, people):
        write(case, people.agent)
        sweeping.run("announce_missed", now=later(minutes=6))
        Message.objects.filter(kind="customer_mail").update(state="sending", attempts=1, lease_until=later(minutes=7))
        outbox.release_stuck(now=later(minutes=8))
        assert Message.objects.get(kind="customer_mail").state == "uncertain"
        assert CaseMail.objects.get().state == "waiting"


class TestOneThatIsLost:
    @pytest.fixture
    def sent(self, case, people):
        write(case, people.agent)
        sweeping.run_all(now=later(minutes=6))
        return Message.objects.get(kind="customer_mail")

    def test_stops_mail_to_the_address_shows_on_the_case_and_tells_the_owner(self, case, people, sent):
        raw = letter(samples.NO_MAILBOX["gmail: does not exist"], sent.message_id, "eva@customer.example")
        for _time in range(2):
            intake.take(mails.read(raw), now=later(hours=1))
        assert Suppression.objects.get().reason == "bounced"
        assert CaseMail.objects.get().state == "returned"
        sweeping.run_all(now=later(hours=1, minutes=1))
        told = Message.objects.get(kind="case_mail_returned")
        assert (told.user, told.state) == (people.agent, "sent")
        assert mailing.why_not(stories.as_it_is_now(case)).startswith("Mail to eva@customer.example came back")

    def test_by_a_report_nobody_signed_is_not_believed(self, case, sent):
        raw = letter(samples.NO_MAILBOX["gmail: does not exist"], None, "eva@customer.example", signed=False)
        intake.take(mails.read(raw), now=later(hours=1))
        assert CaseMail.objects.get().state == "sent"
        assert not Suppression.objects.exists()

    def test_because_a_server_refuses_it_is_told_at_once(self, case, people, server):
        server.behave = mailbox.refuse(550, "5.1.1 User unknown", whom="eva@customer.example")
        write(case, people.agent)
        sweeping.run_all(now=later(minutes=6))
        assert CaseMail.objects.get().state == "not_sent"
        assert Suppression.objects.get().reason == "bounced"

    def test_and_sent_again_by_an_administrator_waits_again(self, case, people, server):
        server.behave = mailbox.refuse(554, "5.7.1 Spam", whom="eva@customer.example")
        write(case, people.agent)
        sweeping.run_all(now=later(minutes=6))
        assert CaseMail.objects.get().state == "not_sent"
        server.behave = None
        outbox.retry(Message.objects.get(kind="customer_mail").pk, now=later(minutes=7))
        assert CaseMail.objects.get().state == "waiting"
        sweeping.run_all(now=later(minutes=8))
        assert CaseMail.objects.get().state == "sent"
