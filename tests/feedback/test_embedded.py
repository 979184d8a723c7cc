"""A link in the company's own mails: Eva's, whatever the mail looks like, and made an invitation only by her answer."""

from datetime import timedelta

import pytest
import time_machine
from django.test import Client
from django.utils import timezone

from feedback import sampling, survey_links, suspects
from feedback.models import Invitation, Response
from loop.models import Case
from notifications import announce
from tests import factories
from tests.feedback.doors import hidden, path, send, standing
from tests.feedback.survey_page import SEEN

pytestmark = pytest.mark.django_db


@pytest.fixture
def eva(people):
    return factories.contact("Eva Lind", account=factories.account(owner=people.agent), external_id="C-1")


@pytest.fixture
def link():
    return standing("mail")


@pytest.fixture
def address(link, eva):
    return path(link, "C-1")


class TestEva:
    def test_finds_the_score_of_the_button_chosen_and_her_name(self, address):
        page = Client().get(f"{address}?score=7").content.decode()
        assert 'value="7" required checked' in page
        assert "This link is for Eva Lind." in page

    def test_answers_and_counts_as_herself(self, address, eva, link, people):
        sent = send(address, score=3, comment="Late.", page=SEEN)
        assert (sent.status_code, sent.url) == (303, f"{address}?sent")
        response = Response.objects.get()
        assert (response.contact, response.invitation.channel, response.invitation.link) == (eva, "embedded", link)
        assert Case.objects.get().owner == people.agent
        thanks = Client().get(sent.url).content.decode()
        assert "Late." in thanks
        assert f'href="{address}"' in thanks

    def test_corrects_her_answer_by_the_same_link(self, address):
        send(address, score=3, page=SEEN)
        assert "You answered 3." in Client().get(address).content.decode()
        send(address, score=8, comment="They called.", page=SEEN)
        assert Response.objects.get().score == 8
        assert Invitation.objects.count() == 1

    def test_gives_a_new_answer_when_the_last_one_is_old(self, address):
        with time_machine.travel(timezone.now() - timedelta(days=61), tick=False):
            send(address, score=3, page=SEEN)
        assert "You answered" not in Client().get(address).content.decode()
        send(address, score=9, page=SEEN)
        assert sorted(Response.objects.values_list("score", flat=True)) == [3, 9]

    def test_is_mailed_nothing_by_us_because_of_it(self, address):
        send(address, score=9, page=SEEN)
        assert announce.enqueue_invitations(now=timezone.now() + timedelta(days=1)) == 0

    def test_is_left_alone_after_an_answer_and_not_after_a_machines_try(self, address, eva):
        with time_machine.travel(timezone.now(), tick=False) as clock:
            send(address, score=9, subject="x", page=SEEN)
            assert suspects.to_verify().count() == 1
            clock.shift(3600)
            assert sampling.why_not(eva, factories.survey(), now=timezone.now()) == ""
            send(address, score=9, page=SEEN)
            assert sampling.why_not(eva, factories.survey(), now=timezone.now()) == "answered_recently"

    def test_who_passed_the_mail_on_is_not_answered_for(self, address):
        send(f"{address}?who=other", score=1, comment="Not Eva.", page=SEEN)
        response = Response.objects.get()
        assert (response.contact, response.source) == (None, "forwarded")


class TestScannersOfSuchAMail:
    def test_that_send_all_eleven_forms_give_no_score(self, address):
        for score in range(11):
            send(f"{address}?score={score}", score=score)
        assert not Response.objects.counted().exists()
        assert not Case.objects.open().exists()

    def test_that_forge_or_mix_addresses_get_one_and_the_same_page(self, address, link, eva):
        bo = factories.contact("Bo", external_id="C-2")
        signature = address.rstrip("/").rpartition("/")[2]
        forged = [
            f"/l/relational/C-2/{signature}/",
            f"/l/relational/C-9/{signature}/",
            f"/l/product/C-1/{signature}/",
            f"/l/nothing/C-1/{signature}/",
            f"/l/relational/C-1/{signature[:-1]}/",
            f"/l/relational/C-1/{signature}/{signature}/",
            "/l/relational/C-1/x/",
        ]
        pages = [Client().get(one) for one in forged]
        assert {page.status_code for page in pages} == {404}
        assert len({page.content for page in pages}) == 1
        assert all(Client().post(one, {"score": 3}).status_code == 404 for one in forged)
        assert not Invitation.objects.filter(contact__in=[bo, eva]).exists()

    def test_whose_contact_is_gone_gets_the_same(self, address, eva):
        eva.external_id = "C-3"
        eva.save()
        assert Client().get(address).status_code == 404


class TestSwitchedOff:
    def test_it_says_so_and_takes_nothing(self, address, link):
        form = hidden(Client().get(address).content.decode())
        facts = {"name": "Malmö", "language": "", "expires_at": None, "now": timezone.now()}
        survey_links.change(link, is_active=False, **facts)
        assert Client().get(address).status_code == 410
        assert Client().post(address, {**form, "score": 3}).status_code == 410
        assert not Invitation.objects.exists()


class TestAfterTheSurveyHasClosed:
    def close(self, link, ago=timedelta()):
        link.survey.closes_at = timezone.now() - ago
        link.survey.save()

    def test_eva_is_heard_and_her_answer_is_late_and_followed_up(self, address, link, people):
        self.close(link)
        assert "This survey has closed" in Client().get(address).text
        assert send(address, score=3, comment="Late.", page=SEEN).status_code == 303
        response = Response.objects.get()
        assert (response.is_late, response.contact.name) == (True, "Eva Lind")
        assert Case.objects.get().owner == people.agent

    def test_a_year_later_nothing_is_taken(self, address, link):
        form = hidden(Client().get(address).text)
        self.close(link, ago=timedelta(days=366))
        assert Client().post(address, {**form, "score": 3}).status_code == 410
        assert not Response.objects.exists()


def test_an_answer_that_is_refused_leaves_no_invitation(address, link):
    assert send(address, comment="No score.").status_code == 400
    assert Client().post(address, {"score": 3}).status_code == 403
    assert not Invitation.objects.exists()
