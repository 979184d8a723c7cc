"""What stands in the links we send to customers, and whose is it?

A token is derived from SECRET_KEY, its purpose and the id of what it opens, so that a reminder carries the same link;
the database keeps only its SHA-256. A token opens one thing for one purpose and says nothing to who reads it.
"""

import hashlib
import hmac
from base64 import urlsafe_b64encode
from typing import Literal
from uuid import UUID

from django.conf import settings

# "open", "kiosk", "widget" and "mail" are the kinds of standing links; "standing" is one contact's place at one,
# "case" is a customer's page for their own case, "thanks" that of somebody who is thanked.
Purpose = Literal[
    "answer", "unsubscribe", "open", "kiosk", "widget", "mail", "standing", "identity", "calendar", "case", "thanks"
]
Id = UUID | int | str

TOKEN_LENGTH = 22  # characters of base64url: 132 bits


def derive(purpose: Purpose, public_id: Id, *, key: str | None = None) -> str:
    """The token that opens `public_id` for `purpose`, under `key` (the present SECRET_KEY by default)."""
    message = f"{purpose}:{public_id}".encode()
    digest = hmac.digest((key or settings.SECRET_KEY).encode(), message, "sha256")
    return urlsafe_b64encode(digest).decode()[:TOKEN_LENGTH]


def fingerprint(token: str) -> str:
    """What the database stores of a token, and looks it up by: SHA-256 in hex."""
    return hashlib.sha256(token.encode()).hexdigest()


def matching(purpose: Purpose, public_id: Id, token_hash: str) -> str:
    """The token that was sent earlier, also after SECRET_KEY was rotated.

    Raises:
        LookupError: no key in SECRET_KEY or SECRET_KEY_FALLBACKS gives this hash.
    """
    for key in (settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS):
        token = derive(purpose, public_id, key=str(key))
        if hmac.compare_digest(fingerprint(token), token_hash):
            return token
    raise LookupError(f"The link of {public_id} was made with a key that is no longer known.")
