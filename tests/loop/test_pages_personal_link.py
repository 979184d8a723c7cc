"""Anna asks Eva in person: the page on which the link is made, shown again, or refused with the reason."""

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from feedback import contacts, invitations
from feedback.models import Invitation
from tests import factories

pytestmark = pytest.mark.django_db


@pytest.fixture
def eva(people):
    return factories.contact("Eva Lind", account=factories.account("Fjord AB", owner=people.agent))


def browser(user):
    client = Client()
    client.force_login(user)
    return client


def make(user, contact):
    survey = factories.survey()
    return browser(user).post(reverse("personal-link", args=[contact.pk]), {"survey": survey.pk}, follow=True)


def shown(user, contact):
    return browser(user).get(reverse("personal-link", args=[contact.pk])).content.decode()


def test_the_way_there_stands_beside_the_contact(people, eva):
    account = reverse("account", args=[eva.account_id])
    way = reverse("personal-link", args=[eva.pk])
    assert way in browser(people.agent).get(account).content.decode()
    assert way not in browser(people.leader).get(account).content.decode()


def test_it_says_what_it_will_do_and_does_it(people, eva):
    assert "The contact counts as asked" in shown(people.agent, eva)
    page = make(people.agent, eva).content.decode()
    invitation = Invitation.objects.get()
    assert (invitation.channel, invitation.made_by) == ("link", people.agent.email)
    assert f"/s/{invitations.link_token(invitation)}/" in page
    assert '<svg class="qr"' in page
    assert "Personal link for Eva Lind" in page


def test_the_link_opens_the_survey_page(people, eva):
    make(people.agent, eva)
    page = Client().get(f"/s/{invitations.link_token(Invitation.objects.get())}/")
    assert "This link is for Eva Lind." in page.content.decode()


def test_it_is_shown_again_while_it_waits_and_not_made_twice(people, eva):
    make(people.agent, eva)
    token = invitations.link_token(Invitation.objects.get())
    assert token in shown(people.agent, eva)
    assert token in shown(people.lead, eva)
    assert make(people.agent, eva).status_code == 409
    assert Invitation.objects.count() == 1
    factories.response(9, contact=eva, invitation=Invitation.objects.get(), now=timezone.now())
    assert token not in shown(people.agent, eva)


def test_who_may_not_be_asked_is_not_and_the_reason_stands_there(people, eva):
    contacts.opt_out(eva, now=timezone.now())
    page = shown(people.agent, eva)
    assert "Eva Lind may not be asked at the moment: <b>does not want surveys</b>" in page
    assert "Make the link" not in page
    refused = make(people.agent, eva)
    assert refused.status_code == 409
    assert "does not want surveys" in refused.content.decode()
    assert not Invitation.objects.exists()


def test_looking_makes_nothing(people, eva):
    for _look in range(3):
        shown(people.agent, eva)
    assert not Invitation.objects.exists()


def test_without_a_survey_in_use_nobody_is_asked(people, eva):
    factories.survey().__class__.objects.update(is_active=False)
    assert "no survey is in use" in shown(people.agent, eva)


def test_a_link_of_a_lost_key_says_so(people, eva):
    make(people.agent, eva)
    Invitation.objects.update(token_hash="of another key")
    assert "SECRET_KEY_FALLBACKS" in shown(people.agent, eva)
