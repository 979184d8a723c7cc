"""Where may somebody go on to who has just answered? Packages above say so; this one does not know them."""

from collections.abc import Callable
from datetime import datetime
from typing import NamedTuple

from feedback.models import Response


class Onward(NamedTuple):
    """A page of theirs; and what to do when they say that they are done answering."""

    url: str
    finish: Callable[[datetime], None]


_finders: list[Callable[[Response], Onward | None]] = []


def register(find: Callable[[Response], Onward | None]) -> None:
    """Have the page of thanks ask `find` where this response leads. Reads only."""
    _finders.append(find)


def after(response: Response) -> Onward | None:
    """The first page that is there for whoever gave this response."""
    return next((found for find in _finders if (found := find(response)) is not None), None)
