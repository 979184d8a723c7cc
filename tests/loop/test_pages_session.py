"""Signing in, signing out and setting a password."""

import re
from html import unescape

import pytest
import time_machine
from django.contrib.auth.tokens import default_token_generator
from django.http import QueryDict
from django.test import Client
from django.urls import reverse
from django.utils.encoding import force_bytes
from django.utils.http import urlsafe_base64_encode

from loop import interrupted
from loop.models.event import EventKind
from tests import factories
from tests.factories import PASSWORD

pytestmark = pytest.mark.django_db


def sign_in(client: Client, address: str, password: str = PASSWORD):
    return client.post(reverse("login"), {"username": address, "password": password})


def password_link(user) -> str:
    number = urlsafe_base64_encode(force_bytes(user.pk))
    return reverse("set-password", args=[number, default_token_generator.make_token(user)])


def notes(case) -> list[str]:
    return [event.data["text"] for event in case.events.filter(kind=EventKind.NOTE)]


class TestSigningIn:
    @pytest.mark.parametrize("address", ["anna@loop.example", "Anna@Loop.Example", " anna@loop.example "])
    def test_by_address_in_whatever_capitals(self, people, address):
        answer = sign_in(Client(), address)

        assert (answer.status_code, answer.url) == (302, "/")

    def test_it_leads_back_to_the_page_that_was_asked_for(self, people):
        answer = Client().post("/login/?next=/accounts/", {"username": people.agent.email, "password": PASSWORD})

        assert answer.url == "/accounts/"

    def test_but_never_to_another_site(self, people):
        data = {"username": people.agent.email, "password": PASSWORD}

        assert Client().post("/login/?next=https://evil.example/", data).url == "/"

    def test_a_wrong_password_says_what_may_be_wrong_and_keeps_the_address(self, people):
        page = sign_in(Client(), people.agent.email, "not it")

        assert page.status_code == 200
        assert "This address and password do not go together." in page.text
        assert people.agent.email in page.text
        assert "not it" not in page.text

    def test_an_address_nobody_has_gets_the_same_words(self, people):
        assert "This address and password do not go together." in sign_in(Client(), "nobody@loop.example").text

    def test_somebody_who_has_left_cannot(self, people):
        people.agent.is_active = False
        people.agent.save(update_fields=["is_active"])

        assert sign_in(Client(), people.agent.email).status_code == 200

    def test_signed_in_already_the_sign_in_leads_to_the_start(self, people):
        client = Client()
        client.force_login(people.agent)

        assert client.get(reverse("login")).url == "/"


class TestSentAfterTheSessionHadEnded:
    """Anna has written for an hour; meanwhile she was signed out. Not a word is lost."""

    @pytest.fixture
    def case(self, people):
        return factories.case(owner=people.agent)

    def sent(self, client: Client, case, **headers: str):
        data = {"note": "Called twice.\nShe is <angry>.", "version": case.version}
        return client.post(reverse("case-note", args=[case.pk]), data, headers=headers)

    def waiting(self, page) -> str:
        return re.search(r'name="interrupted" value="([^"]+)"', page.text)[1]

    def test_the_words_wait_beside_the_sign_in_and_are_sent_once_she_says_so(self, people, case):
        client = Client()
        page = self.sent(client, case)
        assert page.status_code == 401
        assert "Nothing is lost" in page.text

        data = {"username": people.agent.email, "password": PASSWORD, "interrupted": self.waiting(page)}
        wrong = client.post(reverse("login"), data | {"password": "not it"})
        asks = client.post(reverse("login"), data | {"interrupted": self.waiting(wrong)})

        assert "She is &lt;angry&gt;." in asks.text
        assert notes(case) == []
        fields = dict(re.findall(r'<input type="hidden" name="(note|version)" value="([^"]*)"', asks.text))
        client.post(re.search(r'action="(/cases/[^"]+)"', asks.text)[1], {k: unescape(v) for k, v in fields.items()})
        assert notes(case) == ["Called twice.\nShe is <angry>."]

    def test_signed_in_again_on_another_page_she_is_asked_at_once(self, people, case):
        waiting, client = self.waiting(self.sent(Client(), case)), Client()
        client.force_login(people.agent)

        assert "Send it now" in client.post(reverse("login"), {"interrupted": waiting}).text

    def test_htmx_is_told_to_send_it_as_a_whole_page(self, case):
        assert self.sent(Client(), case, **{"HX-Request": "true"}).status_code == 401

    @pytest.mark.parametrize("made_up", ["", "x", "WyJodHRwczovL2V2aWwuZXhhbXBsZSIsW11d:1x:y"])
    def test_what_is_not_ours_is_not_sent_anywhere(self, people, made_up):
        data = {"username": people.agent.email, "password": PASSWORD, "interrupted": made_up}

        assert Client().post(reverse("login"), data).url == "/"

    def test_it_waits_a_day_and_no_password_waits(self, people, case):
        sent = QueryDict("note=Some+words&new_password1=a+secret&csrfmiddlewaretoken=t")
        with time_machine.travel("2026-11-27 08:00:00+00:00", tick=False):
            text = interrupted.keep("/cases/1/note/", sent)
            assert interrupted.kept({"interrupted": text}).fields == (("note", "Some words"),)
        with time_machine.travel("2026-11-28 08:00:01+00:00", tick=False):
            assert interrupted.kept({"interrupted": text}) is None


class TestSigningOut:
    def test_takes_a_press_of_the_button(self, people):
        client = Client()
        client.force_login(people.agent)

        assert client.post(reverse("logout")).url == "/login/"
        assert client.get(reverse("cases")).status_code == 302

    def test_a_link_does_not_do_it(self, people):
        client = Client()
        client.force_login(people.agent)

        assert client.get(reverse("logout")).status_code == 405
        assert client.get(reverse("cases")).status_code == 200


class TestSettingAPassword:
    def test_the_link_works_once_and_signs_in(self, people):
        newcomer = factories.user("Nina")
        link, client = password_link(newcomer), Client()

        form = client.get(link, follow=True)
        done = client.post(form.redirect_chain[-1][0], {"new_password1": "a long walk", "new_password2": "a long walk"})

        assert done.url == "/"
        assert client.get("/").status_code == 200
        assert sign_in(Client(), newcomer.email, "a long walk").status_code == 302
        assert "This link no longer works" in Client().get(link, follow=True).text

    def test_two_different_passwords_are_refused_beside_their_field(self, people):
        client = Client()
        form = client.get(password_link(people.agent), follow=True)

        page = client.post(
            form.redirect_chain[-1][0], {"new_password1": "a long walk", "new_password2": "a longer one"}
        )

        assert page.status_code == 200
        assert "errorlist" in page.text

    def test_a_forged_link_says_so(self, people):
        number = urlsafe_base64_encode(force_bytes(people.agent.pk))

        page = Client().get(reverse("set-password", args=[number, "abc-123"]))

        assert "This link no longer works" in page.text
