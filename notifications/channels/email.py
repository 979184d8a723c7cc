"""How does a message leave by e-mail, and which failures are worth another try?"""

import contextlib
import smtplib
from email.mime.image import MIMEImage
from email.utils import formataddr, parseaddr
from typing import Any

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.mail import EmailMultiAlternatives, get_connection
from django.core.mail.backends.base import BaseEmailBackend
from django.core.validators import validate_email

from notifications import return_address
from notifications.channels.base import Envelope, SendFailed

# Machines that answer mail by themselves are asked to be silent (RFC 3834, Exchange), or two of them write for ever.
NO_AUTOMATIC_REPLY = {"Auto-Submitted": "auto-generated", "X-Auto-Response-Suppress": "All"}
BY_A_PERSON = {"Auto-Submitted": "no"}


class _Mail(EmailMultiAlternatives):
    """A mail that is put together once, though it is looked at before it is handed over."""

    _made: Any = None

    def message(self, **options: Any) -> Any:
        if self._made is None:
            self._made = super().message(**options)
        return self._made


class EmailChannel:
    """Django's e-mail backend; one connection for as long as it works."""

    def __init__(self) -> None:
        self._connection: BaseEmailBackend | None = None

    def send(self, envelope: Envelope) -> None:
        """Send one mail.

        Raises:
            SendFailed: with what the server said. Nothing else is raised for a failure of mail or network.
        """
        try:
            mail = _compose(envelope)
            mail.message()  # a header that cannot be written fails here, before anything was said to the server
        except (ValueError, UnicodeError) as error:
            raise SendFailed(f"not a possible mail: {error}", permanent=True) from error
        mail.connection = self._open()
        try:
            if mail.send() != 1:
                raise SendFailed("the mail backend did not take the mail")
        except SendFailed:
            raise
        except Exception as error:
            self.close()
            raise judged(error) from error

    def close(self) -> None:
        connection, self._connection = self._connection, None
        if connection is not None:
            with contextlib.suppress(OSError, smtplib.SMTPException):
                connection.close()

    def _open(self) -> BaseEmailBackend:
        if self._connection is not None and not _is_alive(self._connection):
            self.close()
        if self._connection is None:
            connection = get_connection()
            try:
                connection.open()
            except (OSError, smtplib.SMTPException) as error:
                raise SendFailed(f"mail server: {_told(error)}", unreachable=True) from error
            self._connection = connection
        return self._connection


def _is_alive(connection: BaseEmailBackend) -> bool:
    """Ask the server whether it still listens: one that hung up between two mails would make the next one doubtful."""
    session = getattr(connection, "connection", None)
    if not isinstance(session, smtplib.SMTP):
        return True
    try:
        return session.noop()[0] == 250
    except (OSError, smtplib.SMTPException):
        return False


def judged(error: Exception) -> SendFailed:
    """What an error in the middle of sending means for another try."""
    told = _told(error)
    if isinstance(error, smtplib.SMTPRecipientsRefused):
        codes = [code for code, _reply in error.recipients.values()]
        return SendFailed(told, permanent=all(500 <= code < 600 for code in codes))
    if isinstance(error, smtplib.SMTPSenderRefused):
        return SendFailed(told)  # about our own address or log-in, which somebody can put right
    if isinstance(error, smtplib.SMTPResponseException):
        return SendFailed(told, permanent=500 <= error.smtp_code < 600)
    if isinstance(error, smtplib.SMTPNotSupportedError):
        return SendFailed(told, permanent=True)
    if isinstance(error, (smtplib.SMTPServerDisconnected, OSError)):
        return SendFailed(told, maybe_sent=True)
    return SendFailed(told)


def domain() -> str:
    """The part after the @ of the address we send from."""
    return settings.DEFAULT_FROM_EMAIL.rpartition("@")[2].strip(" >") or "localhost"


def _compose(envelope: Envelope) -> _Mail:
    try:
        validate_email(envelope.to)
    except ValidationError:
        raise ValueError(f"“{envelope.to}” is not one e-mail address") from None
    mail = _Mail(
        subject=envelope.subject,
        body=envelope.text,
        # What a mail says it is from, and where it returns to, may be two addresses.
        from_email=return_address.envelope_sender(envelope.message_id) or _sender(envelope.sender_name),
        to=[envelope.to],
        reply_to=[envelope.reply_to] if envelope.reply_to else None,
        headers={
            **(NO_AUTOMATIC_REPLY if envelope.is_automatic else BY_A_PERSON),
            **envelope.headers,
            "Content-Language": envelope.language,
            "From": _sender(envelope.sender_name),
            "Message-ID": f"<{envelope.message_id}@{domain()}>",
            return_address.HEADER: return_address.name_of(envelope.message_id),
        },
    )
    mail.attach_alternative(envelope.html, "text/html")
    if envelope.calendar is not None:  # twice, as calendars of mail programs look for it in one place or the other
        method, text = envelope.calendar
        mail.attach_alternative(text, f"text/calendar; method={method}; charset=utf-8")
        mail.attach("call.ics", text.encode(), "application/ics")
    if envelope.pictures:
        mail.mixed_subtype = "related"  # type: ignore[attr-defined]  # they belong to the text, and are no files to open
    for picture in envelope.pictures:
        part = MIMEImage(picture.png, "png")
        part.add_header("Content-ID", f"<{picture.name}>")
        part.add_header("Content-Disposition", "inline", filename=f"{picture.name}.png")
        mail.attach(part)
    return mail


def _sender(name: str) -> str:
    """Our address, under this name where one is given."""
    return formataddr((name, parseaddr(settings.DEFAULT_FROM_EMAIL)[1])) if name else settings.DEFAULT_FROM_EMAIL


def _told(error: Exception) -> str:
    if isinstance(error, smtplib.SMTPRecipientsRefused):
        return "; ".join(f"{code} {_text(reply)}" for code, reply in error.recipients.values())
    if isinstance(error, smtplib.SMTPResponseException):
        return f"{error.smtp_code} {_text(error.smtp_error)}"
    return f"{type(error).__name__}: {error}"


def _text(reply: bytes | str) -> str:
    return reply.decode(errors="replace") if isinstance(reply, bytes) else reply
