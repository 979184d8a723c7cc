"""On which days does a country not work, and what are they called in the reader's language?"""

from collections.abc import Mapping
from datetime import date
from functools import lru_cache
from typing import Any

#: What the `holidays` library calls the languages of Loop; tried in this order.
_HOLIDAY_LANGUAGES = {"en": ("en_US", "en_GB"), "nb": ("no",), "sv": ("sv", "sv_FI")}


@lru_cache(maxsize=1024)
def check_country(country: str) -> None:
    """Raise ValueError when no holidays are known for a country, or for its part as in "DE-BY"."""
    _calendar(country)


@lru_cache(maxsize=1024)
def named(country: str, year: int, language: str = "") -> Mapping[date, str]:
    """The public holidays of a country, with the eves on which nobody works where the library knows them."""
    known = _calendar(country)
    categories = [name for name in ("public", "de_facto") if name in known.supported_categories]
    wished = (*_HOLIDAY_LANGUAGES.get(language, (language,)), *_HOLIDAY_LANGUAGES["en"])
    spoken = next((name for name in wished if name in known.supported_languages), None)
    found = _calendar(country, years=year, categories=categories, language=spoken)
    # The library joins the names of two holidays on one day with "; ", even where both are the same.
    return {day: ", ".join(dict.fromkeys(name.split("; "))) for day, name in found.items() if day.year == year}


def _calendar(country: str, **wanted: Any) -> Any:
    """The library's calendar of a country; raises ValueError for one it does not know."""
    from holidays import country_holidays  # a tenth of a second that only calendars with a country need

    code, _, subdivision = country.partition("-")
    try:
        return country_holidays(code, subdiv=subdivision or None, **wanted)
    except NotImplementedError as error:
        raise ValueError(f"There are no known holidays for the country {country!r}.") from error
