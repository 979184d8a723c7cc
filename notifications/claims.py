"""Which messages are ours to send now?

A row is claimed by a conditional update that must change it, so any number of senders may run on either database. The
claim is committed before the network is touched, counts the attempt, and lasts until its lease ends.
"""

from collections.abc import Callable, Collection, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import F, Q, QuerySet

from notifications.models import Message, MessageState

LEASE = timedelta(minutes=5)  # longer than any conversation with a mail server
BATCH = 50
LATE = timedelta(hours=1)  # what has tried to leave for that long was held up
SINGLE_AT_MOST = 3  # late messages of one kind that still reach one person as single mails
TOGETHER_AT_MOST = 5_000  # messages told in one mail: more than anybody has cases
READ_AT_ONCE = 500  # messages with all they are about in one query

# All that is asked of a message to decide about it and to write it.
NEEDED = (
    "user", "contact__account", "event__actor", "invitation__survey", "invitation__wave", "wave__survey",
    "case__response__survey", "case__contact", "case__account", "case__owner", "case__team",
    "case_mail__author", "team", "address", "thanks__response__survey", "thanks__contact__account",
)  # fmt: skip
ROOTS = tuple(dict.fromkeys(name.partition("__")[0] for name in NEEDED))


@dataclass(frozen=True)
class _Due:
    """A message that may be claimed: where it leaves by, and which of ROOTS it is about."""

    pk: int
    channel: str
    host: str | None
    about: frozenset[str]


def claim_due(
    *, now: datetime, clock: Callable[[], datetime], resting: Collection[str] = (), silent: Collection[str] = ()
) -> Iterator[Message]:
    """Claim what is due at `now`, one message at a time, until nothing is left. Each is ours until its lease ends.

    Args:
        resting: channels whose messages stay where they are; may grow meanwhile.
        silent: hosts of chats whose messages stay where they are; may grow meanwhile.
        clock: the present instant on the same time line as `now`; leases are counted from it.
    """
    while batch := _due(now, resting, silent):
        for found in batch:
            if found.channel in resting or found.host in silent:
                continue
            if Message.objects.due(now).filter(pk=found.pk).update(**_claimed(clock())) == 1:
                yield _with_all(found.about).get(pk=found.pk)


def claim_beside(message: Message, *, held_up: bool, now: datetime, clock: Callable[[], datetime]) -> list[Message]:
    """Claim what one mail can tell together with a claimed message: what was held up for the same reader, of its kind.

    So after an outage nobody finds a mail for every case. What leaves in time, or few at once, stays a mail of its own
    that can be acted on from a phone. However many there are, one update claims them: their leases begin together.

    Args:
        held_up: nothing was sent for a while, so that all that is due now was held up. Otherwise that is only what has
            failed to leave for an hour, or has waited through quiet hours.
    """
    failing = Q(attempts__gt=0, created_at__lte=now - LATE)
    through_quiet_hours = Q(send_after__gte=F("created_at") + LATE)
    has_failed = message.attempts > 1 and message.created_at <= now - LATE
    if not held_up and not has_failed and message.send_after < message.created_at + LATE:
        return []
    beside = (
        Message.objects.due(now)
        .filter(Q() if held_up else failing | through_quiet_hours)
        .filter(user=message.user_id, kind=message.kind, channel=message.channel, state=MessageState.PENDING)
        .exclude(pk=message.pk)
        .order_by("send_after", "pk")
    )
    with transaction.atomic():
        # SQLite locks the whole file instead; there nobody can be between the two statements either.
        rows = beside.select_for_update(skip_locked=True).values_list("pk", *(f"{root}_id" for root in ROOTS))
        found = list(rows[:TOGETHER_AT_MOST])
        if len(found) < SINGLE_AT_MOST:
            return []
        Message.objects.filter(pk__in=[pk for pk, *_ in found]).update(**_claimed(clock()))
    about = frozenset[str]().union(*(_about(ids) for _pk, *ids in found))
    return _read([pk for pk, *_ in found], about)


def put_back(messages: Sequence[Message]) -> None:
    """Undo the claims of messages nobody looked at: they are due as before."""
    for attempts, these in _by_attempts(messages):
        _ours(these, attempts).update(state=MessageState.PENDING, lease_until=None, attempts=attempts - 1)


def settle_together(messages: Sequence[Message], *, by: Message) -> None:
    """Settle claimed messages whose cases another mail to the same reader has told of as well."""
    for attempts, these in _by_attempts(messages):
        told = f"told together with others in {by.key}"
        _ours(these, attempts).update(state=MessageState.CANCELLED, lease_until=None, error=told)


def _due(now: datetime, resting: Collection[str], silent: Collection[str]) -> list[_Due]:
    due = Message.objects.due(now).exclude(channel__in=list(resting))
    if silent:
        due = due.exclude(address__host__in=list(silent))
    columns = ("pk", "channel", "address__host", *(f"{root}_id" for root in ROOTS))
    rows = due.order_by("send_after", "pk").values_list(*columns)[:BATCH]
    return [_Due(pk, channel, host, _about(ids)) for pk, channel, host, *ids in rows]


def _claimed(at: datetime) -> dict[str, object]:
    return {"state": MessageState.SENDING, "lease_until": at + LEASE, "attempts": F("attempts") + 1}


def _about(ids: Sequence[int | None]) -> frozenset[str]:
    return frozenset(root for root, pk in zip(ROOTS, ids, strict=True) if pk is not None)


def _with_all(about: Collection[str]) -> QuerySet[Message]:
    """Messages with all they are about, joining only what is there.

    With all the tables a message can be about PostgreSQL plans for 100 ms what takes one to do.
    """
    return Message.objects.select_related(*(name for name in NEEDED if name.partition("__")[0] in about))


def _read(ids: list[int], about: Collection[str]) -> list[Message]:
    found: dict[int, Message] = {}
    for start in range(0, len(ids), READ_AT_ONCE):
        found |= _with_all(about).in_bulk(ids[start : start + READ_AT_ONCE])
    return [found[pk] for pk in ids if pk in found]


def _by_attempts(messages: Sequence[Message]) -> Iterator[tuple[int, list[int]]]:
    for attempts in sorted({message.attempts for message in messages}):
        yield attempts, [message.pk for message in messages if message.attempts == attempts]


def _ours(ids: list[int], attempts: int) -> QuerySet[Message]:
    """Of these, those whose claim, known by its attempt, still stands."""
    return Message.objects.filter(pk__in=ids, attempts=attempts, state=MessageState.SENDING)
