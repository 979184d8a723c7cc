"""What has somebody been told inside Loop, and have they read it? The bell in the header and the page behind it.

A notice is a message that stays inside (`Message.notices`). It holds no words: they are put together when it is read,
of what its reader may see then.
"""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction
from django.db.models import QuerySet
from django.urls import reverse

from loop import access, header
from loop.models import CaseEvent, User
from notifications import facts, gathering
from notifications.models import Message, MessageState

SHOWN = 50  # the last ones; the cases have their story


@dataclass(frozen=True)
class Notice:
    """One line of the page."""

    id: int
    what: str
    who: str
    score: int
    category: str
    at: datetime
    is_read: bool
    url: str


def enqueue(kind: str, event: CaseEvent, users: Collection[User], *, send_after: datetime, now: datetime) -> None:
    """Note what an event tells its readers; each once."""
    rows = [
        Message(
            key=_key(event, user),
            kind=kind,
            channel=Message.IN_APP,
            user=user,
            case=event.case,
            event=event,
            state=MessageState.SENT,
            send_after=send_after,
            created_at=now,
            sent_at=now,
        )
        for user in users
    ]
    if (gathered := gathering.current()) is not None:
        gathered.add(rows)
        return
    known = set(Message.notices.filter(key__in=[row.key for row in rows]).values_list("key", flat=True))
    Message.notices.bulk_create([row for row in rows if row.key not in known], ignore_conflicts=True)


def _key(event: CaseEvent, user: User) -> str:
    return f"event:{event.pk}:{user.pk}:{Message.IN_APP}"


def of(user: User, *, now: datetime) -> list[Notice]:
    """The last notices of a person about cases they may see now, the newest first."""
    rows = (
        in_sight(user, now).select_related("event", "case__response", "case__contact", "case__account").order_by("-pk")
    )
    return [told(message) for message in rows[:SHOWN]]


def told(message: Message) -> Notice:
    """A notice in words, of a message read with its event and with its case's answer, contact and account."""
    case = message.case
    if case is None:
        raise ValueError(f"{message.key} is about no case")
    account = case.account.name if case.account else case.response.respondent_name
    return Notice(
        id=message.pk,
        what=message.kind_in_words,
        who=facts.who(case.contact, account),
        score=case.response.score,
        category=case.response.category,
        at=message.event.at if message.event is not None else message.created_at,
        is_read=message.read_at is not None,
        url=reverse("case", args=[case.pk]),
    )


def unread(user: User, *, now: datetime) -> QuerySet[Message]:
    """The notices somebody has not read, of cases they may see now."""
    return in_sight(user, now).filter(read_at=None)


def in_sight(user: User, now: datetime) -> QuerySet[Message]:
    """The notices of a person about cases they may see now."""
    mine = Message.notices.filter(user=user, send_after__lte=now)
    return mine.filter(case__in=access.visible_cases(user).values("pk"))


@transaction.atomic
def read(user: User, notice_id: int, *, now: datetime) -> str:
    """Note that somebody opens a notice of theirs. Returns where it leads.

    Raises:
        Message.DoesNotExist: it is not theirs, or its case is out of their sight.
    """
    found = in_sight(user, now).get(pk=notice_id)
    Message.notices.filter(pk=found.pk, read_at=None).update(read_at=now)
    return reverse("case", args=[found.case_id])


def read_all(user: User, *, now: datetime) -> int:
    """Note that somebody has read all that wait for them. Returns how many."""
    return Message.notices.filter(user=user, read_at=None, send_after__lte=now).update(read_at=now)


def delete_old(*, before: datetime) -> int:
    """Delete notices of before then. Returns how many."""
    return Message.notices.filter(created_at__lt=before).delete()[0]


def register() -> None:
    """Have the header of every page count them."""
    header.register_notices(lambda user, now: unread(user, now=now))
