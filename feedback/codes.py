"""Is there such a country, currency or language? By the codes that other systems know as well."""

from collections.abc import Collection
from functools import cache
from importlib import resources

from babel import Locale


@cache
def countries() -> Collection[str]:
    """ISO 3166-1, two capital letters."""
    lines = resources.files("tzdata").joinpath("zoneinfo/iso3166.tab").read_text(encoding="utf-8").splitlines()
    return frozenset(line[:2] for line in lines if line and not line.startswith("#"))


@cache
def currencies() -> Collection[str]:
    """ISO 4217, three capital letters."""
    return frozenset(Locale("en").currencies)


@cache
def _languages() -> Collection[str]:
    return frozenset(Locale("en").languages)


def is_country(code: str) -> bool:
    return code.upper() in countries()


def is_currency(code: str) -> bool:
    return code.upper() in currencies()


def is_language(code: str) -> bool:
    """ISO 639, with or without a country or script behind it: sv, sv-FI, zh_Hant."""
    return code.replace("_", "-").split("-")[0].lower() in _languages()
