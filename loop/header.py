"""How many notices wait for whoever reads a page? A package above counts them; nobody does, and there is no bell."""

from collections.abc import Callable

from loop.models import User

MOST = 99

_counts: list[Callable[[User], int]] = []


def register_notices(count: Callable[[User], int]) -> None:
    """Show a bell in the header of every page, with what this counts: unread notices, at most MOST + 1."""
    _counts.append(count)


def unread_notices(user: User) -> int | None:
    """How many notices somebody has not read; None where nobody counts them."""
    return sum(count(user) for count in _counts) if _counts else None
