"""Who is the machine that calls with this key, and what may it do?

A key reads `loop_<prefix>_<secret>`: the prefix finds the row, the secret is 256 random bits. The database keeps a
SHA-256 of the whole key, so a copy of the database opens nothing. (A slow hash protects passwords people choose; there
is nothing to guess here.)
"""

import hashlib
import hmac
import secrets
from collections.abc import Collection
from datetime import datetime, timedelta

from feedback.prepared import Prepared
from loop.models import ApiKey

MARK = "loop"
PREFIX_BYTES = 6
SECRET_BYTES = 32
LONGEST_KEY = 100  # characters; nothing longer is worth a look-up
USE_NOTED_EVERY = timedelta(minutes=1)  # not at each call: that would be one more write on the busiest path


class KeyRefused(Exception):
    """The key opens nothing; the message says why without telling a guesser anything."""


def create(
    name: str, scopes: Collection[str], *, now: datetime, expires_at: datetime | None = None
) -> tuple[ApiKey, str]:
    """Store a key and return it with its plain text, which is not kept anywhere.

    Args:
        name: what the key is for; shown on timelines of the cases it changes.
        scopes: some of `ApiKey.SCOPES`.
        now: the present instant, aware.
        expires_at: from when on it opens nothing; None for never.

    Raises:
        ValueError: no name, a name of over 100 characters, no scope, or one that does not exist.
    """
    name = " ".join(name.split())
    if not name or len(name) > 100:
        raise ValueError("A key needs a name of 1 to 100 characters.")
    unknown = set(scopes) - set(ApiKey.SCOPES)
    if unknown or not scopes:
        given = ", ".join(sorted(scopes)) or "none"
        raise ValueError(f"A key needs scopes out of {', '.join(ApiKey.SCOPES)}; given: {given}.")
    prefix = secrets.token_hex(PREFIX_BYTES)
    text = f"{MARK}_{prefix}_{secrets.token_urlsafe(SECRET_BYTES)}"
    key = ApiKey.objects.create(
        name=name,
        prefix=prefix,
        secret_hash=fingerprint(text),
        scopes=[scope for scope in ApiKey.SCOPES if scope in scopes],
        created_at=now,
        expires_at=expires_at,
    )
    return key, text


_by_prefix = Prepared(lambda prefix: ApiKey.objects.filter(prefix=prefix), prefix=str)


def verify(text: str, *, now: datetime) -> ApiKey:
    """Return the key whose plain text this is and note that it was used.

    Raises:
        KeyRefused: there is no such key, or it was revoked, or it has expired.
    """
    prefix = _prefix(text)
    key = _by_prefix.first(prefix=prefix) if prefix else None
    # Compared even when there is no such key, so that the time taken does not tell which prefixes exist.
    same = hmac.compare_digest(fingerprint(text), key.secret_hash if key else fingerprint(""))
    if key is None or not same:
        raise KeyRefused("There is no such API key.")
    if key.revoked_at is not None:
        raise KeyRefused("This API key was revoked.")
    if key.expires_at is not None and key.expires_at <= now:
        raise KeyRefused("This API key has expired.")
    if key.last_used_at is None or now - key.last_used_at >= USE_NOTED_EVERY:
        ApiKey.objects.filter(pk=key.pk).update(last_used_at=now)
    return key


def revoke(key: ApiKey, *, now: datetime) -> bool:
    """End a key at once and for good. Returns whether it was still in force; the first time stands."""
    return ApiKey.objects.filter(pk=key.pk, revoked_at=None).update(revoked_at=now) == 1


def fingerprint(text: str) -> str:
    """What the database keeps of a key: SHA-256 in hex."""
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()


def _prefix(text: str) -> str:
    """The look-up part of a key, or nothing when the text does not have a key's shape."""
    parts = text.split("_", 2) if len(text) <= LONGEST_KEY else []
    if len(parts) != 3 or parts[0] != MARK or len(parts[1]) != 2 * PREFIX_BYTES or not parts[1].isalnum():
        return ""
    return parts[1]
