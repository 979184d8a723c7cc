"""What time is it where this contact is?

Their own time zone where we know it, else that of the country their telephone number or their account is in, else the
project's. Of a country with several zones it is the one the time zone database says covers most of it; where it says so
of none, nobody can tell.
"""

from collections.abc import Mapping
from functools import cache
from importlib.resources import files
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

import phonenumbers
from django.conf import settings

from feedback.models import Contact


def zone_of(contact: Contact | None) -> ZoneInfo:
    """The time zone this contact lives by, as far as we know."""
    if contact is not None:
        country = country_of_number(contact.phone) or (contact.account.country if contact.account else "")
        for name in (contact.time_zone, _zones().get(country, "")):
            found = _zone(name)
            if found is not None:
                return found
    return ZoneInfo(settings.TIME_ZONE)


def country_of_number(number: str) -> str:
    """The country a telephone number says it is in, by its own country code; "" for one without."""
    try:
        parsed = phonenumbers.parse(number, None)
    except phonenumbers.NumberParseException:
        return ""
    return phonenumbers.region_code_for_number(parsed) or ""


def place_of(zone: ZoneInfo) -> str:
    """How people call the place whose clock a zone shows."""
    return zone.key.rpartition("/")[2].replace("_", " ")


def _zone(name: str) -> ZoneInfo | None:
    try:
        return ZoneInfo(name) if name else None
    except (ZoneInfoNotFoundError, ValueError, OSError):
        return None


@cache
def _zones() -> Mapping[str, str]:
    """The zone of each country that has one, or one for most of it."""
    table = files("tzdata").joinpath("zoneinfo", "zone.tab").read_text(encoding="utf-8")
    rows = [[*line.split("\t"), ""] for line in table.splitlines() if line and not line.startswith("#")]
    of_country: dict[str, list[tuple[str, str]]] = {}
    for country, _coordinates, zone, comment, *_rest in rows:
        of_country.setdefault(country, []).append((zone, comment))
    chosen = {}
    for country, zones in of_country.items():
        most = [zone for zone, comment in zones if len(zones) == 1 or "most" in comment]
        if most:
            chosen[country] = most[0]
    return chosen
