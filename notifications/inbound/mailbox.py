"""Which mails came to the mailboxes we watch: what came back, and what customers answer? Read by IMAP.

A mailbox should be one of its own, such as bounces@ or case@: what was looked at is marked as read, whatever it is.
What is addressed to a case but not believed is flagged besides, for whoever looks into the mailbox.
"""

import contextlib
import imaplib
import logging
from collections.abc import Iterator
from datetime import datetime
from urllib.parse import unquote, urlsplit

from django.conf import settings

from notifications.inbound import arrivals, intake

logger = logging.getLogger(__name__)

AT_ONCE = 200  # mails of one look
TIMEOUT = 20  # seconds
LARGEST = 12_000_000  # bytes of a mail that are fetched; words come before what is attached


class MailboxAway(Exception):
    """The mailbox cannot be opened; the next look tries again."""


def read_new(*, now: datetime) -> int:
    """Take what came since the last look. Returns how many mails led to something.

    A mail that cannot be read is left unread and does not hold up the others; nor does a mailbox that is away.

    Raises:
        MailboxAway: a server cannot be reached or refuses us; the other mailboxes were read.
    """
    done, away = 0, []
    for url in dict.fromkeys(filter(None, (settings.BOUNCE_MAILBOX_URL, settings.REPLY_MAILBOX_URL))):
        try:
            done += _read(url, now)
        except MailboxAway as error:
            away.append(error)
    if away:
        raise away[0]
    return done


def _read(url: str, now: datetime) -> int:
    done = 0
    with _open(url) as mailbox:
        for number in _unread(mailbox)[:AT_ONCE]:
            try:
                result = arrivals.take(_fetch(mailbox, number), now=now)
                seen = r"(\Seen \Flagged)" if result is intake.Result.REFUSED else r"(\Seen)"
                mailbox.store(number, "+FLAGS", seen)
            except Exception:  # one odd mail must not keep the others from being read
                logger.exception("a mail in a mailbox could not be taken")
                continue
            done += result in (intake.Result.STOPPED, intake.Result.COUNTED, intake.Result.FILED)
    return done


@contextlib.contextmanager
def _open(url: str) -> Iterator[imaplib.IMAP4]:
    address = urlsplit(url)
    is_encrypted = address.scheme == "imaps"
    kind, usual = (imaplib.IMAP4_SSL, 993) if is_encrypted else (imaplib.IMAP4, 143)
    try:
        mailbox = kind(str(address.hostname), address.port or usual, timeout=TIMEOUT)
    except (OSError, imaplib.IMAP4.error) as error:
        raise MailboxAway(f"{address.hostname}: {error}") from error
    try:
        try:
            mailbox.login(unquote(address.username or ""), unquote(address.password or ""))
            status, told = mailbox.select(f'"{unquote(address.path.strip("/")) or "INBOX"}"')
        except (OSError, imaplib.IMAP4.error) as error:
            raise MailboxAway(f"{address.hostname}: {error}") from error
        if status != "OK":
            raise MailboxAway(f"{address.hostname}: {told}")
        yield mailbox
    finally:
        with contextlib.suppress(OSError, imaplib.IMAP4.error):  # it may have hung up first
            mailbox.logout()


def _unread(mailbox: imaplib.IMAP4) -> list[str]:
    _status, found = mailbox.search(None, "UNSEEN")
    return [number.decode() for number in (found[0] or b"").split()]


def _fetch(mailbox: imaplib.IMAP4, number: str) -> bytes:
    _status, parts = mailbox.fetch(number, f"(BODY.PEEK[]<0.{LARGEST}>)")
    return next(part[1] for part in parts if isinstance(part, tuple))
