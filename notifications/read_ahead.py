"""What is a group of messages about, read for all of them at once, and does it still hold for the one that leaves next?

A mail to one of our people about a case takes a dozen tables to decide about and to write. Read for a group they cost a
few statements. The group is seconds old when its last message leaves, so right before each one leaves a single
statement compares what may have changed (`_volatile`): the case and its deadlines, whose it is, who may act, what its
reader may see, the answer, whether later news waits. Where anything differs, all of it is read again for that message
alone. What is not compared - names, titles, the texts of a survey, a calendar, the quiet hours of a role - is at most
as old as the reservation of a group (`claims.RESERVED`). What decides besides, such as the leads of a team, preferences
and snoozes, is asked for each message when it leaves, as ever.

Messages to customers, morning mails and all others are read one by one when they leave: that is as fresh as it gets,
and it is their checks that take the time.
"""

import logging
from collections.abc import Collection, Sequence
from functools import cache
from typing import Any

from django.db import connection
from django.db.models import Exists, OuterRef, QuerySet, Subquery

from loop import quiet_hours
from loop.models import Callback, User
from notifications.models import Message, MessageState

logger = logging.getLogger(__name__)

READ_AT_ONCE = 500  # messages with all they are about in one query

# All that is asked of a message to decide about it and to write it.
NEEDED = (
    "user", "contact__account", "event__actor", "invitation__survey", "invitation__wave", "wave__survey",
    "case__response__survey", "case__contact", "case__account", "case__owner__stand_in", "case__team",
    "case__customer_page", "case_mail__author", "team", "address", "thanks__response__survey",
    "thanks__contact__account",
)  # fmt: skip
ROOTS = tuple(dict.fromkeys(name.partition("__")[0] for name in NEEDED))

#: What is compared right before a message leaves, by its path from the message.
_VOLATILE = (
    *(f"user__{name}" for name in (
        "is_active", "role", "email", "language", "time_zone", "covering_people", "covering_teams", "away_until",
    )),
    *(f"case__{name}" for name in (
        "version", "state", "owner_id", "team_id", "instead_of_id", "contact_due_at", "resolve_due_at", "next_try_at",
        "closed_at", "response__score", "response__revised_at", "response__retracted_at",
    )),
    *(f"case__owner__{name}" for name in ("is_active", "role", "away_until", "stand_in_id")),
    *(f"case__owner__stand_in__{name}" for name in ("is_active", "role")),
    *(f"case__contact__{name}" for name in ("email", "phone", "erased_at")),
    "has_later", "call_at",
)  # fmt: skip

Row = tuple[Any, ...]


def about(ids: Sequence[int | None]) -> frozenset[str]:
    """Which of ROOTS a message is about, by the numbers in their columns."""
    return frozenset(root for root, pk in zip(ROOTS, ids, strict=True) if pk is not None)


def with_all(roots: Collection[str]) -> QuerySet[Message]:
    """Messages with all they are about, joining only what is there.

    With all the tables a message can be about PostgreSQL plans for 100 ms what takes one to do.
    """
    return Message.objects.select_related(*(name for name in NEEDED if name.partition("__")[0] in roots))


def in_order(ids: list[int], roots: Collection[str]) -> list[Message]:
    """The messages of these numbers with all they are about, in the order of the numbers."""
    found: dict[int, Message] = {}
    for start in range(0, len(ids), READ_AT_ONCE):
        found |= with_all(roots).in_bulk(ids[start : start + READ_AT_ONCE])
    return [found[pk] for pk in ids if pk in found]


def group(ids: list[int], roots: Collection[str]) -> dict[int, tuple[Message, Row]]:
    """Messages about cases to our own people by their number: with all they are about, and what `still_holds` asks for.

    Each has `has_later`, whether later news of its case waits for its reader or has left, `reader`, when they may be
    told, and its case `call_at`, when a call is agreed: what else would be asked for each of them.
    """
    rows = _volatile(ids)  # first: what changes between the two is found out
    found = _noted(with_all(roots)).in_bulk(ids)
    readers = _readers({message.user for message in found.values() if message.user is not None})
    for message in found.values():
        message.reader = readers.get(message.user_id)  # type: ignore[attr-defined, arg-type]
        if message.case is not None:
            message.case.call_at = message.call_at  # type: ignore[attr-defined]
    return {pk: (message, rows[pk]) for pk, message in found.items() if pk in rows}


def _readers(users: set[User]) -> dict[int, quiet_hours.Reader]:
    """When they may be told; nobody's where one of them cannot be asked, who must not hold up the others' messages."""
    try:
        return quiet_hours.readers(users)
    except Exception:
        logger.exception("the hours of %d readers are asked for one by one", len(users))
        return {}


def still_holds(pk: int, row: Row) -> bool:
    """Whether what was read of a message of a `group` is so still, by one statement."""
    return _volatile([pk]).get(pk) == row


def _noted(messages: QuerySet[Message]) -> QuerySet[Message]:
    later = Message.objects.filter(case=OuterRef("case"), user=OuterRef("user"), event__gt=OuterRef("event"))
    calls = Callback.objects.booked().filter(case=OuterRef("case")).order_by("pk").values("starts_at")
    return messages.annotate(
        has_later=Exists(later.exclude(state__in=[MessageState.CANCELLED, MessageState.DEAD])),
        call_at=Subquery(calls[:1]),
    )


def _volatile(ids: Sequence[int]) -> dict[int, Row]:
    """What may change of these messages, as the database gives it, by their number."""
    sql, params = _statement(len(ids))
    with connection.cursor() as cursor:
        cursor.execute(sql, [*params, *ids])
        return {pk: tuple(row) for pk, *row in cursor.fetchall()}


@cache
def _statement(messages: int) -> tuple[str, Row]:
    """The statement for so many messages, whose numbers come last. To put it together takes longer than to run it."""
    places = list(range(-messages, 0))
    asked = _noted(Message.objects.all()).filter(pk__in=places).values_list("pk", *_VOLATILE)
    sql, params = asked.query.sql_with_params()
    if list(params[-messages:]) != places:
        raise RuntimeError("the numbers of the messages do not come last")
    return sql, params[:-messages]
