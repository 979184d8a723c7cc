"""A survey's mail before it leaves: the preview and the test mail are the real one, and their links record nothing."""

import re

import pytest
from django.core import mail as outbox_of_django
from django.test import Client
from django.urls import reverse

from feedback import invitations, surveys
from feedback.models import Invitation
from notifications import delivery, rendering, trying
from notifications.models import Message, MessageState
from tests import factories
from tests.factories import NOW

pytestmark = pytest.mark.django_db


def stored(language="sv"):
    return factories.survey().wordings.get(language=language)


def without_links(html: str) -> str:
    return re.sub(r'href="[^"]*"', "", html)


def real_mail(contact) -> rendering.Shown:
    """What a customer gets."""
    invitation = invitations.invite(survey=factories.survey(), contact=contact, due_at=NOW, now=NOW)
    message = Message.objects.create(
        key="k", kind="survey_invitation", contact=contact, invitation=invitation, send_after=NOW, created_at=NOW
    )
    return rendering.render(message, now=NOW)


def test_the_preview_is_the_mail_customers_get_apart_from_its_links(people):
    customer = factories.contact("Ada", account=factories.account(owner=people.admin), language="sv")
    assert without_links(trying.written(stored(), reader=people.admin).html) == without_links(real_mail(customer).html)


def test_a_test_mail_leaves_by_the_outbox_and_says_that_it_is_one(people):
    trying.send_test(stored(), to=people.admin, now=NOW)
    assert delivery.deliver_due(now=NOW) == 1
    message = Message.objects.get()
    assert (message.kind, message.state, message.to) == ("survey_test", MessageState.SENT, "ada@loop.example")
    (mail,) = outbox_of_django.outbox
    assert mail.subject.startswith("Test: En fråga från ")


def test_a_test_mail_holds_no_customers_link_and_asks_nobody(people):
    trying.send_test(stored(), to=people.admin, now=NOW)
    message = Message.objects.get()
    assert "/s/" not in message.body_html
    assert reverse("survey-try", args=[factories.survey().pk, "sv"]) in message.body
    assert not Invitation.objects.exists()


def test_only_administrators_send_one(people):
    address = reverse("survey-test", args=[factories.survey().pk, "sv"])
    for person, status in ((people.leader, 403), (people.agent, 403), (people.admin, 302)):
        browser = Client()
        browser.force_login(person)
        assert browser.post(address).status_code == status
    assert Message.objects.get().user == people.admin


def test_a_language_without_words_has_no_mail(people):
    browser = Client()
    browser.force_login(people.admin)
    assert browser.get(reverse("survey-mail", args=[factories.survey().pk, "de"])).status_code == 404
    assert browser.post(reverse("survey-test", args=[factories.survey().pk, "de"])).status_code == 404


def test_words_with_markup_stay_text_in_the_mail(people):
    survey = factories.survey()
    texts = {name: getattr(stored(), name) for name in surveys.WORDS}
    written = surveys.set_wording(survey, "sv", {**texts, "question": "<script>alert(1)</script>?"})
    html = trying.written(written, reader=people.admin).html
    assert "<script>alert" not in html
    assert "&lt;script&gt;alert" in html


def test_the_sender_of_the_survey_is_who_the_mail_is_from(people):
    survey = factories.survey()
    survey.sender_name = "Anna at Nordlys"
    survey.save(update_fields=["sender_name"])
    assert real_mail(factories.contact()).sender_name == "Anna at Nordlys"
