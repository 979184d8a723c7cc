"""How does a message get into the outbox once, and what becomes of it, also if its sender dies?

A claim (`notifications.claims`) counts the attempt, so a message that kills its sender ends up `dead` instead of being
tried for ever. Of a message to a customer whose sender died nobody knows whether
it left: it waits as `uncertain`, with `sent_at` saying when it perhaps was, and is repeated once. A message to our own
people is repeated at once: a lost alert is worse than a second one. Repeats carry the same Message-ID.
"""

from datetime import datetime, timedelta

from django.db import transaction

from feedback import invitations, sampling
from feedback.models import Contact, Invitation, Wave
from loop import mailing
from loop import thanks as thanking
from loop.models import Case, CaseEvent, CaseMail, Team, Thanks, User
from notifications import gathering
from notifications.models import WAITING, Message, MessageState, ReportSubscription, StaffAddress

UNCERTAIN_FOR = timedelta(minutes=15)
KEEP = timedelta(days=90)

# What to wait after the first, second, ... attempt that failed; after the last attempt the message is dead.
BACK_OFF = (timedelta(minutes=1), timedelta(minutes=10), timedelta(hours=1), timedelta(hours=6))
MAX_ATTEMPTS = len(BACK_OFF) + 1

FINISHED = (MessageState.SENT, MessageState.CANCELLED, MessageState.DEAD)
ERROR_LIMIT = 2000  # characters of an error kept


class NotDead(Exception):
    """Only a message that failed for good can be retried or discarded by hand."""


def enqueue(
    *,
    key: str,
    kind: str,
    to: str,
    user: User | None = None,
    contact: Contact | None = None,
    case: Case | None = None,
    event: CaseEvent | None = None,
    invitation: Invitation | None = None,
    wave: Wave | None = None,
    case_mail: CaseMail | None = None,
    thanks: Thanks | None = None,
    team: Team | None = None,
    address: StaffAddress | None = None,
    subscription: ReportSubscription | None = None,
    channel: str = "email",
    send_after: datetime,
    now: datetime,
    **said: str,
) -> bool:
    """Put a message into the outbox unless one with this `key` is or was there. Returns whether it is new; while
    messages are gathered, True.

    Args:
        key: says why the message exists, such as `event:<id>:<user>:email`.
        to: the address as known now; it is looked up again when the message leaves.
        said: language, subject, body and body_html of a message that is put into words already.
    """
    about = {
        "kind": kind,
        "user": user,
        "contact": contact,
        "case": case,
        "event": event,
        "invitation": invitation,
        "wave": wave,
        "case_mail": case_mail,
        "thanks": thanks,
        "team": team,
        "subscription": subscription,
        "address": address,
        "channel": channel,
        "to": to,
        "send_after": send_after,
        "created_at": now,
        **said,
    }
    if (gathered := gathering.current()) is not None:
        gathered.add([Message(key=key, **about)])
        return True
    _message, created = Message.objects.get_or_create(key=key, defaults=about)
    return created


def is_known(key: str) -> bool:
    """Whether a message with this key is or was in the outbox."""
    return Message.objects.filter(key=key).exists()


def hasten(case: Case, *, kind: str, now: datetime) -> int:
    """Let messages of this kind about a case, which wait for their time, leave now. Returns how many."""
    if (gathered := gathering.current()) is not None:
        gathered.store()  # the message may be among them
    waiting = Message.objects.filter(case=case, kind=kind, state__in=WAITING, attempts=0, send_after__gt=now)
    return waiting.update(send_after=now)


def mark_sent(message: Message, *, now: datetime) -> bool:
    """Record that a claimed message left, with what was sent, and with what it carried. One statement where that is
    nothing. Returns whether the claim was still ours.

    A sender slower than its lease still counts, unless somebody else has claimed the message after it.
    """
    if not (message.asks or message.case_mail_id or message.thanks_id):
        return _mark_sent(message, now)
    with transaction.atomic(savepoint=False):
        ours = _mark_sent(message, now)
        if message.asks and message.invitation_id is not None:
            noted = invitations.mark_reminded if message.reminds else invitations.mark_sent
            noted(message.invitation_id, now=now)
        if message.case_mail_id is not None:
            mailing.mark_sent(message.case_mail_id, now=now)
        if message.thanks_id is not None:
            thanking.mark_mailed(message.thanks_id, now=now)
    return ours


def _mark_sent(message: Message, now: datetime) -> bool:
    ours = Message.objects.filter(
        pk=message.pk, attempts=message.attempts, state__in=[MessageState.SENDING, *WAITING]
    ).update(
        state=MessageState.SENT,
        sent_at=now,
        lease_until=None,
        error="",
        to=message.to,
        language=message.language,
        subject=message.subject,
        body=message.body,
        body_html=message.body_html,
    )
    return ours == 1


@transaction.atomic
def cancel(message: Message, *, reason: str, now: datetime) -> None:
    """Give up a claimed message nobody needs any more; what it was to ask is called off with it.

    Args:
        reason: a sentence, or a key of `feedback.sampling.words` or `loop.thanks.WORDS`; what was to be said keeps it.
    """
    words = thanking.WORDS if message.thanks_id is not None else sampling.words()
    told = str(words.get(reason, reason))
    if _finish_claim(message, state=MessageState.CANCELLED, error=reason[:ERROR_LIMIT]) and message.case_mail_id:
        mailing.mark_not_sent(message.case_mail_id, why=told, now=now)
    if message.thanks is not None:
        thanking.withhold(message.thanks, reason[:30], now=now)
    _call_off(message, reason, now)


def wait_until(message: Message, at: datetime) -> None:
    """Undo the claim of a message to one of our people, whose quiet hours last until `at`."""
    _finish_claim(message, state=MessageState.PENDING, send_after=at, attempts=message.attempts - 1)


def take_back(message: Message, *, now: datetime) -> None:
    """Undo the claim of a message that must not leave yet: its wave is paused, or its reader is not at work.

    It leaves the outbox: its invitation comes back when it is due again. One that perhaps was sent already stays.
    """
    if message.sent_at is None:
        Message.objects.filter(pk=message.pk, attempts=message.attempts, state=MessageState.SENDING).delete()
    else:
        _finish_claim(message, state=MessageState.UNCERTAIN, send_after=now + UNCERTAIN_FOR)


def _call_off(message: Message, reason: str, now: datetime) -> None:
    if message.invitation is None or not message.asks:
        return
    if message.reminds:
        invitations.drop_reminder(message.invitation)
    else:
        invitations.cancel(message.invitation, reason=reason[:100], now=now)


def fail(message: Message, *, error: str, permanent: bool = False, maybe_sent: bool = False, now: datetime) -> None:
    """Record that a claimed message could not be sent: try again later, or give up.

    Args:
        permanent: trying again is of no use.
        maybe_sent: the connection broke at a moment when the message may have been accepted already.
    """
    error = error.replace("\x00", "")[:ERROR_LIMIT]  # PostgreSQL stores no NUL, whatever a server says
    if maybe_sent and message.is_to_customer:
        _uncertain(message, error, now)
    elif permanent or message.attempts >= MAX_ATTEMPTS:
        _give_up(message, error=error, now=now)
    else:
        wait = BACK_OFF[message.attempts - 1]
        _finish_claim(message, state=MessageState.PENDING, error=error, send_after=now + wait)


def release_stuck(*, now: datetime) -> int:
    """Take back what was claimed by senders that did not return before their lease ended. Returns how many."""
    released = 0
    for message in Message.objects.stuck(now).order_by("pk"):
        if message.is_to_customer:
            released += _uncertain(message, "the sender stopped while sending; perhaps it left", now)
        elif message.attempts >= MAX_ATTEMPTS:
            released += _give_up(message, error="the sender stopped at every attempt", now=now)
        else:
            released += _finish_claim(message, state=MessageState.PENDING, error="the sender stopped", send_after=now)
    return released


def _uncertain(message: Message, error: str, now: datetime) -> int:
    if message.sent_at is not None or message.attempts >= MAX_ATTEMPTS:
        return _give_up(message, error=f"{error} (not repeated again)", now=now)
    return _finish_claim(
        message, state=MessageState.UNCERTAIN, error=error, sent_at=now, send_after=now + UNCERTAIN_FOR
    )


@transaction.atomic
def _give_up(message: Message, *, error: str, now: datetime) -> int:
    """Fail for good; the case of a mail that somebody wrote is told."""
    given_up = _finish_claim(message, state=MessageState.DEAD, error=error)
    if given_up and message.case_mail_id is not None:
        mailing.mark_not_sent(message.case_mail_id, why=error, now=now)
    return given_up


def _finish_claim(message: Message, **changes: object) -> int:
    """Change a row only while the claim we know of stands."""
    return Message.objects.filter(pk=message.pk, attempts=message.attempts, state=MessageState.SENDING).update(
        lease_until=None, **changes
    )


@transaction.atomic
def retry(message_id: int, *, now: datetime) -> None:
    """Send a dead message after all: five new attempts.

    Raises:
        NotDead: it is not dead, or somebody was faster.
    """
    _leave_dead(message_id, state=MessageState.PENDING, attempts=0, sent_at=None, send_after=now)
    written = Message.objects.filter(pk=message_id).values_list("case_mail", flat=True).first()
    if written is not None:
        mailing.mark_waiting(written)


@transaction.atomic
def discard(message_id: int, *, by: User, now: datetime) -> None:
    """Drop a dead message for good; an invitation it carried is called off.

    Raises:
        NotDead: it is not dead, or somebody was faster.
    """
    _leave_dead(message_id, state=MessageState.CANCELLED, error=f"discarded by {by}")
    message = Message.objects.select_related("invitation").get(pk=message_id)
    _call_off(message, "its mail could not be sent", now)


def _leave_dead(message_id: int, **changes: object) -> None:
    if Message.objects.filter(pk=message_id, state=MessageState.DEAD).update(**changes) != 1:
        raise NotDead


def delete_old(*, now: datetime) -> int:
    """Delete finished messages after 90 days: they hold what customers said. Returns how many."""
    deleted, _by_model = Message.objects.filter(state__in=FINISHED, created_at__lt=now - KEEP).delete()
    return deleted
