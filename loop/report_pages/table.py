"""What is a table of figures, before anybody knows whether it becomes a file, a workbook or a mail?

A cell holds what the page shows, as a number where it is one: a percentage of too few is no figure on the page and is
empty here, with its counts beside it.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from enum import StrEnum
from typing import Any

from django.utils import translation
from django.utils.formats import date_format, number_format
from django.utils.translation import pgettext

from loop.csv_lines import Numeral
from loop.templatetags.display import percent as percent_in_words


class Look(StrEnum):
    """How a number is written; the value is the format a spreadsheet knows it by."""

    COUNT = "#,##0"
    PERCENT = "0%"
    SIGNED = '+0;"−"0;0'
    SIGNED_TENTHS = '+0.0;"−"0.0;0.0'
    TENTHS = "#,##0.0"
    HUNDREDTHS = "#,##0.00"
    EXACT = "0.0000"


PLACES = {Look.SIGNED_TENTHS: 1, Look.TENTHS: 1, Look.HUNDREDTHS: 2, Look.EXACT: 4}


@dataclass(frozen=True)
class Number:
    """A figure and how it is written; a percentage as a share between 0 and 1."""

    value: float | Decimal
    look: Look

    @property
    def rounded(self) -> float:
        """As exact as the page shows it, and no more."""
        if self.look == Look.PERCENT:
            return round(100 * float(self.value)) / 100
        return round(float(self.value), PLACES.get(self.look, 0))

    @property
    def words(self) -> str:
        """As the page shows it, in the active language."""
        if self.look == Look.PERCENT:
            return percent_in_words(float(self.value))
        text = number_format(abs(self.rounded), decimal_pos=PLACES.get(self.look, 0), force_grouping=True)
        signs = ("−", "", "+" if self.look in (Look.SIGNED, Look.SIGNED_TENTHS) else "")
        return signs[(self.rounded > 0) - (self.rounded < 0) + 1] + text

    @property
    def plain(self) -> str | float | int:
        """For a CSV file: a number that spreadsheets of the reader's language read as one."""
        if self.look == Look.PERCENT:
            return f"{100 * self.rounded:.0f}%"
        places = PLACES.get(self.look, 0)
        if not places:
            return round(self.rounded)
        if (translation.get_language() or "").startswith("en"):
            return self.rounded
        return Numeral(number_format(self.rounded, decimal_pos=places))


Cell = str | int | date | Number | None


@dataclass(frozen=True)
class Table:
    """A titled table. Every row has as many cells as `head`; `note` is what stands beneath it on the page."""

    title: str
    head: tuple[str, ...]
    rows: Sequence[Sequence[Any]]  # of `Cell`; a list of unlike cells is one of objects to a type checker
    note: str = ""


def percent(share: float | None) -> Number | None:
    """A share between 0 and 1."""
    return None if share is None else Number(share, Look.PERCENT)


def signed(points: float | None) -> Number | None:
    """Points of NPS, or of percentages."""
    return None if points is None else Number(points, Look.SIGNED)


def points(difference: float | None) -> Number | None:
    """A difference of shares, in percentage points."""
    return None if difference is None else Number(100 * difference, Look.SIGNED)


def tenths(value: float | None) -> Number | None:
    """Hours, expected customers and the like, to a tenth."""
    return None if value is None else Number(value, Look.TENTHS)


def in_words(cell: Cell) -> str:
    """A cell as text, in the active language; a dash where there is nothing to say."""
    if cell is None or cell == "":
        return "–"
    if isinstance(cell, Number):
        return cell.words
    if isinstance(cell, int):
        return number_format(cell, force_grouping=True)
    return date_format(cell, pgettext("date format: day, year", "j M Y")) if isinstance(cell, date) else cell
