"""A mail that comes back says which it was, by a name nobody can make up."""

from email.utils import parseaddr
from uuid import UUID, uuid4

import pytest

from notifications import return_address
from notifications.channels.base import Envelope
from notifications.channels.email import EmailChannel

OURS = UUID("0b9b6c4e-7a5e-4d5b-9c63-8f9a3c1f2d3e")


def post(server, **fields):
    details = {"subject": "Hej", "text": "Hej!", "html": "<p>Hej!</p>", "language": "sv", "message_id": str(OURS)}
    EmailChannel().send(Envelope(to="eva@fjord.example", **{**details, **fields}))
    return server.taken[-1]


def test_a_name_is_read_back_wherever_it_stands_and_whatever_its_case():
    name = return_address.name_of(OURS)
    for text in (name, name.upper(), f"bounces+{name}@nordlys.example", f"X-Loop-Message: {name}\nTo: x"):
        assert return_address.read_names(text) == [OURS]


@pytest.mark.parametrize("change", [lambda n: n[:-1], lambda n: n[1:], lambda n: n.replace("-", ""), lambda n: n[::-1]])
def test_a_name_that_is_not_whole_is_none(change):
    assert return_address.read_names(change(return_address.name_of(OURS))) == []


def test_the_name_of_one_mail_signs_no_other():
    signature = return_address.name_of(OURS).partition("-")[2]
    assert return_address.read_names(f"{uuid4().hex}-{signature}") == []


def test_a_name_outlives_a_new_key(settings):
    name = return_address.name_of(OURS)
    settings.SECRET_KEY_FALLBACKS, settings.SECRET_KEY = [settings.SECRET_KEY], "a new key"
    assert return_address.read_names(name) == [OURS]
    settings.SECRET_KEY_FALLBACKS = []
    assert return_address.read_names(name) == []


class TestAMail:
    def test_carries_its_name(self, server):
        assert post(server).message()["X-Loop-Message"] == return_address.name_of(OURS)

    def test_returns_to_an_address_of_its_own_and_is_still_from_us(self, server, settings):
        settings.BOUNCE_ADDRESS, settings.DEFAULT_FROM_EMAIL = "bounces@nordlys.example", "Nordlys <hi@nordlys.example>"
        mail = post(server)
        assert return_address.read_names(mail.from_email) == [OURS]
        assert mail.from_email.endswith("@nordlys.example")
        assert mail.message()["From"] == "Nordlys <hi@nordlys.example>"

    def test_is_from_the_name_of_its_survey_where_that_has_one(self, server, settings):
        settings.BOUNCE_ADDRESS = "bounces@nordlys.example"
        name, _address = parseaddr(post(server, sender_name="Nordlys Support").message()["From"])
        assert name == "Nordlys Support"

    def test_returns_to_where_it_is_from_without_such_an_address(self, server, settings):
        settings.DEFAULT_FROM_EMAIL = "Nordlys <hi@nordlys.example>"
        assert post(server).from_email == "Nordlys <hi@nordlys.example>"

    def test_returns_to_a_local_part_that_servers_take(self, settings):
        settings.BOUNCE_ADDRESS = "b" * 14 + "@nordlys.example"
        assert len(return_address.envelope_sender(OURS).partition("@")[0]) <= 64
