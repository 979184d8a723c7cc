"""What time is it where a contact is?"""

import pytest

from feedback.contact_zones import place_of, zone_of
from feedback.models import Account, Contact


def contact(phone="", country="", zone=""):
    return Contact(phone=phone, time_zone=zone, account=Account(country=country) if country else None)


@pytest.mark.parametrize(
    ("who", "zone"),
    [
        (contact(zone="Europe/London", phone="+358 40 1234567"), "Europe/London"),
        (contact(phone="+358 40 1234567", country="SE"), "Europe/Helsinki"),
        (contact(phone="040 1234567", country="FI"), "Europe/Helsinki"),
        (contact(country="NO"), "Europe/Oslo"),
        (contact(country="US"), "America/New_York"),
        (contact(country="RU"), "Europe/Stockholm"),  # several, and none covers most of it
        (contact(zone="Mars/Olympus", country="DK"), "Europe/Copenhagen"),
        (contact(), "Europe/Stockholm"),
        (None, "Europe/Stockholm"),
    ],
    ids=[
        "theirs",
        "number",
        "dialled at home",
        "account",
        "most of it",
        "nobody can tell",
        "unknown",
        "none",
        "nobody",
    ],
)
def test_is_theirs_or_that_of_number_account_or_project(settings, who, zone):
    settings.TIME_ZONE = "Europe/Stockholm"
    assert zone_of(who).key == zone


def test_is_called_by_its_place():
    assert place_of(zone_of(contact(country="US"))) == "New York"
