"""What time is it where this contact is?

Their own time zone where we know it, else that of the country their telephone number or their account is in, else the
project's. Of a country with several zones it is the one the time zone database says covers most of it; where it says so
of none, nobody can tell.
"""

from collections.abc import Mapping
from functools import cache, lru_cache
from importlib.resources import files
from typing import NamedTuple
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

import phonenumbers
from django.conf import settings

from feedback.models import Contact

LONGEST_CODE = 3  # digits of a country code


class Whereabouts(NamedTuple):
    """Whose clock a contact lives by, and whose holidays they keep; `country` is empty where the zone's are kept."""

    zone: ZoneInfo
    country: str


def zone_of(contact: Contact | None) -> ZoneInfo:
    """The time zone this contact lives by, as far as we know."""
    return ZoneInfo(settings.TIME_ZONE) if contact is None else whereabouts_of(contact).zone


def whereabouts_of(contact: Contact) -> Whereabouts:
    """Where this contact is, as far as we know; reads their account."""
    return whereabouts(contact.time_zone, contact.phone, contact.account.country if contact.account else "")


def whereabouts(time_zone: str, phone: str, country: str) -> Whereabouts:
    """The same out of plain values, for those who read many contacts at once.

    Args:
        country: of their account.
    """
    if not phone or _zone(time_zone) is not None:
        return _whereabouts(time_zone, country, settings.TIME_ZONE)
    return _whereabouts(time_zone, country_of_number(phone) or country, settings.TIME_ZONE)


@lru_cache(maxsize=4096)
def _whereabouts(time_zone: str, country: str, otherwise: str) -> Whereabouts:
    theirs = _zone(time_zone) or _zone(_zones().get(country, "")) or ZoneInfo(otherwise)
    return Whereabouts(theirs, country)


def country_of_number(number: str) -> str:
    """The country a telephone number says it is in, by its own country code; "" for one without."""
    if not number:
        return ""
    if number.startswith("+"):  # most codes belong to one country, which is known without reading the rest
        for length in range(1, LONGEST_CODE + 1):
            code = number[1 : 1 + length]
            sharing = phonenumbers.COUNTRY_CODE_TO_REGION_CODE.get(int(code)) if code.isdecimal() else None
            if sharing is not None:
                if len(sharing) == 1:
                    return _if_a_country(sharing[0])
                break
    try:
        parsed = phonenumbers.parse(number, None)
    except phonenumbers.NumberParseException:
        return ""
    return _if_a_country(phonenumbers.region_code_for_number(parsed) or "")


def _if_a_country(region: str) -> str:
    """Of codes that belong to no country, such as those of satellites, nobody can tell."""
    return region if region != phonenumbers.REGION_CODE_FOR_NON_GEO_ENTITY else ""


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
