"""How do two people who change the same thing not overwrite each other unseen?

A form says which version its reader saw. A door compares it under the lock of the row, and refuses when somebody was
faster; who and when stands in the row.
"""

from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from feedback.models.edited import Edited

#: What `stamp` sets; for `update_fields`.
STAMPED = ("version", "changed_by", "changed_at")


@dataclass(frozen=True)
class Edit:
    """Who changes something, when, and which version they had before them; None: they looked at none."""

    by: str
    at: datetime
    version: int | None = None


class Standing(Protocol):
    """What a page says of something that was changed meanwhile: its version now, and who made it when."""

    version: int
    changed_by: str
    changed_at: datetime | None


class ChangedMeanwhile(Exception):
    """Somebody changed it after the one who changes it now had looked; `row` is how it stands."""

    def __init__(self, row: Standing) -> None:
        super().__init__(f"{row} was changed by {row.changed_by} at {row.changed_at}")
        self.row = row


def stamp(row: Edited, edit: Edit | None) -> None:
    """Note a change in a row that is locked; the caller saves it.

    Raises:
        ChangedMeanwhile: it is not the version that was looked at.
    """
    if edit is not None and edit.version is not None and edit.version != row.version:
        raise ChangedMeanwhile(row)
    row.version += 1
    row.changed_by, row.changed_at = (edit.by[:254], edit.at) if edit is not None else ("", None)
