"""Which messages are ours to send now?

A sender puts a few messages aside at once: they stay as they are, with a short lease during which no other sender looks
at them. Before each leaves it is claimed for itself, by a conditional update that must change the row: that claim is
committed before the network is touched, counts the attempt, and lasts until a lease of its own ends. So a sender that
is killed leaves at most one message of which nobody knows whether it left. The others were never begun: they count no
attempt, are never taken for perhaps sent, and are due again when the short lease has run out.

What one mail may tell together after an outage (`notifications.alongside`) is put aside whole: all of one reader and
kind. Two senders with a part each would write two mails.

Any number of senders may run on either database; one that is slower than its short lease loses what another has taken.
"""

import time
from collections.abc import Callable, Collection, Generator
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import takewhile

from django.db import transaction
from django.db.models import F, Q, QuerySet

from notifications import kinds, read_ahead
from notifications.kind_shapes import StaffKind
from notifications.models import WAITING, Message, MessageState
from notifications.read_ahead import ROOTS

LEASE = timedelta(minutes=5)  # longer than any conversation with a mail server
RESERVED = timedelta(seconds=10)  # what a group waits if its sender is killed; a slow one loses the rest of it
GROUP = 25
LATE = timedelta(hours=1)  # what has tried to leave for that long was held up
TOGETHER_AT_MOST = 5_000  # messages told in one mail: more than anybody has cases
ASKED_AGAIN, AN_INSTANT = 25, 0.02  # how often, and after how many seconds, for what another sender is looking at


@dataclass(frozen=True)
class _Due:
    """A message that may be claimed: where it leaves by, what it is, and which of ROOTS it is about."""

    pk: int
    kind: str
    channel: str
    host: str | None
    user: int | None
    is_late: bool
    about: frozenset[str]

    @property
    def is_read_ahead(self) -> bool:
        """Whether it is a mail to one of our people about a case."""
        return (
            self.channel == "email"
            and isinstance(kinds.BY_NAME.get(self.kind), StaffKind)
            and {"user", "case", "event"} <= self.about
        )


def claim_due(
    *,
    now: datetime,
    clock: Callable[[], datetime],
    held_up: bool = False,
    resting: Collection[str] = (),
    silent: Collection[str] = (),
) -> Generator[Message, None, None]:
    """Claim what is due at `now`, one message after the other, until nothing is left. Each is ours until its lease
    ends.

    Close it when you stop early: what was put aside is due for others then.

    Args:
        held_up: nothing was sent for a while: what one mail may tell together is put aside with the first of it, see
            `alongside.claim`.
        resting: channels whose messages stay where they are; may grow meanwhile.
        silent: hosts of chats whose messages stay where they are; may grow meanwhile.
        clock: the present instant on the same time line as `now`; leases are counted from it.
    """
    while line := _Line.of_due(now, clock, held_up, resting, silent):
        try:
            for found in line.rows:
                is_reachable = found.channel not in resting and found.host not in silent
                if is_reachable and (message := line.claim(found)) is not None:
                    yield message
        finally:
            line.let_go()


class _Line:
    """Messages put aside for one sender until `lease`, in the order in which they leave.

    Of those that one mail may tell together only the first is among `rows`; `alongside.claim` takes the others.
    """

    def __init__(
        self, rows: list[_Due], beside: Collection[int], lease: datetime, now: datetime, clock: Callable[[], datetime]
    ) -> None:
        self.rows = rows
        self._lease, self._now, self._clock = lease, now, clock
        self._waiting = {*beside, *(row.pk for row in rows)}
        self._read: dict[int, tuple[Message, read_ahead.Row]] | None = None

    @classmethod
    def of_due(
        cls,
        now: datetime,
        clock: Callable[[], datetime],
        held_up: bool,
        resting: Collection[str],
        silent: Collection[str],
    ) -> "_Line | None":
        """Put aside what is due first; None when nothing is."""
        due = Message.objects.due(now).exclude(channel__in=list(resting))
        if silent:
            due = due.exclude(address__host__in=list(silent))
        lease = clock() + RESERVED
        with transaction.atomic():
            # SQLite locks the whole file instead; there nobody can be between the two statements either.
            locked = due.order_by("send_after", "pk").select_for_update(of=("self",), skip_locked=True)
            found = _rows(locked[:GROUP], now, held_up)
            rows = list(takewhile(lambda row: not row.is_late, found))
            Message.objects.filter(pk__in=[row.pk for row in rows]).update(lease_until=lease)
        if found and not rows:
            return cls(found[:1], _put_aside_beside(found[0], now, held_up, lease), lease, now, clock)
        return cls(rows, (), lease, now, clock) if rows else None

    def claim(self, found: _Due) -> Message | None:
        """Claim one of them for sending, and read it as it is now; None when it is not ours any more."""
        ahead = self._ahead().get(found.pk) if found.is_read_ahead else None
        self._waiting.discard(found.pk)
        ours = Message.objects.filter(
            pk=found.pk, state__in=WAITING, send_after__lte=self._now, lease_until=self._lease
        ).update(**claimed(self._clock()))
        if ours != 1:
            return None
        if ahead is None or not read_ahead.still_holds(found.pk, ahead[1]):
            message = read_ahead.with_all(found.about).get(pk=found.pk)
            message.beside_until = self._lease if found.is_late else None  # type: ignore[attr-defined]
            return message
        message = ahead[0]
        message.state, message.attempts = MessageState.SENDING, message.attempts + 1
        return message

    def let_go(self) -> None:
        """Let others have what was not begun."""
        if self._waiting:
            mine = Message.objects.filter(pk__in=self._waiting, state__in=WAITING, lease_until=self._lease)
            mine.update(lease_until=None)
            self._waiting.clear()

    def _ahead(self) -> dict[int, tuple[Message, read_ahead.Row]]:
        """What was read for all that may be read for a group; nothing for a single one."""
        if self._read is None:
            rows = [row for row in self.rows if row.is_read_ahead]
            roots = frozenset[str]().union(*(row.about for row in rows))
            self._read = read_ahead.group([row.pk for row in rows], roots) if len(rows) > 1 else {}
        return self._read


def _put_aside_beside(first: _Due, now: datetime, held_up: bool, lease: datetime) -> list[int]:
    """Put aside all that one mail may tell, the first of them included, unless another sender has taken it meanwhile.

    All who do so wait for each other at the first of them, and only there: one gets all of it. A sender that is just
    looking what is due holds some of the others for an instant: those are asked for again, never waited for, so that
    no two can wait for each other.
    """
    with transaction.atomic():
        alike = Q(pk=first.pk) | (late(now, held_up) & Q(user=first.user, kind=first.kind, channel=first.channel))
        free = Message.objects.due(now).filter(alike).order_by("send_after", "pk").values_list("pk", flat=True)
        ids = list(free.select_for_update(of=("self",))[:1])
        if not ids:
            return []
        for _attempt in range(ASKED_AGAIN):
            ids = list(free.select_for_update(of=("self",), skip_locked=True)[:TOGETHER_AT_MOST])
            if len(ids) == free[:TOGETHER_AT_MOST].count():
                break
            time.sleep(AN_INSTANT)
        Message.objects.filter(pk__in=ids).update(lease_until=lease)
    return ids


def late(now: datetime, held_up: bool) -> Q:
    """What one mail may tell with others: all that is due, if nothing was sent for a while; else what has failed to
    leave for an hour, or has waited through quiet hours."""
    if held_up:
        return Q()
    return Q(attempts__gt=0, created_at__lte=now - LATE) | Q(send_after__gte=F("created_at") + LATE)


def _rows(due: QuerySet[Message], now: datetime, held_up: bool) -> list[_Due]:
    """What is due, and whether it may be told together with others, by what `alongside.claim` asks."""
    columns = ("pk", "kind", "channel", "address__host", "user", "attempts", "created_at", "send_after")
    found = []
    for pk, kind, channel, host, user, attempts, created_at, send_after, *ids in due.values_list(
        *columns, *(f"{root}_id" for root in ROOTS)
    ):
        has_failed = attempts > 0 and created_at <= now - LATE
        is_late = held_up or has_failed or send_after >= created_at + LATE
        may_be_beside = user is not None and channel == "email"
        found.append(_Due(pk, kind, channel, host, user, is_late and may_be_beside, read_ahead.about(ids)))
    return found


def claimed(at: datetime) -> dict[str, object]:
    return {"state": MessageState.SENDING, "lease_until": at + LEASE, "attempts": F("attempts") + 1}
