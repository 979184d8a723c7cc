"""exchange-rates/: read and entered by those who set Loop up."""

import pytest

from loop.models import ExchangeRate
from tests.loop.api.conftest import signed_in

pytestmark = pytest.mark.django_db

RATE = {"currency": "nok", "into": "SEK", "rate": "0.9672", "on": "2026-11-20", "source": "Sveriges Riksbank"}


def test_a_rate_is_entered_once_and_read(admin_key, read):
    made = admin_key.post("exchange-rates/", RATE)
    assert made.status_code == 201, made.json()
    (told,) = read.get("exchange-rates/").json()["results"]
    assert told == made.json()
    assert (told["currency"], told["into"], told["rate"], told["on"]) == ("NOK", "SEK", "0.96720000", "2026-11-20")
    again = admin_key.post("exchange-rates/", RATE)
    assert (again.status_code, list(again.json()["errors"])) == (400, ["on"])
    assert ExchangeRate.objects.count() == 1


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({"currency": "SEK"}, "into"),
        ({"currency": "12"}, "currency"),
        ({"rate": "0"}, "rate"),
        ({"rate": True}, "rate"),
        ({"on": "2999-01-01"}, "on"),
        ({"on": "soon"}, "on"),
        ({"colour": "red"}, "colour"),
    ],
)
def test_what_cannot_be_is_named_and_nothing_is_stored(admin_key, body, field):
    said = admin_key.post("exchange-rates/", {**RATE, **body})
    assert said.status_code == 400
    assert said["Content-Type"] == "application/problem+json"
    assert list(said.json()["errors"]) == [field]
    assert not ExchangeRate.objects.exists()


def test_administrators_may_and_nobody_else(people, read, write):
    may = {"admin"}
    for who in ("agent", "lead", "other_agent", "other_lead", "leader", "admin"):
        caller = signed_in(getattr(people, who))
        expected = (200, 201) if who in may else (403, 403)
        assert (caller.get("exchange-rates/").status_code, caller.post("exchange-rates/", RATE).status_code) == expected
    assert read.post("exchange-rates/", RATE).status_code == 403
    assert write.post("exchange-rates/", RATE).status_code == 403
