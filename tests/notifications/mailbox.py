"""A mail server for tests: takes mail, refuses it or breaks down, as told; and notes what it was handed."""

import smtplib
from collections.abc import Callable, Sequence
from typing import ClassVar

from django.core.mail import EmailMessage
from django.core.mail.backends.base import BaseEmailBackend
from django.db import connection


class Server(BaseEmailBackend):
    """Use as EMAIL_BACKEND through the `server` fixture; `behave` is called with each mail and may raise."""

    taken: ClassVar[list[EmailMessage]] = []
    behave: ClassVar[Callable[[EmailMessage], None] | None] = None
    away: ClassVar[bool] = False
    in_transaction: ClassVar[list[bool]] = []

    def open(self) -> bool:
        if Server.away:
            raise ConnectionRefusedError(111, "Connection refused")
        return True

    def send_messages(self, email_messages: Sequence[EmailMessage]) -> int:
        for mail in email_messages:
            Server.in_transaction.append(connection.in_atomic_block)
            if Server.behave is not None:
                Server.behave(mail)
            Server.taken.append(mail)
        return len(email_messages)


def refuse(code: int, reply: str, *, whom: str) -> Callable[[EmailMessage], None]:
    """Answer mail to one address as an SMTP server would that does not want it."""

    def behave(mail: EmailMessage) -> None:
        if whom in mail.to:
            raise smtplib.SMTPRecipientsRefused({whom: (code, reply.encode())})

    return behave
