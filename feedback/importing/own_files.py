"""Did Loop write this file itself? Then nothing in it is guessed: every cell is read back as what it was.

The columns are those of `loop.exports`. In a file of anybody else "-" may mean "no answer" and 1/2/2026 two different
days; in one of ours only an empty cell is empty, and a quote before a formula was put there by us.
"""

from collections.abc import Sequence
from datetime import datetime

from django.utils.translation import gettext as _

from feedback.formulas import as_it_was
from feedback.importing.dates import UnreadableDate

ANSWERS = (
    "survey", "score", "category", "comment", "responded_at", "language", "contact", "email", "name", "account_id",
    "account", "source", "external_id", "wants_callback", "wants_someone_else", "phone", "respondent_name",
    "respondent_email", "by_person", "is_late", "revised_at", "revisions",
)  # fmt: skip
CUSTOMERS = (
    "account_id", "account", "owner", "segment", "country", "annual_value", "currency", "size", "account_attributes",
    "contact_id", "contact_name", "email", "phone", "title", "is_decision_maker", "language", "time_zone",
    "last_activity_at", "no_mailings", "contact_attributes",
)  # fmt: skip
_HEADS = (ANSWERS, CUSTOMERS)


def delimiter_of(first_line: str) -> str | None:
    """What parts the columns, where this is the first line of a file of ours."""
    line = first_line.rstrip("\r\n")
    return next((mark for mark in ",;" for head in _HEADS if line == mark.join(head)), None)


def is_own(cells: Sequence[str]) -> bool:
    """Whether these are the columns of a file of ours."""
    return tuple(cells) in _HEADS


def values(cells: Sequence[str], head: Sequence[str]) -> dict[str, str]:
    """What stands in a row, by column."""
    return {name: as_it_was(cell) for name, cell in zip(head, cells, strict=True)}


def instant(cell: str) -> datetime | None:
    """The point in time a cell of ours names; None where it is empty.

    Raises:
        UnreadableDate: it is no time with its offset: somebody has changed the file.
    """
    if not cell:
        return None
    try:
        at = datetime.fromisoformat(cell)
    except ValueError:
        at = None
    if at is None or at.tzinfo is None:
        raise UnreadableDate(_("Not a time as Loop writes it: 2026-11-30 14:05:00.000000Z."))
    return at
