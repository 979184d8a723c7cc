"""Which score does this cell hold, if any?

Only whole numbers count, also where a spreadsheet wrote them "9.0" or "9,0". "8.5", "9/10", "+9" and full-width digits
are refused rather than read into a band; beside a bare number a labelled choice is accepted as survey tools export it,
the number first and no other digit in the label: "10 - Extremely likely", "0 (Inte alls troligt)". The report says when
that was done.
"""

from __future__ import annotations

import re

from django.utils.translation import gettext as _

_BLANKS = frozenset({"", "na", "n/a", "n.a.", "-", "–", "—", "null", "none", "nan", "#n/a"})
LONGEST_BLANK = max(map(len, _BLANKS))
_BARE = re.compile(r"(-?(?:0|[1-9][0-9]{0,3}))(?:[.,]0{1,6})?")
_LABELLED = re.compile(r"([0-9]{1,2})\s*(?:[-–—:=]\s*[^\W\d_][^\d]*|\([^\W\d_][^\d()]*\))")


class NotAScore(ValueError):
    """The cell holds something, but no score on this scale; the message says what is wrong with it."""


def is_blank(cell: str) -> bool:
    """Whether a cell says "no answer": nothing, or one of the ways tools write that."""
    text = cell.strip()
    return len(text) <= LONGEST_BLANK and text.casefold() in _BLANKS


def number_in(cell: str) -> int | None:
    """Return the whole number a cell states, bare or before a label, on whatever scale; None if it states none."""
    text = cell.strip()
    if len(text) <= 2 and text.isascii() and text.isdigit() and (text[0] != "0" or text == "0"):
        return int(text)  # nearly every cell of a real column of scores, so this comes first
    if bare := _BARE.fullmatch(text):
        return int(bare[1])
    labelled = _LABELLED.fullmatch(text)
    return int(labelled[1]) if labelled else None


def parse_score(cell: str, scale: tuple[int, int]) -> int | None:
    """Read the score in a cell; None for a blank.

    Raises:
        NotAScore: not a whole number, or not on the scale (low, high).
    """
    score = number_in(cell)
    if score is None:
        if is_blank(cell):
            return None
        told = {"value": cell.strip()[:50], "low": scale[0], "high": scale[1]}
        raise NotAScore(_("“%(value)s” is not a whole number from %(low)d to %(high)d.") % told)
    low, high = scale
    if not low <= score <= high:
        raise NotAScore(_("The score %d is not on the survey's scale, %d to %d.") % (score, low, high))
    return score
