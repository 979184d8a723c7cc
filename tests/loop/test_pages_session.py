"""Signing in, signing out and setting a password."""

import pytest
from django.contrib.auth.tokens import default_token_generator
from django.test import Client
from django.urls import reverse
from django.utils.encoding import force_bytes
from django.utils.http import urlsafe_base64_encode

from tests import factories
from tests.factories import PASSWORD

pytestmark = pytest.mark.django_db


def sign_in(client: Client, address: str, password: str = PASSWORD):
    return client.post(reverse("login"), {"username": address, "password": password})


def password_link(user) -> str:
    number = urlsafe_base64_encode(force_bytes(user.pk))
    return reverse("set-password", args=[number, default_token_generator.make_token(user)])


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
