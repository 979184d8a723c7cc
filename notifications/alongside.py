"""Which other messages does one mail tell as well, and what becomes of them?

After an outage one mail a reader and kind tells of all that was held up. Those it tells are claimed with it, by one
update, from what was put aside for its sender; they are settled as told, or put back.
"""

from collections.abc import Callable, Iterator, Sequence
from datetime import datetime

from django.db import transaction
from django.db.models import Q, QuerySet

from notifications import claims, read_ahead
from notifications.models import Message, MessageState
from notifications.read_ahead import ROOTS

SINGLE_AT_MOST = 3  # late messages of one kind that still reach one person as single mails


def claim(message: Message, *, held_up: bool, now: datetime, clock: Callable[[], datetime]) -> list[Message]:
    """Claim what one mail can tell together with a claimed message: what was held up for the same reader, of its kind.

    So after an outage nobody finds a mail for every case. What leaves in time, or few at once, stays a mail of its own
    that can be acted on from a phone. However many there are, one update claims them: their leases begin together.

    Args:
        held_up: nothing was sent for a while, so that all that is due now was held up. Otherwise that is only what has
            failed to leave for an hour, or has waited through quiet hours.
    """
    has_failed = message.attempts > 1 and message.created_at <= now - claims.LATE
    if not held_up and not has_failed and message.send_after < message.created_at + claims.LATE:
        return []
    ours = getattr(message, "beside_until", None)  # what was put aside with it
    is_free = Q(lease_until=None) | Q(lease_until__lte=now) | (Q(lease_until=ours) if ours else Q(pk=None))
    beside = (
        Message.objects.filter(is_free, claims.late(now, held_up), send_after__lte=now)
        .filter(user=message.user_id, kind=message.kind, channel=message.channel, state=MessageState.PENDING)
        .exclude(pk=message.pk)
        .order_by("send_after", "pk")
    )
    with transaction.atomic():
        # SQLite locks the whole file instead; there nobody can be between the two statements either.
        rows = beside.select_for_update(skip_locked=True).values_list("pk", *(f"{root}_id" for root in ROOTS))
        found = list(rows[: claims.TOGETHER_AT_MOST])
        if len(found) < SINGLE_AT_MOST:
            return []
        Message.objects.filter(pk__in=[pk for pk, *_ in found]).update(**claims.claimed(clock()))
    roots = frozenset[str]().union(*(read_ahead.about(ids) for _pk, *ids in found))
    return read_ahead.in_order([pk for pk, *_ in found], roots)


def put_back(messages: Sequence[Message]) -> None:
    """Undo the claims of messages nobody looked at: they are due as before."""
    for attempts, these in _by_attempts(messages):
        _ours(these, attempts).update(state=MessageState.PENDING, lease_until=None, attempts=attempts - 1)


def settle(messages: Sequence[Message], *, by: Message) -> None:
    """Settle claimed messages whose cases another mail to the same reader has told of as well."""
    for attempts, these in _by_attempts(messages):
        told = f"told together with others in {by.key}"
        _ours(these, attempts).update(state=MessageState.CANCELLED, lease_until=None, error=told)


def _by_attempts(messages: Sequence[Message]) -> Iterator[tuple[int, list[int]]]:
    for attempts in sorted({message.attempts for message in messages}):
        yield attempts, [message.pk for message in messages if message.attempts == attempts]


def _ours(ids: list[int], attempts: int) -> QuerySet[Message]:
    """Of these, those whose claim, known by its attempt, still stands."""
    return Message.objects.filter(pk__in=ids, attempts=attempts, state=MessageState.SENDING)
