"""What does a mail say that a person, or their mail program, wrote to us? Read whatever it is made of, never raising.

Attachments are named and measured, and neither opened nor kept: they stay in the mailbox they came to.
"""

import email
import hashlib
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date
from email.errors import MessageError
from email.header import decode_header, make_header
from email.message import Message
from email.utils import getaddresses
from typing import Any

from notifications.inbound import away, mails, trimming
from notifications.return_address import HEADER

ADDRESSED = ("To", "Cc", "Delivered-To", "X-Original-To", "Envelope-To", "X-Envelope-To", "X-Forwarded-To", "Resent-To")
MOST_ATTACHMENTS = 20
ORIGINAL_KEPT = 100_000  # characters


@dataclass(frozen=True)
class Read:
    """A mail as far as filing it needs it."""

    addresses: tuple[str, ...]
    address: str
    name: str
    subject: str
    text: str
    original: str
    key: str
    message_id: str
    is_automatic: bool
    is_ours: bool
    away_until: date | None = None
    attachments: tuple[dict[str, Any], ...] = field(default_factory=tuple)


def read(raw: bytes, *, today: date) -> Read:
    """Read a mail."""
    mail = email.message_from_bytes(raw)
    name, address = _sender(mail)
    subject = line(mail, "Subject")
    said = _body(mail)
    text = trimming.without_history(said)
    automatic = mails.is_automatic(mail)
    message_id = line(mail, "Message-ID")
    return Read(
        addresses=tuple(_addresses(mail, ADDRESSED)),
        address=address,
        name=name,
        subject=subject[:300],
        text=text,
        original=said[:ORIGINAL_KEPT] if said.strip() != text else "",
        key=message_id if re.fullmatch(r"<[^<>\s]{3,290}>", message_id) else _made_key(address, subject, mail, said),
        message_id=message_id if re.fullmatch(r"<[\x21-\x7e]{3,290}>", message_id) else "",
        is_automatic=automatic,
        is_ours=mail.get(HEADER) is not None,
        away_until=away.until(f"{subject}\n{text}", today=today) if automatic else None,
        attachments=tuple(_attachments(mail)),
    )


def line(mail: Message, name: str) -> str:
    """A header as one line of text, whatever it is encoded in, without what is not seen."""
    return " ".join(trimming.clean(_decoded_header(mail, name)).split())


def _decoded_header(mail: Message, name: str) -> str:
    value = next((value for key, value in mail.raw_items() if key.lower() == name.lower()), "")
    return _words(str(value).encode("utf-8", "surrogateescape").decode("utf-8", "replace"))


def _words(value: str) -> str:
    try:
        return str(make_header(decode_header(value)))
    except (LookupError, ValueError, UnicodeError, MessageError):
        return value


def _sender(mail: Message) -> tuple[str, str]:
    for header in ("From", "Sender", "Reply-To"):
        for name, address in getaddresses([str(value) for value in mail.get_all(header, [])]):
            if "@" in address:
                return " ".join(trimming.clean(_words(name)).split())[:300], trimming.clean(address)[:320]
    return "", ""


def _addresses(mail: Message, headers: tuple[str, ...]) -> Iterator[str]:
    for header in headers:
        values = [str(value) for value in mail.get_all(header, [])]
        yield from (address for _name, address in getaddresses(values) if "@" in address)


def _made_key(address: str, subject: str, mail: Message, said: str) -> str:
    """What names a mail that has no Message-ID, the same whichever way it came."""
    told = "\n".join((address.casefold(), subject, line(mail, "Date"), said))
    return hashlib.sha256(told.encode("utf-8", "replace")).hexdigest()


def _body(mail: Message) -> str:
    plain, html = [], []
    for part in _inline(mail):
        kind = part.get_content_type()
        if kind == "text/plain":
            plain.append(_text(part))
        elif kind == "text/html":
            html.append(_text(part))
    said = "\n".join(filter(str.strip, plain))
    if not said.strip() or (_is_only_a_hint(said) and html):
        said = "\n".join(trimming.from_html(each) for each in html) or said
    return trimming.clean(said)


def _is_only_a_hint(said: str) -> bool:
    """Some programs say no more in the plain part than that one should look at the HTML."""
    return len(said) < 200 and "html" in said.casefold()


def _inline(mail: Message) -> Iterator[Message]:
    """The parts that are read, not those inside an attached mail."""
    if mail.get_content_disposition() == "attachment" or mail.get_content_maintype() == "message":
        return
    if mail.is_multipart():
        for part in mail.get_payload():
            if isinstance(part, Message):
                yield from _inline(part)
    elif mail.get_content_maintype() == "text" and not mail.get_filename():
        yield mail


def _text(part: Message) -> str:
    payload = part.get_payload(decode=True)
    if not isinstance(payload, bytes):
        return ""
    charset = (part.get_content_charset() or "").strip()
    for name in filter(None, (charset, "utf-8")):
        try:
            return payload.decode(name)
        except (LookupError, UnicodeDecodeError):
            continue
    return payload.decode("cp1252", "replace")  # what a Nordic Windows writes without saying so


def _attachments(mail: Message) -> Iterator[dict[str, Any]]:
    found = 0
    for part in mail.walk():
        is_mail = part.get_content_maintype() == "message" and part is not mail
        name = " ".join(trimming.clean(_words(part.get_filename() or "")).split())
        if part.get_content_maintype() == "multipart" or not (name or is_mail or _is_attached(part)):
            continue
        found += 1
        if found > MOST_ATTACHMENTS:
            return
        payload = part.get_payload(decode=True)
        size = len(payload) if isinstance(payload, bytes) else sum(len(str(child)) for child in part.walk())
        yield {"name": name[:150] or part.get_content_type(), "type": part.get_content_type()[:100], "size": size}


def _is_attached(part: Message) -> bool:
    return part.get_content_disposition() == "attachment"
