"""Bea gives a 9, is thanked and asked once, says yes and takes it back; or she praises and complains in one breath."""

import re

from django.core import mail
from django.test import Client

from loop.models import Ask, Case, Favour, Thank, ThanksPolicy, WordRule
from tests import factories, stories
from tests.journeys.walk import forms, hidden


def policy(**fields):
    ThanksPolicy.objects.create(survey=factories.survey(), **fields)


def page_in_mail(contact):
    (latest,) = [each for each in mail.outbox if contact.email in each.to and "/t/" in each.body]
    return re.findall(r"http://testserver(/t/[\w-]+/)", latest.body)[0]


def press(address, **fields):
    page = Client().get(address)
    return Client().post(address, {**hidden(forms(page)[0]), **fields}, follow=True).content.decode()


def test_a_promoter_is_thanked_says_yes_and_takes_it_back(walk, people, bea):
    policy(promoter_thanks=Thank.MAIL, promoter_ask=Ask.REFERENCE)
    walk.until("2026-11-18 16:55")
    walk.answer(bea, 9, "Quick and kind.")
    walk.sweep()
    assert walk.mails() == []  # she may still correct it

    walk.until("2026-11-18 17:06")
    assert walk.mails() == []  # her working day is over

    walk.until("2026-11-19 07:01")
    assert walk.mails() == [("customer_thanks", "Bea")]
    address = page_in_mail(bea)
    assert "This is what you agreed to" in press(address, do="yes", call="1", text="Not on Mondays.")
    assert Favour.objects.get().may_call

    walk.until("2026-11-20 07:31")
    assert walk.mails() == [("digest", "Anna")]
    morning = [each for each in mail.outbox if people.agent.email in each.to][-1]
    assert "Bea, Nordlund AB" in morning.body
    assert "somebody may call them" in morning.body

    assert "It is taken back." in press(address, do="take-back")
    walk.until("2026-11-23 07:31")
    assert walk.mails() == [("digest", "Anna")]
    walk.until("2026-11-24 07:31")
    assert walk.mails() == []
    assert not Favour.objects.standing().exists()


def test_a_nine_that_becomes_a_three_is_called_and_not_thanked(walk, people, bea):
    policy(promoter_thanks=Thank.MAIL, promoter_ask=Ask.REFERENCE)
    walk.until("2026-11-18 10:00")
    walk.answer(bea, 9)
    walk.until("2026-11-18 10:05")
    walk.answer(bea, 3, "I pressed the wrong one.")
    walk.until("2026-11-18 10:30")
    assert walk.mails() == [("case_assigned", "Anna")]


def test_a_nine_with_a_complaint_is_called_and_asked_for_nothing(walk, people, bea):
    policy(promoter_thanks=Thank.MAIL, promoter_ask=Ask.REFERENCE)
    WordRule.objects.create(survey=factories.survey(), for_promoters=True, words={"en": ["broken"]})
    walk.until("2026-11-18 10:00")
    thanks = walk.answer(bea, 9, "Lovely people. The export is broken, though.")
    page = thanks.content.decode()
    assert "mention you" not in page
    assert "See what happens now" in page
    walk.until("2026-11-18 10:30")
    assert walk.mails() == [("case_assigned", "Anna")]
    case = Case.objects.get()
    assert (case.owner, case.opened_by_word) == (people.agent, "broken")
    assert stories.told(case, "opened")[0]["rule"] == "words"

    walk.step(people.agent, "attempt", case, channel="phone", outcome="reached", note="Export is repaired on Friday.")
    assert Case.objects.get().state == "contacted"
