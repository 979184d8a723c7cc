"""What the mails say and the headers they leave with; nothing a customer writes becomes more than text."""

import email
import email.policy
import re
from html.parser import HTMLParser

import pytest
from django.core import mail as outgoing
from django.template.loader import get_template

from feedback import contacts, invitations
from feedback.models import Contact
from loop import reminders, workflow
from loop.models import Case, WordRule
from notifications import announce, delivery, kinds, rendering, return_address
from notifications.models import Message
from tests import factories
from tests.factories import NOW, later


@pytest.fixture(autouse=True)
def our_name(settings):
    settings.DEFAULT_FROM_EMAIL = "Nordlys AS <hello@nordlys.example>"
    settings.BASE_URL = "https://loop.example"


def deliver(now=NOW):
    """What leaves now, parsed as a mail program parses it."""
    announce.announce_missed(now=now)
    announce.enqueue_invitations(now=now)
    before = len(outgoing.outbox)
    delivery.deliver_due(now=now)
    sent = outgoing.outbox[before:]
    return [email.message_from_bytes(mail.message().as_bytes(), policy=email.policy.default) for mail in sent]


def text(mail):
    return mail.get_body(("plain",)).get_content()


def html(mail):
    return mail.get_body(("html",)).get_content()


def detractor(people, **fields):
    account = factories.account("Fjord AB", owner=people.agent)
    details = {"email": "eva@fjord.example", "phone": "+46 (0)70-123 45 67", "title": "CFO", **fields}
    contact = factories.contact(details.pop("name", "Eva Lind"), account=account, **details)
    return factories.response(2, contact=contact, comment="Wrong invoice.\nAgain.").case


def invited(**fields):
    contact = factories.contact("Eva Lind", **{"email": "eva@fjord.example", **fields})
    return invitations.invite(survey=factories.survey(), contact=contact, due_at=NOW, now=NOW)


class TestTheMailOfANewCase:
    def test_tells_who_said_what_by_when_and_why_me(self, people):
        case = detractor(people)
        (mail,) = deliver()
        assert mail["To"] == "anna@loop.example"
        assert mail["Subject"] == "Score 2 from Eva Lind, Fjord AB: contact by Fri 20 Nov 09:12"
        for body in (text(mail), html(mail)):
            for fact in ("Wrong invoice.", "CFO", "+46 (0)70-123 45 67", "eva@fjord.example"):
                assert fact in body
            assert "Friday 20 November, 09:12" in body
            assert "Anna looks after Fjord AB" in body
            assert f"https://loop.example/cases/{case.pk}/" in body

    def test_brings_the_word_of_whoever_handed_it_over(self, people):
        case = factories.case(owner=people.colleague)
        deliver()
        workflow.assign(
            case_id=case.pk, owner=people.agent, reason="Knows them.", note="Ask for <b>Eva</b>.", actor=people.lead,
            now=later(hours=1),
        )  # fmt: skip
        (mail,) = [one for one in deliver(later(hours=1)) if one["To"] == "anna@loop.example"]
        assert "Lars: Ask for <b>Eva</b>." in text(mail)
        assert "Lars: Ask for &lt;b&gt;Eva&lt;/b&gt;." in html(mail)

    def test_can_be_acted_on_from_a_phone(self, people):
        detractor(people)
        (mail,) = deliver()
        assert 'href="tel:+460701234567"' in html(mail)
        assert 'href="mailto:eva@fjord.example"' in html(mail)

    def test_says_when_by_the_readers_own_clock_and_language(self, people):
        people.agent.time_zone, people.agent.language = "Europe/Helsinki", "fi"
        people.agent.save(update_fields=["time_zone", "language"])
        detractor(people)
        (mail,) = deliver()
        assert re.search(r"perjantai 20\.? marraskuu(ta)?, 10[:.]12", text(mail))
        assert mail["Content-Language"] == "fi"

    def test_says_of_an_anonymous_answer_what_there_is(self, people):
        response = factories.response(1, contact=None, comment="Never again.")
        workflow.assign(case_id=response.case.pk, owner=people.agent, reason="Try.", actor=None, now=NOW)
        mails = [mail for mail in deliver() if mail["To"] == "anna@loop.example"]
        assert mails[0]["Subject"].startswith("Score 1 from an unknown customer")

    def test_names_what_somebody_without_a_contact_left_to_be_reached_by(self, people):
        left = {"respondent_name": "Eva Lind", "respondent_email": "eva@fjord.example", "phone": "040 55"}
        response = factories.response(1, contact=None, wants_callback=True, **left)
        workflow.assign(case_id=response.case.pk, owner=people.agent, reason="Try.", actor=None, now=NOW)
        (mail,) = (mail for mail in deliver() if mail["To"] == "anna@loop.example")
        assert mail["Subject"].startswith("Score 1 from Eva Lind")
        assert "Call Eva Lind" in html(mail)
        assert "mailto:eva@fjord.example" in html(mail)

    def test_names_the_phone_the_customer_asked_to_be_called_at(self, people):
        case = detractor(people)
        response = case.response
        response.phone, response.wants_callback = "040 55", True
        response.save(update_fields=["phone", "wants_callback"])
        (mail,) = deliver()
        assert "040 55" in text(mail)
        assert "They asked to be called." in text(mail)


class TestTheMailOfACaseOpenedForAWord:
    def test_says_which_and_why(self, people):
        words = {"en": ["broken"]}
        WordRule.objects.create(survey=factories.survey(), for_promoters=True, for_passives=True, words=words)
        tove = factories.contact("Tove", account=factories.account("Fjord AS", owner=people.agent), language="en")
        factories.response(9, contact=tove, comment="Great people. But the export is broken.")
        (mail,) = [each for each in deliver(now=later(minutes=30)) if "anna" in each["To"]]
        why = "Why there is a case: the comment has a word with “broken” in it"
        assert why in text(mail)
        assert why in html(mail)

    def test_is_not_said_of_a_low_score(self, people):
        detractor(people)
        (mail,) = [each for each in deliver(now=later(minutes=30)) if "anna" in each["To"]]
        assert "Why there is a case" not in text(mail)


class TestTheQuestion:
    def test_has_a_link_for_every_score_without_a_picture(self, db):
        invitation = invited()
        (mail,) = deliver()
        link = f"https://loop.example/s/{invitations.link_token(invitation)}/"
        for body in (text(mail), html(mail)):
            assert [int(n) for n in re.findall(rf"{re.escape(link)}\?score=(\d+)", body)] == list(range(11))
            assert "0 = Not at all likely" in body
            assert "10 = Very likely" in body
        assert "<img" not in html(mail)
        assert not re.findall(r'src="', html(mail))

    def test_speaks_the_customers_language(self, db):
        invited(language="da")
        (mail,) = deliver()
        assert mail["Subject"] == "Et spørgsmål fra Nordlys AS"
        assert "Hvor sandsynligt" in text(mail)
        assert mail["Content-Language"] == "da"

    def test_says_who_reads_the_answer_and_a_reply_reaches_them(self, people):
        contact = factories.contact(account=factories.account(owner=people.agent))
        invitations.invite(survey=factories.survey(), contact=contact, due_at=NOW, now=NOW)
        (mail,) = deliver()
        assert "Anna at Nordlys AS reads your answer." in text(mail)
        assert mail["Reply-To"] == "anna@loop.example"

    def test_after_follow_up_is_read_by_the_owner_of_the_case(self, people):
        case = factories.resolved_case(owner=people.agent)
        solved, mail = [m for m in deliver(later(days=32)) if m["To"] == case.contact.email]
        assert (solved["Subject"], mail["Subject"]) == ("Is it solved?", "Are things better now?")
        assert "Anna at Nordlys AS reads your answer." in text(mail)

    def test_about_a_case_is_answered_to_the_case_where_its_mailbox_is_set_up(self, people, settings):
        settings.REPLY_ADDRESS = "case@nordlys.example"
        case = factories.resolved_case(owner=people.agent)
        sent = deliver(later(hours=9))
        (solved,) = [m for m in sent if m["To"] == case.contact.email]
        assert solved["Reply-To"].startswith(f"case+{case.pk}-")
        assert not any(m["Reply-To"] for m in sent if m is not solved)


class TestHeaders:
    def test_of_a_question(self, db):
        invitation = invited()
        (mail,) = deliver()
        message = Message.objects.get()
        token = contacts.unsubscribe_token(invitation.contact)
        assert headers(mail) == {
            "From": "Nordlys AS <hello@nordlys.example>",
            "To": "eva@fjord.example",
            "Subject": "One question from Nordlys AS",
            "Message-ID": f"<{message.message_id}@nordlys.example>",
            "List-Unsubscribe": f"<https://loop.example/u/{token}/>",
            "List-Unsubscribe-Post": "List-Unsubscribe=One-Click",
            "Auto-Submitted": "auto-generated",
            "X-Auto-Response-Suppress": "All",
            "Content-Language": "en",
            "X-Loop-Message": return_address.name_of(message.message_id),
        }

    def test_of_an_alert(self, people):
        case = detractor(people)
        (mail,) = deliver()
        message = Message.objects.get()
        assert headers(mail) == {
            "From": "Nordlys AS <hello@nordlys.example>",
            "To": "anna@loop.example",
            "Subject": "Score 2 from Eva Lind, Fjord AB: contact by Fri 20 Nov 09:12",
            "Message-ID": f"<{message.message_id}@nordlys.example>",
            "References": f"<case-{case.pk}@nordlys.example>",
            "Auto-Submitted": "auto-generated",
            "X-Auto-Response-Suppress": "All",
            "Content-Language": "en",
            "X-Loop-Message": return_address.name_of(message.message_id),
        }

    @pytest.mark.parametrize(
        "name",
        [
            "Eva\r\nBcc: all@evil.example", "Eva\nX: y", "Eva\x01Lind", "Eva\u2028Bcc: x@y.example", "Eva\u202egnp.exe",
            "Eva\x0b\x0c\x85Lind", "=?utf-8?q?Bcc=3A_x=40y?=", "x" * 500, "<b>Eva</b>", "{{ 7|add:7 }}{% now 'Y' %}",
        ],
    )  # fmt: skip
    def test_cannot_be_added_by_a_name(self, people, name):
        case = detractor(people)
        Contact.objects.filter(pk=case.contact_id).update(name=name[:300])  # past the door that would clean it
        (mail,) = deliver()
        assert set(headers(mail)) == {
            "From", "To", "Subject", "Message-ID", "References", "Auto-Submitted", "X-Auto-Response-Suppress",
            "Content-Language", "X-Loop-Message",
        }  # fmt: skip
        assert mail["To"] == "anna@loop.example"
        assert "evil" not in mail.get("Bcc", "")
        assert all(character.isprintable() for character in mail["Subject"])

    @pytest.mark.parametrize("address", ["eva@fjord.example\r\nBcc: x@y.example", "eva@fjord.example, b@c.example", ""])
    def test_cannot_be_added_by_an_address_and_the_others_leave(self, people, address):
        invitation = invited()
        announce.enqueue_invitations(now=NOW)
        Contact.objects.filter(pk=invitation.contact_id).update(email=address)
        detractor(people, email="other@fjord.example")
        sent = deliver()
        assert [mail["To"] for mail in sent if "Bcc" not in mail] == ["anna@loop.example"]
        assert Message.objects.get(kind="survey_invitation").state in ("dead", "cancelled")


class Tags(HTMLParser):
    """Notes every tag of a page."""

    def __init__(self):
        super().__init__()
        self.seen = []

    def handle_starttag(self, tag, attrs):
        self.seen.append((tag, dict(attrs)))


SCRIPTS = [
    "<script>alert(1)</script>", "<img src=x onerror=alert(1)>", "</div><iframe src='//evil'>", "<svg/onload=alert(1)>",
    "<a href='javascript:alert(1)'>x</a>", "{{ settings.SECRET_KEY }}", "<style>*{background:url(//evil)}</style>",
]  # fmt: skip


class TestWhatACustomerWrites:
    @pytest.mark.parametrize("written", SCRIPTS)
    def test_is_text_in_every_mail(self, people, written):
        case = detractor(people, name=written, title=written, phone=written[:50])
        response = case.response
        response.comment = written
        response.save(update_fields=["comment"])
        (mail,) = deliver()
        tags = Tags()
        tags.feed(html(mail))
        assert not {tag for tag, _attrs in tags.seen} & {"script", "img", "iframe", "svg"}
        assert all(not name.startswith("on") for _tag, attrs in tags.seen for name in attrs)
        links = [attrs["href"] for tag, attrs in tags.seen if tag == "a"]
        assert all(link.startswith(("tel:", "mailto:", "https://loop.example/")) for link in links)
        assert written in text(mail)

    def test_at_great_length_is_shortened(self, people):
        case = detractor(people)
        response = case.response
        response.comment = "long " * 2000
        response.save(update_fields=["comment"])
        (mail,) = deliver()
        assert len(text(mail)) < 3000


class TestEveryKind:
    def test_has_its_texts(self):
        for name in kinds.BY_NAME.keys() - {kinds.CHANNEL_TEST.name}:  # never a mail
            for part in ("subject.txt", "txt", "html"):
                get_template(f"notifications/email/{name}.{part}")

    def test_about_customers_is_known_to_the_model(self):
        assert {kind.name for kind in kinds.CUSTOMER} <= set(Message.CUSTOMER_KINDS)
        assert not {kind.name for kind in kinds.STAFF} & set(Message.CUSTOMER_KINDS)

    @pytest.mark.parametrize("language", ["en", "sv", "nb", "da", "fi"])
    def test_can_be_written_in_every_language(self, people, language):
        people.agent.language = people.lead.language = language
        for user in (people.agent, people.lead):
            user.save(update_fields=["language"])
        case = detractor(people, language=language)
        deliver()
        for _reminder in range(3):
            at = Case.objects.get(pk=case.pk).remind_at
            reminders.remind_due(now=at)
            deliver(at)
        day = {"actor": None, "now": later(days=4)}
        workflow.attempt(case_id=case.pk, channel="phone", reached=True, **day)
        cause = factories.RootCause.objects.get(key="billing")
        workflow.resolve(case_id=case.pk, root_cause=cause, summary="Put right.", **day)
        workflow.reopen(case_id=case.pk, reason="Not solved.", **day)
        deliver(later(days=4))
        workflow.resolve(case_id=case.pk, root_cause=cause, summary="Put right.", **day)
        deliver(later(days=34))
        invitation = Case.objects.get(pk=case.pk).recovery_invitation
        factories.response(9, contact=case.contact, survey_key="recovery", invitation=invitation, now=later(days=37))
        factories.case(team=people.north)
        deliver(later(days=37))
        written = set(Message.objects.filter(state="sent").values_list("kind", flat=True))
        assert written >= {
            "case_assigned", "reminder_half_time", "reminder_due", "reminder_overdue", "case_escalated",
            "case_reopened", "case_outcome", "recovery_invitation",
        }  # fmt: skip
        assert not Message.objects.exclude(state__in=["sent", "cancelled"]).exists()


class TestWhatIsKept:
    def test_of_a_mail_to_a_customer_opens_nothing(self, db, settings):
        invitation = invited()
        deliver()
        message = Message.objects.get()
        secret = invitations.link_token(invitation)
        unsubscribing = contacts.unsubscribe_token(invitation.contact)
        for kept in (message.body, message.body_html):
            assert secret not in kept
            assert unsubscribing not in kept
            assert "https://loop.example/s/***/" in kept

    def test_on_a_trial_machine_lets_one_click_through(self, db, settings):
        settings.DEBUG = True
        invitation = invited()
        deliver()
        message = Message.objects.get()
        assert invitations.link_token(invitation) in rendering.shown(message, now=NOW).html
        settings.DEBUG = False
        assert invitations.link_token(invitation) not in rendering.shown(message, now=NOW).html


def headers(mail):
    """All headers but those that say how the mail is put together, and when."""
    technical = {"MIME-Version", "Content-Type", "Date", "Content-Transfer-Encoding"}
    return {name: str(value) for name, value in mail.items() if name not in technical}
