"""How does a mail that comes back say which of ours it was, so that nobody can make it up?

Each mail carries a signed name of itself: in the address it returns to (VERP) where BOUNCE_ADDRESS is set, and always
in a header of its own, since some servers give mails a new Message-ID. Hexadecimal, for local parts lose their case.
"""

import hashlib
import hmac
import re
from uuid import UUID

from django.conf import settings

HEADER = "X-Loop-Message"
SIGNATURE_LENGTH = 16  # hex digits: 64 bits; with "bounces+" and the id a local part of 64 characters, no more

NAME = re.compile(r"\b([0-9a-f]{32})-([0-9a-f]{16})\b", re.IGNORECASE)


def name_of(message_id: UUID | str) -> str:
    """What stands for this message where others can read and return it."""
    plain = UUID(str(message_id)).hex
    return f"{plain}-{_signature(plain, settings.SECRET_KEY)}"


def envelope_sender(message_id: UUID | str) -> str:
    """The address a mail returns to; empty where it is the one it is from."""
    local, _at, domain = settings.BOUNCE_ADDRESS.partition("@")
    return f"{local}+{name_of(message_id)}@{domain}" if domain else ""


def read_names(text: str) -> list[UUID]:
    """The messages that `text` names with our signature. What is forged or cut short is passed over."""
    found = []
    for plain, signature in NAME.findall(text.lower()):
        keys = (settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS)
        if any(hmac.compare_digest(signature, _signature(plain, str(key))) for key in keys):
            found.append(UUID(plain))
    return found


def _signature(plain: str, key: str) -> str:
    return hmac.new(key.encode(), f"return:{plain}".encode(), hashlib.sha256).hexdigest()[:SIGNATURE_LENGTH]
