"""Until when does an automatic reply say that somebody is away? The last day it names, if that lies ahead."""

import re
from datetime import date, timedelta
from functools import cache

from babel.dates import get_month_names

LANGUAGES = ("en", "sv", "nb", "da", "fi", "de")
AT_MOST = timedelta(days=365)

ISO = re.compile(r"\b(20\d\d)-(\d\d?)-(\d\d?)\b")
NUMERIC = re.compile(r"\b(\d{1,2})[./](\d{1,2})[./](20\d\d|\d\d)\b")
DAY_FIRST = re.compile(r"\b(\d{1,2})(?:\.|st|nd|rd|th|:e)?\s+(?:of\s+)?([^\W\d_]{3,12})\.?(?:\s+(20\d\d))?")
MONTH_FIRST = re.compile(r"\b([^\W\d_]{3,12})\.?\s+(\d{1,2})(?:st|nd|rd|th)?\b(?:,?\s+(20\d\d))?")


def until(text: str, *, today: date) -> date | None:
    """The last day in the text that lies ahead, within a year."""
    ahead = [day for day in _days(text[:5000], today) if today <= day <= today + AT_MOST]
    return max(ahead, default=None)


def _days(text: str, today: date) -> list[date]:
    found = [(int(year), int(month), int(day)) for year, month, day in ISO.findall(text)]
    found += [(int(year) % 100 + 2000, int(month), int(day)) for day, month, year in NUMERIC.findall(text)]
    named = [(day, word, year) for day, word, year in DAY_FIRST.findall(text)]
    named += [(day, word, year) for word, day, year in MONTH_FIRST.findall(text)]
    for day, word, year in named:
        if month := _months().get(word.casefold()):
            found.append((int(year) if year else _next_year(month, int(day), today), month, int(day)))
    return [made for year, month, day in found if (made := _day(year, month, day))]


def _next_year(month: int, day: int, today: date) -> int:
    """The year of a day without one: the next time it comes."""
    return today.year if (month, day) >= (today.month, today.day) else today.year + 1


def _day(year: int, month: int, day: int) -> date | None:
    try:
        return date(year, month, day)
    except ValueError:
        return None


@cache
def _months() -> dict[str, int]:
    names: dict[str, int] = {}
    for language in LANGUAGES:
        for width in ("wide", "abbreviated"):
            for context in ("format", "stand-alone"):
                for number, name in get_month_names(width, context, language).items():
                    names[name.casefold().rstrip(".")] = number
    return names
