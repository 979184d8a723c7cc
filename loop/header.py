"""Which notices wait for whoever reads a page? A package above says; where none does there is no bell."""

from collections.abc import Callable
from datetime import datetime

from django.db.models import QuerySet

from loop.models import User

Unread = Callable[[User, datetime], "QuerySet"]

_unread: list[Unread] = []


def register_notices(unread: Unread) -> None:
    """Show a bell in the header of every page, with how many rows this finds."""
    _unread.append(unread)


def unread_notices(user: User, now: datetime) -> "QuerySet | None":
    """What somebody has not read; None where nobody knows."""
    return _unread[0](user, now) if _unread else None
