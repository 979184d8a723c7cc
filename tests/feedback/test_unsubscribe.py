"""The way out: a person's button and a mail provider's one click stop our questions, a scanner's visit does not."""

import re

import pytest
from django.test import Client
from django.utils import timezone

from feedback import contacts, invitations
from feedback.models import Contact, Suppression
from tests import factories

ONE_CLICK = {"List-Unsubscribe": "One-Click"}


@pytest.fixture
def customer(db):
    return factories.contact("Eva Lind", email="eva@fjord.example")


@pytest.fixture
def browser():
    return Client(enforce_csrf_checks=True)


@pytest.fixture
def link(customer):
    return f"/u/{contacts.unsubscribe_token(customer)}/"


def wants_mail(contact):
    return contacts.may_be_mailed(Contact.objects.get(pk=contact.pk))


class TestOneClick:
    def test_stops_our_questions(self, browser, customer, link):
        answer = browser.post(link, ONE_CLICK)
        assert answer.status_code == 200
        assert not answer.cookies
        assert not wants_mail(customer)

    def test_may_be_repeated_and_the_first_time_stands(self, browser, customer, link):
        browser.post(link, ONE_CLICK)
        first = Contact.objects.get(pk=customer.pk).opted_out_at
        for _again in range(10):
            assert browser.post(link, ONE_CLICK).status_code == 200
        assert Contact.objects.get(pk=customer.pk).opted_out_at == first
        assert Suppression.objects.count() == 1

    def test_comes_as_a_multipart_form_from_some_providers(self, browser, customer, link):
        body = '--b\r\nContent-Disposition: form-data; name="List-Unsubscribe"\r\n\r\nOne-Click\r\n--b--\r\n'
        assert browser.post(link, body, content_type="multipart/form-data; boundary=b").status_code == 200
        assert not wants_mail(customer)

    def test_outlives_a_new_import_of_the_same_address(self, browser, customer, link):
        browser.post(link, ONE_CLICK)
        again, created = contacts.upsert_contact(
            external_id="NEW-1", name="Eva L.", email="EVA@fjord.example", now=timezone.now()
        )
        assert created
        assert not contacts.may_be_mailed(again)


class TestAPerson:
    def test_presses_one_button(self, browser, customer, link):
        page = browser.get(link).content.decode()
        seal = re.search(r'name="csrfmiddlewaretoken" value="([^"]+)"', page).group(1)
        done = browser.post(link, {"csrfmiddlewaretoken": seal})
        assert "You will get no more questions" in done.content.decode()
        assert not wants_mail(customer)

    def test_who_comes_back_reads_that_it_is_done(self, browser, link):
        browser.post(link, ONE_CLICK)
        assert "You will get no more questions" in browser.get(link).content.decode()

    def test_recognises_the_address_others_do_not_learn_it(self, browser, link):
        page = browser.get(link).content.decode()
        assert "e…@fjord.example" in page
        assert "eva@fjord.example" not in page


class TestSomebodyWithoutAnAddress:
    @pytest.fixture
    def customer(self, db):
        return factories.contact("Bo Ek", email="", phone="070-174 06 05", account=factories.account(country="SE"))

    def test_is_asked_first_and_stopped_then(self, browser, customer, link):
        page = browser.get(link).content.decode()
        assert "Send me no more questions" in page
        assert "…605" in page
        assert "070-174" not in page
        seal = re.search(r'name="csrfmiddlewaretoken" value="([^"]+)"', page).group(1)
        assert "You will get no more questions" in browser.post(link, {"csrfmiddlewaretoken": seal}).content.decode()
        assert not contacts.may_be_texted(Contact.objects.get(pk=customer.pk))
        assert "You will get no more questions" in browser.get(link).content.decode()

    def test_of_whom_we_know_nothing_at_all_reads_a_whole_sentence(self, browser, db):
        nobody = factories.contact("Bo Ek", email="")
        page = browser.get(f"/u/{contacts.unsubscribe_token(nobody)}/").content.decode()
        assert "We will send you no more questions" in page


def test_a_dead_address_is_no_opt_out(browser, customer, link):
    Suppression.objects.create(address_hash=customer.address_hash, reason="bounced", created_at=timezone.now())
    assert "Send me no more questions" in browser.get(link).content.decode()
    browser.post(link, ONE_CLICK)
    assert Suppression.objects.get().reason == "unsubscribed"  # so that it holds when the address works again


class TestAMachine:
    def test_that_opens_the_link_unsubscribes_nobody(self, browser, customer, link):
        for _again in range(100):
            assert browser.get(link).status_code == 200
            assert browser.head(link).status_code == 200
        assert wants_mail(customer)

    def test_that_posts_nothing_in_particular_unsubscribes_nobody(self, browser, customer, link):
        assert browser.post(link).status_code == 200
        assert "Send me no more questions" in browser.post(link, {"csrfmiddlewaretoken": "x"}).content.decode()
        assert wants_mail(customer)


class TestAForgedLink:
    @pytest.mark.parametrize("token", ["x", "1-", "-", "9" * 21 + "-abc", "1-AAAAAAAAAAAAAAAAAAAAAA", "٣-abc"])
    def test_is_not_found(self, browser, customer, token):
        assert browser.get(f"/u/{token}/").status_code == 404
        assert browser.post(f"/u/{token}/").status_code == 200

    @pytest.mark.parametrize("token", ["x", "999-abc", "9" * 21 + "-abc", "1-AAAAAAAAAAAAAAAAAAAAAA"])
    def test_by_one_click_is_answered_as_any_other_and_does_nothing(self, browser, customer, link, token):
        """A provider that is told 404 tries again, or counts it against us."""
        unknown, known = (browser.post(address, ONE_CLICK) for address in (f"/u/{token}/", link))
        assert (unknown.status_code, unknown.content) == (known.status_code, known.content) == (200, b"Unsubscribed.\n")
        assert Suppression.objects.count() == 1

    def test_of_a_survey_unsubscribes_nobody(self, browser, customer):
        now = timezone.now()
        invitation = invitations.invite(survey=factories.survey(), contact=customer, due_at=now, now=now)
        token = invitations.link_token(invitation)
        assert browser.post(f"/u/{customer.pk}-{token}/", ONE_CLICK).status_code == 200
        assert wants_mail(customer)
