"""When was this answered, when the file writes dates in the order of somebody else's country?

Whether 11/1/2019 is in January or November is decided once for the whole column, by this evidence in turn: a number
above 12; dates that would lie in the future; the look of Google's American sheets (slashes and no leading zeros). What
is then still open is read day first, as in Europe, and the report says so. Dots always mean day first.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta, timezone
from enum import StrEnum
from zoneinfo import ZoneInfo

from django.utils.translation import gettext as _

_EARLIEST_YEAR = 2000
_LATEST_YEAR = 2100
_SOON = timedelta(days=1)  # clocks and time zones differ; a real mistake in the order is off by weeks

_TIME = (
    r"(?:[T ,]+(?:kl\.? ?)?(?P<hour>\d{1,2})[:.](?P<minute>\d{2})(?:[:.](?P<second>\d{2})(?:[.,]\d{1,9})?)?"
    r" ?(?P<half>[AaPp]\.?[Mm]\.?|[fe]\.?m\.?)? ?(?P<zone>Z|[A-Z]{3,4}|(?:GMT|UTC)?[+-]\d{1,2}(?::?\d{2})?)?)?"
)
_YEAR_FIRST = re.compile(r"(?P<year>\d{4})(?P<mark>[-/.])(?P<month>\d{1,2})(?P=mark)(?P<day>\d{1,2})" + _TIME)
_YEAR_LAST = re.compile(r"(?P<one>\d{1,2})(?P<mark>[-/.])(?P<two>\d{1,2})(?P=mark)(?P<year>\d{4})" + _TIME)
_DAY_MONTH_NAME = re.compile(r"(?P<day>\d{1,2})\.?[ -](?P<name>[^\W\d_]{3,9})\.?,?[ -](?P<year>\d{4})" + _TIME)
_MONTH_NAME_DAY = re.compile(r"(?P<name>[^\W\d_]{3,9})\.? (?P<day>\d{1,2}),? (?P<year>\d{4})" + _TIME)
_UNIX = re.compile(r"(?P<seconds>\d{10})(?:\d{3}|\.\d+)?")

_MONTHS = {"jan": 1, "feb": 2, "mar": 3, "mär": 3, "apr": 4, "may": 5, "maj": 5, "mai": 5, "jun": 6, "jul": 7, "aug": 8}
_MONTHS |= {"sep": 9, "oct": 10, "okt": 10, "nov": 11, "dec": 12, "des": 12}
_ZONES = {"Z": 0, "UTC": 0, "GMT": 0, "WET": 0, "WEST": 1, "BST": 1, "CET": 1, "CEST": 2, "EET": 2, "EEST": 3}


class UnreadableDate(ValueError):
    """The cell holds something, but no point in time we can be sure of."""


class Order(StrEnum):
    """Which number of a date such as 11/1/2019 is the day."""

    DAY_FIRST = "day-first"
    MONTH_FIRST = "month-first"


@dataclass(slots=True)
class OrderEvidence:
    """What the dates of one column say about the order of day and month, gathered cell by cell."""

    open_to_doubt: bool = False
    day_must_be_first: bool = False
    month_must_be_first: bool = False
    american_look: bool = False
    latest_day_first: tuple[int, int, int] = (0, 0, 0)  # year, month, day
    latest_month_first: tuple[int, int, int] = (0, 0, 0)

    def add_all(self, cells: Iterable[str]) -> None:
        """Take more cells of the column into account."""
        for cell in cells:
            self.add(cell)

    def add(self, cell: str) -> None:
        """Take one more cell of the column into account."""
        match = _YEAR_LAST.fullmatch(cell.strip())
        if match is None or match["mark"] == "." or match["one"] == match["two"]:
            return
        one, two, year = int(match["one"]), int(match["two"]), int(match["year"])
        self.open_to_doubt = True
        self.day_must_be_first |= one > 12
        self.month_must_be_first |= two > 12
        unpadded = len(match["one"]) == 1 or len(match["two"]) == 1
        self.american_look |= match["mark"] == "/" and unpadded and match["hour"] is not None
        self.latest_day_first = max(self.latest_day_first, (year, two, one))
        self.latest_month_first = max(self.latest_month_first, (year, one, two))

    def decide(self, now: datetime) -> DateReading:
        """Choose the order by the evidence listed at the top of this file."""
        if self.day_must_be_first and self.month_must_be_first:
            return DateReading(None)
        if not self.open_to_doubt or self.day_must_be_first:
            return DateReading(Order.DAY_FIRST)
        if self.month_must_be_first:
            return DateReading(Order.MONTH_FIRST)
        tomorrow = (now + _SOON).timetuple()[:3]
        if self.latest_day_first > tomorrow >= self.latest_month_first:
            return DateReading(Order.MONTH_FIRST)
        if self.latest_month_first > tomorrow >= self.latest_day_first:
            return DateReading(Order.DAY_FIRST)
        return DateReading(Order.MONTH_FIRST if self.american_look else Order.DAY_FIRST, certain=False)


@dataclass(frozen=True, slots=True)
class DateReading:
    """How to read the dates of one column. Without an order, only dates that leave no doubt are read."""

    order: Order | None
    certain: bool = True

    def parse(self, cell: str, zone: ZoneInfo) -> datetime:
        """Return the instant a cell names, in UTC; a time without an offset is local time in `zone`.

        Raises:
            UnreadableDate: no format we know, a day that does not exist, or a day and month that may be swapped.
        """
        local = _as_iso(cell)
        return self._read(" ".join(cell.split()), zone) if local is None else _plausible(local.replace(tzinfo=zone))

    def _read(self, text: str, zone: ZoneInfo) -> datetime:
        if unix := _UNIX.fullmatch(text):
            return _plausible(datetime.fromtimestamp(int(unix["seconds"]), UTC))
        for pattern in (_YEAR_FIRST, _YEAR_LAST, _DAY_MONTH_NAME, _MONTH_NAME_DAY):
            if match := pattern.fullmatch(text):
                year, month, day = self._date(match)
                break
        else:
            raise UnreadableDate(_("Not a date and time we can read; write it as 2026-11-30 14:05."))
        try:
            local = datetime(year, month, day, *_clock(match), tzinfo=_offset(match["zone"]) or zone)
        except ValueError:
            raise UnreadableDate(_("There is no such day or time.")) from None
        return _plausible(local)

    def _date(self, match: re.Match[str]) -> tuple[int, int, int]:
        parts = match.groupdict()
        year = int(parts["year"])
        if "name" in parts:
            month = _MONTHS.get(parts["name"][:3].casefold())
            if month is None:
                raise UnreadableDate(_("“%s” is not the name of a month we know.") % parts["name"])
            return year, month, int(parts["day"])
        if "one" not in parts:
            return year, int(parts["month"]), int(parts["day"])
        one, two = int(parts["one"]), int(parts["two"])
        if parts["mark"] == "." or one > 12 or one == two:
            return year, two, one
        if two > 12:
            return year, one, two
        if self.order is None:
            raise UnreadableDate(_("Day and month may be swapped: this column has dates of both orders."))
        return (year, two, one) if self.order is Order.DAY_FIRST else (year, one, two)


def _as_iso(text: str) -> datetime | None:
    """A time as nearly all exports write it, which Python reads ten times as fast: 2026-11-30, 2026-11-30 14:05[:10].

    None for all others, and where there is no such day or time.
    """
    length = len(text)
    if length not in (10, 16, 19) or text[4] != "-" or text[7] != "-":
        return None
    if (length > 10 and (text[10] not in "T " or text[13] != ":")) or (length > 16 and text[16] != ":"):
        return None
    try:
        return datetime.fromisoformat(text)
    except ValueError:
        return None


def _clock(match: re.Match[str]) -> tuple[int, int, int]:
    hour, minute, second = (int(match[part] or 0) for part in ("hour", "minute", "second"))
    half = (match["half"] or "")[:1].casefold()
    if half:
        if not 1 <= hour <= 12:
            raise UnreadableDate(_("There is no such day or time."))
        hour = hour % 12 + (12 if half in "pe" else 0)
    return hour, minute, second


def _offset(name: str | None) -> timezone | None:
    if not name:
        return None
    if name in _ZONES:
        return timezone(timedelta(hours=_ZONES[name]))
    sign = -1 if "-" in name else 1
    digits = re.sub(r"[^\d]", "", name)
    if not digits:
        raise UnreadableDate(_("“%s” is not a time zone we know.") % name)
    hours, minutes = (int(digits), 0) if len(digits) <= 2 else (int(digits[:-2]), int(digits[-2:]))
    if hours > 14 or minutes > 59:
        raise UnreadableDate(_("“%s” is not a time zone we know.") % name)
    return timezone(sign * timedelta(hours=hours, minutes=minutes))


def _plausible(instant: datetime) -> datetime:
    if not _EARLIEST_YEAR <= instant.year < _LATEST_YEAR:
        raise UnreadableDate(_("The year %d cannot be right.") % instant.year)
    return instant.astimezone(UTC)
