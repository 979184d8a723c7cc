"""What is said in a chat or a text message to our own people? One line of what it is about, and one link.

The line is the subject of the mail of that kind: who, which company, which score, by when; no words of the customer.
"""

from collections.abc import Callable
from copy import copy
from typing import Any

from django.conf import settings
from django.template.loader import render_to_string
from django.urls import reverse

from loop.models import User
from notifications.channels.base import Envelope
from notifications.models import Message, StaffChannel

LINE_LIMIT = 200  # characters


def is_short(message: Message) -> bool:
    """Whether it goes to a further address of our own people."""
    return message.contact_id is None and message.channel in StaffChannel.values


def envelope(
    message: Message, facts_of: Callable[[Message], dict[str, Any]], *, secret: str, language: str
) -> Envelope:
    """What is said, in the language and time zone that are active.

    Args:
        facts_of: the facts of the mail of that kind.
        secret: the address itself.

    Raises:
        ValueError: it is about no case.
    """
    if message.address is None:
        raise ValueError(f"{message.key} has no address any more")
    is_number = message.channel == StaffChannel.SMS
    return Envelope(
        to=secret if is_number else message.address.shown,
        subject="",
        text=message.body if message.kind == Message.CHANNEL_TEST else text(message, facts_of),
        html="",
        language=language,
        message_id=str(message.message_id),
        secret=secret,
    )


def text(message: Message, facts_of: Callable[[Message], dict[str, Any]]) -> str:
    """The line and the link."""
    return f"{line(message, facts_of)}\n{settings.BASE_URL}{reverse('case', args=[message.case_id])}"


def line(message: Message, facts_of: Callable[[Message], dict[str, Any]]) -> str:
    """What a message is about, in one line, as the subject of its mail says it."""
    if message.case is None:
        raise ValueError(f"{message.key} is about no case")
    told = copy(message)
    told.user = message.user or message.case.owner or _somebody_of(message)
    said = render_to_string(f"notifications/email/{message.kind}.subject.txt", facts_of(told))
    return " ".join("".join(letter if letter.isprintable() else " " for letter in said).split())[:LINE_LIMIT]


def _somebody_of(message: Message) -> User | None:
    """For whom a mail of a team's case would be written that nobody has yet; the line is the same for all of them."""
    return message.team.members.order_by("pk").first() if message.team is not None else None
