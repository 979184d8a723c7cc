"""How does one message leave? Is it still needed, what does it say, did it go, and if not, shall we try again?

The claim is committed before a channel is touched, and what became of the message is written after it: no transaction
is ever open across the network.
"""

import logging
import time
from collections import Counter
from collections.abc import Callable
from contextlib import closing
from datetime import datetime, timedelta
from enum import Enum, auto

from django.db import transaction

from feedback import asking_hours, waves
from feedback.models.wave import WaveState
from loop import quiet_hours, sweeping
from notifications import (
    alongside,
    audience,
    claims,
    digests,
    kinds,
    outbox,
    preferences,
    rendering,
    short_words,
    staff_addresses,
    subscriptions,
    weekly,
)
from notifications.channels.base import Channel, Envelope, SendFailed
from notifications.channels.chat import ChatChannel
from notifications.channels.email import EmailChannel
from notifications.channels.sms import SmsChannel
from notifications.inbound import intake
from notifications.models import Message

logger = logging.getLogger(__name__)

STANDSTILL = timedelta(hours=1)  # since the last run: what is due now was held up, and comes in one mail a kind
RUN_FOR = timedelta(minutes=4)  # a run ends before the broker would hand its task to another worker
UNREACHABLE_LIMIT = 3  # so many failures in a row to reach a channel's server, and its rest waits for the next run

#: By one of our people or teams, when they may be told: the same for all the messages of a run.
Readers = dict[str, quiet_hours.Reader]

CHANNELS: dict[str, type[Channel]] = {"email": EmailChannel, "sms": SmsChannel, "chat": ChatChannel}


class Fate(Enum):
    """What became of one message in one attempt."""

    SENT = auto()
    CANCELLED = auto()
    HELD = auto()
    FAILED = auto()
    UNREACHABLE = auto()


def deliver_due(*, now: datetime) -> int:
    """Send what is due at `now`. Any number of runs may do so at once. Returns how many messages were sent."""
    started = time.monotonic()
    held_up = sweeping.stood_still("deliver_due", for_=STANDSTILL, now=now)
    channels = {name: channel() for name, channel in CHANNELS.items()}
    sent, unreachable, resting, silent = 0, Counter[str](), set[str](), set[str]()
    readers: Readers = {}

    def clock() -> datetime:
        return now + timedelta(seconds=time.monotonic() - started)

    line = claims.claim_due(now=now, clock=clock, held_up=held_up, resting=resting, silent=silent)
    try:
        with closing(line):
            for message in line:
                fate = deliver(message, channels, now=now, clock=clock, held_up=held_up, readers=readers)
                sent += fate is Fate.SENT
                if message.address is not None and message.address.host:  # one chat that is away is not all of them
                    silent |= {message.address.host} if fate is Fate.UNREACHABLE else set()
                    continue
                unreachable[message.channel] = unreachable[message.channel] + 1 if fate is Fate.UNREACHABLE else 0
                if unreachable[message.channel] == UNREACHABLE_LIMIT:
                    resting.add(message.channel)  # the others go on
                if time.monotonic() - started > RUN_FOR.total_seconds():
                    break
    finally:
        for channel in channels.values():
            channel.close()
    return sent


def deliver(
    message: Message,
    channels: dict[str, Channel],
    *,
    now: datetime,
    clock: Callable[[], datetime] | None = None,
    held_up: bool = False,
    readers: Readers | None = None,
) -> Fate:
    """Send one claimed message, or settle why not. Never raises for what is wrong with the message or the network.

    Where many of its kind wait for the same reader they leave in one mail; what becomes of it becomes of them.

    Args:
        readers: whose hours were looked up in this run already; it is added to.
    """
    if message.kind not in kinds.BY_NAME or message.channel not in channels:
        outbox.fail(message, error=f"unknown: kind {message.kind}, channel {message.channel}", permanent=True, now=now)
        return Fate.FAILED
    beside: list[Message] = []
    try:
        if _held(message, now, {} if readers is None else readers):
            return Fate.HELD
        reason = why_not(message, now=now)
        if reason:
            outbox.cancel(message, reason=reason, now=now)
            return Fate.CANCELLED
        beside = _beside(message, held_up, now, clock or (lambda: now))
        envelope, beside = _put_into_words(message, beside, now)
        channels[message.channel].send(envelope)
    except SendFailed as failure:
        if failure.permanent:
            intake.refused(message, str(failure), now=now)
        for each in (message, *beside):
            staff_addresses.note_trouble(each, trouble=str(failure), now=now)
            outbox.fail(each, error=str(failure), permanent=failure.permanent, maybe_sent=failure.maybe_sent, now=now)
        logger.warning("message %s was not sent: %s", message.key, failure)
        return Fate.UNREACHABLE if failure.unreachable else Fate.FAILED
    except Exception as error:  # our own bug in one message must not stop the line
        alongside.put_back(beside)
        _could_not_be_made(message, error, now)
        return Fate.FAILED
    rendering.keep(message, envelope)
    staff_addresses.note_arrived(message, now=now)
    _settle(message, now)
    alongside.settle(beside, by=message)
    return Fate.SENT


def _settle(message: Message, now: datetime) -> None:
    """Note that it left, and with a morning mail what its reader has thereby been told."""
    if message.kind != Message.DIGEST or message.user is None:
        outbox.mark_sent(message, now=now)
        return
    with transaction.atomic():
        outbox.mark_sent(message, now=now)
        digests.mark_told(message.user, now)


def _beside(message: Message, held_up: bool, now: datetime, clock: Callable[[], datetime]) -> list[Message]:
    """The claimed messages that the mail of this one tells as well; those nobody needs any more are settled here."""
    kind = kinds.BY_NAME[message.kind]
    is_alone = message.kind in kinds.ALONE or message.channel != "email"
    if is_alone or not isinstance(kind, kinds.StaffKind) or not kind.in_sight:
        return []
    claimed = alongside.claim(message, held_up=held_up, now=now, clock=clock)
    until, needed = clock() + claims.LEASE / 2, []
    for seen, other in enumerate(claimed):
        if clock() > until:  # the mail must leave while all it tells is ours; the next tells the rest
            alongside.put_back(claimed[seen:])
            break
        try:
            reason = why_not(other, now=now)
        except Exception as error:  # our own bug in one of them is not the others'
            _could_not_be_made(other, error, now)
            continue
        if reason:
            outbox.cancel(other, reason=reason, now=now)
        else:
            needed.append(other)
    return needed


def _put_into_words(message: Message, beside: list[Message], now: datetime) -> tuple[Envelope, list[Message]]:
    """The mail, and which others it tells: where they cannot all be put into words, those that can be."""
    if not beside:
        return rendering.render(message, now=now), []
    try:
        return rendering.render_together([message, *beside]), beside
    except Exception:
        told = [other for other in beside if _can_be_told(other, now)]
        return rendering.render_together([message, *told]) if told else rendering.render(message, now=now), told


def _can_be_told(message: Message, now: datetime) -> bool:
    try:
        rendering.render_together([message])
    except Exception as error:
        _could_not_be_made(message, error, now)
        return False
    return True


def _could_not_be_made(message: Message, error: Exception, now: datetime) -> None:
    outbox.fail(message, error=f"{type(error).__name__}: {error}", now=now)
    logger.error("message %s could not be made", message.key, exc_info=error)


def why_not(message: Message, *, now: datetime) -> str:
    """The first reason why a message is not needed any more; empty when it is."""
    kind = kinds.BY_NAME[message.kind]
    for check in kind.stale:
        if reason := check(message, now):
            return reason
    if short_words.is_short(message):
        reason = staff_addresses.why_not(message, now=now)
        if reason or message.team_id is not None:
            return reason
    elif message.user is not None and not preferences.wants(message.user, kind.name):
        return f"{message.user.display_name} goes without mails of this kind"
    return _not_for_them(message, kind, now)


def _not_for_them(message: Message, kind: kinds.Kind, now: datetime) -> str:
    """Why its reader is not, or no longer, the one to tell, by what kind of message it is."""
    match kind:
        case kinds.StaffKind():
            reason = _wrong_reader(message, kind, now)
        case kinds.FormerOwnerKind():
            reason = "" if message.user is not None and message.user.is_active else "nobody to tell"
        case kinds.MorningKind():
            reason = _nothing_this_morning(message, now)
        case kinds.WeeklyKind():
            reason = "" if message.user is not None and weekly.is_for(message.user) else "nobody to tell"
        case kinds.ReportKind():
            reason = subscriptions.why_not(message, now)
        case kinds.WaveKind():
            reason = _nobody_of_theirs(message, kind)
        case kinds.BounceKind():
            reason = _not_theirs(message, kind)
        case _:
            reason = ""
    return reason


def _held(message: Message, now: datetime, readers: Readers) -> bool:
    """Put a message back that must not leave yet. Returns whether it had to be."""
    opens = _opening_of(message, now, readers)
    if opens > now:
        outbox.wait_until(message, opens)
        return True
    if is_held(message, now=now):
        outbox.take_back(message, now=now)
        return True
    return False


def _opening_of(message: Message, now: datetime, readers: Readers) -> datetime:
    """From when a message may reach one of our people: `now`, or when their quiet hours are over."""
    if message.kind in kinds.AT_ANY_HOUR or (message.user is None and message.team is None):
        return now
    whose = f"user {message.user_id}" if message.user is not None else f"team {message.team_id}"
    if whose not in readers:
        readers[whose] = getattr(message, "reader", None) or _reader(message)  # read ahead with a group
    return quiet_hours.next_opening(readers[whose], now, urgent=message.kind in kinds.URGENT)


def _reader(message: Message) -> quiet_hours.Reader:
    if message.user is not None:
        return quiet_hours.reader(message.user)
    if message.team is None:
        raise ValueError(f"{message.key} is to nobody of ours")
    return quiet_hours.reader_of(message.team)


def is_held(message: Message, *, now: datetime) -> bool:
    """Whether a question or a thank-you must wait: its wave is paused, its morning went by untried, or it is no hour to
    write to its reader."""
    if message.thanks_id is not None and message.contact is not None:
        return not asking_hours.are_open(message.contact, now)
    if not message.asks or message.invitation is None or message.contact is None:
        return False
    wave = message.invitation.wave
    is_paused = wave is not None and wave.state == WaveState.PAUSED
    is_late = message.attempts <= 1 and not message.reminds and waves.is_late(message.invitation, now=now)
    return is_paused or is_late or not asking_hours.are_open(message.contact, now)


def _wrong_reader(message: Message, kind: kinds.StaffKind, now: datetime) -> str:
    user, case = message.user, message.case
    if user is None or case is None:
        return "nobody to tell, or nothing to tell of"
    if not user.is_active:
        return f"{user.display_name} cannot sign in any more"
    if message.event is not None and message.event.actor_id == user.pk:
        return f"{user.display_name} did it"
    if message.event is not None and message.event.case_id == case.pk:
        message.event.case = case  # the same row, as it is now: it need not be read again
    if kind.in_sight and not audience.may_see(user, case):
        return f"{user.display_name} may not see the case any more"
    if user not in (kind.readers(message.event, now) if message.event is not None else kind.to(case, now)):
        return f"{user.display_name} is not the one to tell any more"
    return ""


def _nothing_this_morning(message: Message, now: datetime) -> str:
    user = message.user
    if user is None or not user.is_active:
        return "nobody to tell"
    return "" if digests.parts(user, now) else "there is nothing to tell any more"


def _nobody_of_theirs(message: Message, kind: kinds.WaveKind) -> str:
    user, wave = message.user, message.wave
    if user is None or wave is None:
        return "nobody to tell, or nothing to tell of"
    if not user.is_active:
        return f"{user.display_name} cannot sign in any more"
    if not kind.about_owners_customers:
        return ""
    if not audience.members_looked_after(wave, user).exists():
        return f"{user.display_name} looks after nobody who is asked"
    return ""


def _not_theirs(message: Message, kind: kinds.BounceKind) -> str:
    user, invitation = message.user, message.invitation
    if user is None or invitation is None:
        return "nobody to tell, or nothing to tell of"
    return (
        "" if user in kind.to(invitation.contact) else f"{user.display_name} does not look after the customer any more"
    )
