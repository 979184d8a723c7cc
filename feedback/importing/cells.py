"""What does each cell of a row of answers say, as it is stored, or why can it not be stored?

In most columns few cells differ: scores, days, languages, sources. Each of those is read once, not once a row.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Generic, TypeVar
from zoneinfo import ZoneInfo

from django.utils.translation import gettext as _

from feedback.importing.dates import DateReading, UnreadableDate
from feedback.importing.headers import Column
from feedback.importing.scores import LONGEST_BLANK, NotAScore, is_blank, parse_score

MAX_ID = 200  # characters, as the database stores them
MAX_SOURCE = 100
MAX_NAME = 300
LOST_LETTER = "\N{REPLACEMENT CHARACTER}"
MOST_KNOWN = 5_000  # cells of a column that are remembered; then they are forgotten, so that memory stays flat

_EMAIL = re.compile(r"[^@\s]+@[^@\s.]+(\.[^@\s.]+)+")
_LANGUAGE = re.compile(r"[A-Za-z]{2,3}([-_][A-Za-z0-9]{2,6})?")
_CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]")
_YES = frozenset({"1", "true", "yes", "y", "x", "ja", "j", "kyllä", "k"})

_NAMES = frozenset({"name", "first_name", "last_name", "account", "account_id"})

ValueT = TypeVar("ValueT")
Cells = list[str]
Reader = Callable[[Cells], ValueT]


class Wrong(ValueError):
    """A value that cannot be stored, in the column of `name`."""

    def __init__(self, name: str, message: str) -> None:
        super().__init__(message)
        self.name = name
        self.message = message


class Known(dict[str, ValueT], Generic[ValueT]):
    """What cells say, by what stands in them: each is read when it comes first. What is wrong is not kept."""

    def __init__(self, read: Callable[[str], ValueT]) -> None:
        super().__init__()
        self._read = read

    def __missing__(self, cell: str) -> ValueT:
        value = self._read(cell)
        if len(self) >= MOST_KNOWN:
            self.clear()
        self[cell] = value
        return value


class Fields:
    """Reads a row field by field. One without a column reads as an empty cell does.

    Each may raise Wrong.
    """

    def __init__(
        self, columns: Mapping[str, Column], scale: tuple[int, int], dates: DateReading, zone: ZoneInfo
    ) -> None:
        def few(name: str, read: Callable[[str], ValueT]) -> Reader[ValueT]:
            return _reader(columns.get(name), read, Known(read).__getitem__)

        def many(name: str, read: Callable[[str], ValueT]) -> Reader[ValueT]:
            return _reader(columns.get(name), read, read)

        self.tell_names = not columns.keys().isdisjoint(_NAMES)
        self.score = few("score", lambda cell: _score(cell, scale))
        self.comment = many("comment", text)
        self.responded_at = few("responded_at", lambda cell: _instant(cell, dates, zone))
        self.email = many("email", _email)
        self.contact = many("contact", lambda cell: _id("contact", cell))
        self.external_id = many("external_id", lambda cell: _id("external_id", cell))
        self.account_id = few("account_id", lambda cell: _id("account_id", cell))
        self.source = few("source", lambda cell: _id("source", cell, MAX_SOURCE))
        self.account = few("account", line)
        self.name = many("name", line)
        self.first_name = few("first_name", line)
        self.last_name = few("last_name", line)
        self.phone = many("phone", line)
        self.status = few("status", line)
        self.language = few("language", _language)
        self.wants_callback = few("wants_callback", lambda cell: line(cell).casefold() in _YES)


def _reader(
    column: Column | None, read: Callable[[str], ValueT], read_known: Callable[[str], ValueT]
) -> Reader[ValueT]:
    if column is None:
        nothing = read("")
        return lambda _cells: nothing
    index = column.index
    return lambda cells: read_known(cells[index])


def line(cell: str) -> str:
    """A cell as one line; empty where it says "none"."""
    found = " ".join(cell.split())
    if len(found) <= LONGEST_BLANK and is_blank(found):
        return ""
    return found if found.isprintable() else " ".join(_CONTROL.sub(" ", found).split())


def text(cell: str) -> str:
    """A cell with its line breaks."""
    found = cell.strip()
    if len(found) <= LONGEST_BLANK and is_blank(found):
        return ""
    if found.isprintable():
        return found
    return _CONTROL.sub(" ", found.replace("\r\n", "\n").replace("\r", "\n")).strip()


def _score(cell: str, scale: tuple[int, int]) -> tuple[int | None, bool]:
    """The score, None for a blank, and whether it was read from a label."""
    try:
        return parse_score(cell, scale), not cell.strip().isdigit()
    except NotAScore as error:
        raise Wrong("score", str(error)) from None


def _instant(cell: str, dates: DateReading, zone: ZoneInfo) -> datetime | None:
    try:
        return dates.parse(cell, zone)
    except UnreadableDate:
        found = line(cell)  # there may be nothing in it, or a control character
    try:
        return dates.parse(found, zone) if found else None
    except UnreadableDate as error:
        raise Wrong("responded_at", str(error)) from None


def _email(cell: str) -> str:
    found = line(cell)
    if found and (LOST_LETTER in found or len(found) > 254 or not _EMAIL.fullmatch(found)):
        raise Wrong("email", _("Not an e-mail address."))
    return found


def _id(name: str, cell: str, longest: int = MAX_ID) -> str:
    found = line(cell)
    if LOST_LETTER in found:
        raise Wrong(name, _("A letter of this value is lost, so it cannot be told whom or what it means."))
    if len(found) > longest:
        raise Wrong(name, _("%d characters; at most %d are stored.") % (len(found), longest))
    return found


def _language(cell: str) -> str:
    found = line(cell)
    return found.replace("_", "-").lower() if _LANGUAGE.fullmatch(found) else ""
