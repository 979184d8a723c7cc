"""A customer who asked for an e-mail gets one, reads so on their page, and is not told that we are late."""

import pytest

from feedback import contacts
from feedback.contacts import address_hash
from feedback.models import Suppression
from loop import correspondence, customer, customer_pages, mailing
from loop.correspondence import Letter
from loop.models import Case, CaseMail, CustomerPage, Wish
from loop.views import customer_words
from loop.workflow import StepRefused
from tests import factories
from tests.factories import NOW, later

LONG_AFTER = later(days=9)


@pytest.fixture
def case(people) -> Case:
    return factories.case(3, owner=people.agent, contact_name="Eva Lind")


@pytest.fixture
def page(case) -> CustomerPage:
    return customer_pages.page_of(case, now=NOW)


def write(case, actor, **when):
    return mailing.send(case_id=case.pk, subject="Your answer", text="Hello", actor=actor, now=later(**when))


def read(page, now=LONG_AFTER):
    shown = customer_words.of_page(customer_pages.find(customer_pages.token_of(page)), now=now)
    return shown["headline"], [step.text for step in shown["steps"]], [step.is_deadline for step in shown["steps"]]


class TestThePage:
    def test_tells_of_the_mail_and_of_no_deadline(self, people, case, page):
        customer.wish(page, Wish.EMAIL, now=later(minutes=5))
        write(case, people.agent, hours=1)
        headline, steps, deadlines = read(page)
        assert headline.startswith("Anna has written you an e-mail.")
        assert "We wrote to you" in steps
        assert "We tried to reach you" not in steps
        assert not any(deadlines)

    def test_keeps_the_deadline_of_a_mail_that_came_back(self, people, case, page):
        mail = write(case, people.agent, hours=1)
        mailing.mark_returned(mail.pk, why="5.1.1", now=later(hours=2))
        headline, steps, deadlines = read(page)
        assert headline.startswith("You should have heard from us")
        assert "We tried to reach you" in steps
        assert any(deadlines)

    def test_of_a_case_that_is_open_again_waits_for_another_mail(self, people, case, page):
        write(case, people.agent, hours=1)
        Case.objects.filter(pk=case.pk).update(reopened_at=later(days=1))
        assert not read(page)[0].startswith("Anna has written")


class TestWhoWantsNoMoreQuestions:
    def test_is_written_to_when_they_chose_e_mail(self, people, case, page):
        contacts.opt_out(case.contact, now=NOW)
        customer.wish(page, Wish.EMAIL, now=later(minutes=5))
        assert write(case, people.agent, hours=1).state == "waiting"

    def test_is_answered_when_they_wrote_on_the_page(self, people, case, page):
        contacts.opt_out(case.contact, now=NOW)
        customer.write(page, "Where is my invoice?", now=later(minutes=5))
        assert write(case, people.agent, hours=1).state == "waiting"

    @pytest.mark.parametrize(
        ("address", "is_automatic", "mails"), [("", False, 1), ("x@y.example", False, 0), ("", True, 0)]
    )
    def test_is_answered_when_they_wrote_a_mail_themselves(self, people, case, address, is_automatic, mails):
        contacts.opt_out(case.contact, now=NOW)
        letter = Letter("<1@x>", address or case.contact.email, "Eva", "Re", "Call me.", is_automatic=is_automatic)
        correspondence.receive(letter, case_id=case.pk, now=later(minutes=5))
        try:
            write(case, people.agent, hours=1)
        except StepRefused:
            assert not mails
        assert CaseMail.objects.filter(direction="out").count() == mails

    @pytest.mark.parametrize("reason", ["bounced", "complained"])
    def test_but_nobody_is_whose_address_is_dead_or_who_complained(self, people, case, page, reason):
        Suppression.objects.create(address_hash=address_hash(case.contact.email), reason=reason, created_at=NOW)
        customer.wish(page, Wish.EMAIL, now=later(minutes=5))
        with pytest.raises(StepRefused):
            write(case, people.agent, hours=1)
