"""How are the messages that many events cause stored at once?

While somebody is gathering, `outbox.enqueue` and `notices.enqueue` only note what they would store; two statements
store all of it at the end. Whoever gathers holds the rows the messages are caused by, so that nobody else makes the
same ones meanwhile: a key that is there all the same breaks the transaction, and each is told by itself.
"""

from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from contextvars import ContextVar

from notifications.models import Message


class Gathered:
    """What was noted and is not stored yet, and how many messages that leave were new so far.

    `addresses` is where else than by e-mail who is told, once somebody has asked: see `staff_addresses`.
    """

    def __init__(self) -> None:
        self.new = 0
        self.addresses: Sequence[tuple[int, int | None, int | None]] | None = None
        self._rows: dict[str, Message] = {}

    def add(self, rows: Iterable[Message]) -> None:
        """Note messages; the first of a key stands."""
        for row in rows:
            self._rows.setdefault(row.key, row)

    def store(self) -> None:
        """Store what was noted unless it is there already."""
        if not self._rows:
            return
        known = set(Message._base_manager.filter(key__in=list(self._rows)).values_list("key", flat=True))
        missing = [row for key, row in self._rows.items() if key not in known]
        Message._base_manager.bulk_create(missing)
        self.new += sum(row.channel != Message.IN_APP for row in missing)
        self._rows.clear()


_gathered: ContextVar[Gathered | None] = ContextVar("messages_gathered", default=None)


@contextmanager
def together() -> Iterator[Gathered]:
    """Store what is put into the outbox in this block when it ends, in the transaction that is open around it."""
    gathered = Gathered()
    token = _gathered.set(gathered)
    try:
        yield gathered
        gathered.store()
    finally:
        _gathered.reset(token)


def current() -> Gathered | None:
    """Where to note a message; None where it is stored at once."""
    return _gathered.get()
