"""How much is "1 200 000,50", "1.200.000,50 kr" or "1,200,000.50"?"""

from __future__ import annotations

import re
from decimal import Decimal

from django.utils.translation import gettext as _

_CURRENCY = re.compile(r"[A-Za-z]{2,3}\.?|[€$£]")
_SYMBOLS = {"€": "EUR", "£": "GBP"}  # $ and kr belong to several countries
_SPACES = re.compile(r"[\s\u00a0\u202f']")


class NotAnAmount(ValueError):
    """The cell holds something, but no amount that can be read in one way only."""


def parse_amount(cell: str) -> tuple[Decimal, str]:
    """Read an amount and the currency written beside it, empty where none is.

    Of two kinds of marks the last one is the decimal mark. A single comma or point before exactly three digits divides
    thousands ("1.200" is 1200): these are yearly values, not prices.

    Raises:
        NotAnAmount: anything else than digits, marks and a currency.
    """
    named = _CURRENCY.findall(cell)
    digits = _SPACES.sub("", _CURRENCY.sub("", cell))
    match = re.fullmatch(r"(-?)(\d+(?:[.,]\d+)*)", digits, re.ASCII)
    if match is None or len(named) > 1:
        raise NotAnAmount(_("Not an amount; write it as 1200000,50."))
    sign, number = match.groups()
    marks = [mark for mark in number if mark in ".,"]
    whole, fraction = number, ""
    if marks and (len(set(marks)) > 1 or len(marks) == 1):
        head, _mark, tail = number.rpartition(marks[-1])
        if len(set(marks)) > 1 or len(tail) != 3:
            whole, fraction = head, tail
    groups = re.split(r"[.,]", whole)
    if len(groups) > 1 and (not 1 <= len(groups[0]) <= 3 or any(len(group) != 3 for group in groups[1:])):
        raise NotAnAmount(_("Not an amount; write it as 1200000,50."))
    currency = _SYMBOLS.get(named[0], named[0].upper()) if named else ""
    value = Decimal(f"{sign}{''.join(groups)}.{fraction or '0'}")
    return value, currency if len(currency) == 3 and currency.isalpha() else ""
