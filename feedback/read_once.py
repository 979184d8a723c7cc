"""What has been read already for the page that is being made?

A page of figures asks several times for the same columns and people. While something is `remembering`, they are read
once; what is remembered is forgotten at its end. Elsewhere, as in a sweep that goes on while people change teams,
everything is asked anew each time.
"""

from collections.abc import Callable, Hashable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any, TypeVar

T = TypeVar("T")

_known: ContextVar[dict[Hashable, Any] | None] = ContextVar("read_once", default=None)


@contextmanager
def remembering() -> Iterator[None]:
    """Read once only until the block ends. Whoever writes in it may read afterwards what was true before."""
    token = _known.set({})
    try:
        yield
    finally:
        _known.reset(token)


def is_remembering() -> bool:
    return _known.get() is not None


def known(what: Hashable, find: Callable[[], T]) -> T:
    """What `find` says; while we are `remembering` it says it once for each `what`."""
    kept = _known.get()
    if kept is None:
        return find()
    if what not in kept:
        kept[what] = find()
    found: T = kept[what]
    return found
