"""Where may somebody go on to who has just answered, and what are they asked? Packages above say so; this one does not
know them."""

from collections.abc import Callable
from datetime import datetime
from typing import NamedTuple

from feedback.models import Response


class Onward(NamedTuple):
    """A page of theirs; and what to do when they say that they are done answering."""

    url: str
    finish: Callable[[datetime], None]


class Request(NamedTuple):
    """A favour that somebody who is glad may be asked for: in which words, and where the button leads."""

    words: str
    button: str
    url: str
    leads_out: bool = False  # to a page that is not ours


_finders: list[Callable[[Response], Onward | None]] = []
_askers: list[Callable[[Response], Request | None]] = []


def register(find: Callable[[Response], Onward | None]) -> None:
    """Have the page of thanks ask `find` where this response leads. Reads only."""
    _finders.append(find)


def after(response: Response) -> Onward | None:
    """The first page that is there for whoever gave this response."""
    return next((found for find in _finders if (found := find(response)) is not None), None)


def register_request(find: Callable[[Response], Request | None]) -> None:
    """Have the page of thanks ask `find` what may be asked of whoever gave this response. Reads only."""
    _askers.append(find)


def request_for(response: Response) -> Request | None:
    """The first favour that may be asked of them now."""
    return next((found for find in _askers if (found := find(response)) is not None), None)
