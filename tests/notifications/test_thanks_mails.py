"""A mail of thanks leaves once, in the customer's language, and asks only what may be asked at that moment."""

import re
import smtplib

import pytest

from loop import favours, sweeping, thanks
from loop.models import Ask, Favour, Thank, Thanks, ThanksPolicy
from notifications import delivery, digests
from notifications.models import Message
from tests import factories
from tests.factories import later

pytestmark = pytest.mark.django_db


@pytest.fixture
def policy() -> ThanksPolicy:
    return ThanksPolicy.objects.create(
        survey=factories.survey(),
        promoter_thanks=Thank.MAIL,
        promoter_ask=Ask.REFERENCE,
        passive_thanks=Thank.MAIL,
        review_url="https://reviews.example/loop",
        referral_url="https://loop.example/friends",
    )


def customer(people, name="Tove", **details):
    return factories.contact(name, account=factories.account("Fjord AS", owner=people.agent), **details)


@pytest.fixture
def tove(people):
    return customer(people)


def after(**delta):
    sweeping.run_all(now=later(**delta))


def to(server, contact):
    return [mail for mail in server.taken if mail.to == [contact.email]]


@pytest.mark.usefixtures("policy")
class TestTheMail:
    def test_thanks_a_promoter_and_asks_gently(self, people, server, tove):
        factories.response(9, contact=tove)
        after(minutes=11)
        (mail,) = to(server, tove)
        assert mail.subject == "Thank you for your answer"
        assert "We are glad that you are happy with" in mail.body
        assert "Anna reads it." in mail.body
        assert "Only if you like." in mail.body
        assert thanks.link(Thanks.objects.get()) in mail.body
        assert mail.reply_to == [people.agent.email]
        assert mail.extra_headers["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"

    def test_thanks_a_passive_and_asks_nothing(self, server, tove):
        factories.response(7, contact=tove)
        after(minutes=11)
        (mail,) = to(server, tove)
        assert "It helps us to get better." in mail.body
        assert "Only if you like." not in mail.body
        assert "/t/" not in mail.body

    def test_leads_straight_to_where_reviews_are_written(self, server, tove, policy):
        ThanksPolicy.objects.update(promoter_ask=Ask.REVIEW)
        factories.response(9, contact=tove)
        after(minutes=11)
        (mail,) = to(server, tove)
        html = mail.alternatives[0][0]
        assert 'href="https://reviews.example/loop"' in html
        assert "Write a review: https://reviews.example/loop" in mail.body

    def test_has_the_words_of_the_policy(self, server, tove):
        ThanksPolicy.objects.update(own_words={"reference": {"en": "Would {company} please you as a reference?"}})
        factories.response(9, contact=tove)
        after(minutes=11)
        (mail,) = to(server, tove)
        assert re.search(r"Would [^{}]+ please you as a reference\?", mail.body)
        assert "Only if you like." not in mail.body

    def test_holds_no_markup_a_customer_wrote(self, people, server):
        mallory = customer(people, name="<img src=x onerror=alert(1)>")
        factories.response(9, contact=mallory)
        after(minutes=11)
        (mail,) = to(server, mallory)
        assert "<img" not in mail.alternatives[0][0]

    def test_names_nobody_who_does_not_want_to_be_named(self, people, server, tove):
        people.agent.name_for_customers = "Your Loop team"
        people.agent.save()
        factories.response(9, contact=tove)
        after(minutes=11)
        assert "Your Loop team reads it." in to(server, tove)[0].body

    @pytest.mark.parametrize(
        ("language", "subject", "asks"),
        [
            ("en", "Thank you for your answer", "mention you"),
            ("sv", "Tack för ditt svar", "nämna dig"),
            ("nb", "Takk for svaret ditt", "nevne deg"),
            ("da", "Tak for dit svar", "nævne dig"),
            ("fi", "Kiitos vastauksestasi", "mainita sinut"),
        ],
    )
    def test_speaks_the_customers_language(self, people, server, language, subject, asks):
        person = customer(people, language=language)
        factories.response(9, contact=person)
        after(minutes=11)
        (mail,) = to(server, person)
        assert mail.subject == subject
        assert asks in mail.body

    @pytest.mark.parametrize("language", ["sv", "nb", "da", "fi"])
    @pytest.mark.parametrize("ask", [*Ask.values, ""])
    @pytest.mark.parametrize("score", [7, 9])
    def test_has_no_english_left_in_any_language(self, people, server, language, ask, score):
        ThanksPolicy.objects.update(promoter_ask=ask, passive_ask=ask)
        factories.response(score, contact=customer(people, language=language))
        english = customer(people, name="Eve", language="en")
        factories.response(score, contact=english)
        after(minutes=11)
        mails = [mail.body for mail in server.taken if mail.to[0].startswith("contact")]
        said, in_english = ([line for line in body.splitlines() if line.strip()] for body in mails)
        assert len(said) == len(in_english)
        assert not {line for line in said if "http" not in line} & set(in_english)


@pytest.mark.usefixtures("policy")
class TestExactlyOnce:
    def test_a_repeat_after_a_broken_line_is_the_same_mail(self, server, tove):
        factories.response(9, contact=tove)

        def breaks(mail):
            server.taken.append(mail)
            raise smtplib.SMTPServerDisconnected("Connection unexpectedly closed")

        server.behave = breaks
        after(minutes=11)
        server.behave = None
        for minutes in (12, 20, 30, 45, 60):
            after(minutes=minutes)
        first, second = to(server, tove)
        assert first.extra_headers["Message-ID"] == second.extra_headers["Message-ID"]
        assert Message.objects.filter(kind="customer_thanks").count() == 1

    def test_one_that_was_not_taken_is_tried_again_and_sent_once(self, server, tove):
        factories.response(9, contact=tove)
        server.away = True
        after(minutes=11)
        server.away = False
        for minutes in (13, 14, 20):
            after(minutes=minutes)
        assert len(to(server, tove)) == 1

    def test_no_mail_is_sent_while_a_transaction_is_open(self, server, tove):
        """The claim is committed before the network is touched: of two sweeps at once one sends."""
        factories.response(9, contact=tove)
        after(minutes=11)
        assert delivery.deliver_due(now=later(minutes=11)) == 0


@pytest.mark.usefixtures("policy")
class TestLookedAtAgainWhenItLeaves:
    def waiting(self, server):
        server.away = True
        after(minutes=11)
        server.away = False

    def test_a_case_that_has_opened_keeps_it_back(self, server, tove):
        factories.response(9, contact=tove)
        self.waiting(server)
        factories.response(2, contact=tove, survey_key="product", now=later(minutes=11))
        after(minutes=13)
        message = Message.objects.get(kind="customer_thanks")
        assert (message.state, message.error_in_words) == ("cancelled", "the customer has an open case")
        assert Thanks.objects.get().withheld == "open_case"
        assert not to(server, tove)

    def test_a_policy_that_thanks_no_more_keeps_it_back(self, server, tove):
        factories.response(9, contact=tove)
        self.waiting(server)
        ThanksPolicy.objects.update(promoter_thanks=Thank.PAGE)
        after(minutes=13)
        assert not to(server, tove)

    def test_a_colleagues_case_takes_the_ask_out_and_leaves_the_thanks(self, server, tove):
        factories.response(9, contact=tove)
        self.waiting(server)
        factories.response(2, contact=factories.contact("Bo", account=tove.account), now=later(minutes=11))
        after(minutes=13)
        (mail,) = to(server, tove)
        assert "glad" in mail.body
        assert "mention you" not in mail.body

    def test_the_hour_is_looked_at_again(self, server, tove):
        factories.response(9, contact=tove)
        self.waiting(server)
        after(hours=10)  # 19:12 in Stockholm
        assert not to(server, tove)
        after(days=1)
        assert len(to(server, tove)) == 1

    def test_a_yes_said_on_the_page_is_not_asked_for_again(self, server, tove):
        answer = factories.response(9, contact=tove)
        favours.say_yes(answer.thanks, may_name=True, may_call=False, text="", now=later(minutes=1))
        after(minutes=2)  # whoever says yes is done: nobody need wait for a correction
        (mail,) = to(server, tove)
        assert "mention you" not in mail.body
        assert f"See what you agreed to, or take it back: {thanks.link(answer.thanks)}" in mail.body


class TestTheMorningMail:
    """Whoever looks after the account reads of a yes once, and once of its end."""

    @pytest.fixture(autouse=True)
    def _asked(self, policy, server):
        pass

    def said(self, contact, now):
        answer = factories.response(9, contact=contact, now=now)
        return favours.say_yes(answer.thanks, may_name=True, may_call=True, text="In spring.", now=now)

    def morning(self, day, minute=30):
        now = later(days=day - 19).replace(hour=6, minute=minute)  # half past seven in Stockholm
        digests.enqueue(now=now)
        delivery.deliver_due(now=now)

    def told(self, server, user):
        return [mail for mail in server.taken if mail.to == [user.email] and "agreed to" in mail.body]

    def test_tells_the_owner_once(self, people, server, tove):
        self.said(tove, later(hours=1))
        for day in (20, 23, 24):
            self.morning(day)
        (mail,) = self.told(server, people.agent)
        assert mail.subject == "Today: 1 customer agreed"
        assert "Tove, Fjord AS" in mail.body
        assert "we may name them, and somebody may call them" in mail.body
        assert Favour.objects.get().told_at is not None

    def test_tells_nobody_else(self, people, server, tove):
        self.said(tove, later(hours=1))
        self.morning(20)
        for person in people:
            assert bool(self.told(server, person)) == (person == people.agent)

    def test_tells_whoever_stands_in(self, people, server, tove):
        self.said(tove, later(hours=1))
        factories.away(people.agent, starts_on=later(days=1).date(), substitute=people.colleague, now=later(hours=2))
        sweeping.run_all(now=later(days=1).replace(hour=5))
        self.morning(20)
        assert len(self.told(server, people.colleague)) == 1
        assert not self.told(server, people.agent)

    def test_tells_every_lead_of_an_account_nobody_looks_after(self, people, server):
        self.said(factories.contact("Bo", account=factories.account("Ö AB")), later(hours=1))
        self.morning(20)
        self.morning(23)
        assert [len(self.told(server, lead)) for lead in (people.lead, people.other_lead, people.agent)] == [1, 1, 0]

    def test_waits_for_a_mail_that_arrives(self, people, server, tove):
        self.said(tove, later(hours=1))
        server.away = True
        self.morning(20)
        server.away = False
        self.morning(23)
        assert len(self.told(server, people.agent)) == 1

    def test_tells_of_what_was_taken_back_after_it_was_told(self, people, server, tove):
        favour = self.said(tove, later(hours=1))
        self.morning(20)
        favours.take_back(favour.thanks, now=later(days=1, hours=3))
        self.morning(23)
        self.morning(24)
        _first, second = self.told(server, people.agent)
        assert "taken back" in second.body

    def test_says_nothing_of_what_was_taken_back_before_anybody_read_it(self, people, server, tove):
        favour = self.said(tove, later(hours=1))
        favours.take_back(favour.thanks, now=later(hours=2))
        self.morning(20)
        assert not self.told(server, people.agent)
