"""Who is looking at the widget in a product? The host says so, and signs it; the browser cannot.

The host's server signs the contact's external id and the time with a secret that only it and Loop have. A signature is
good for a quarter of an hour; what is forged, expired or missing is refused, never taken for an anonymous visitor. The
page in the frame is then opened with a pass of our own, so that the host's signature goes no further.

The secret is derived from SECRET_KEY and a salt: the database holds none.
"""

import hashlib
import hmac
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Literal

from django.conf import settings
from django.core import signing

from feedback import tokens
from feedback.models import SurveyLink

LIFE = timedelta(minutes=15)  # of the host's signature, and of the pass until the page is opened
AHEAD = timedelta(minutes=5)  # a host's clock may run fast by so much

#: With this for a contact a host tries the widget on pages of its own: nothing is recorded.
TRIAL = "loop:trial"

Why = Literal["missing", "expired", "forged"]


class IdentityRefused(Exception):
    """Who the visitor is cannot be believed; `why` says what is wrong."""

    def __init__(self, why: Why) -> None:
        super().__init__(why)
        self.why: Why = why


@dataclass(frozen=True)
class Visitor:
    """Whom the page in the frame is for, and on which site it stands. No contact: a trial."""

    contact_id: int | None
    origin: str


def secret(link: SurveyLink, *, key: str | None = None) -> str:
    """What the host signs with: 43 letters, digits, `-` and `_`."""
    parts = (tokens.derive("identity", f"{link.public_id}:{link.identity_salt}:{half}", key=key) for half in (1, 2))
    return "".join(parts)[:43]


def sign(secret: str, contact: str, time: int) -> str:
    """HMAC-SHA256 in hex of `<contact>.<time>`, as the host computes it."""
    return hmac.new(secret.encode(), f"{contact}.{time}".encode(), hashlib.sha256).hexdigest()


def check(link: SurveyLink, *, contact: str, time: str, signature: str, now: datetime) -> None:
    """Believe that the host says the visitor is `contact`, or refuse.

    Raises:
        IdentityRefused: something is missing, the signature does not fit, or it is too old or from the future.
    """
    if not (contact and time and signature):
        raise IdentityRefused("missing")
    if not (time.isascii() and time.isdigit() and len(time) <= 11):
        raise IdentityRefused("forged")
    keys = (settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS)
    expected = [sign(secret(link, key=str(key)), contact, int(time)) for key in keys]
    given = signature.strip().lower().encode("utf-8", "replace")
    if not any(hmac.compare_digest(each.encode(), given) for each in expected):
        raise IdentityRefused("forged")
    signed_at = datetime.fromtimestamp(int(time), UTC)
    if not now - LIFE <= signed_at <= now + AHEAD:
        raise IdentityRefused("expired")


def make_pass(link: SurveyLink, visitor: Visitor) -> str:
    """What opens the page in the frame for this visitor, on this site."""
    return _signer(link).sign(f"{visitor.contact_id or 0} {visitor.origin}")


def read_pass(link: SurveyLink, given: str, *, max_age: timedelta = LIFE) -> Visitor:
    """Whom a pass of this widget is for.

    Raises:
        IdentityRefused: it is not ours, or older than `max_age`.
    """
    if not given:
        raise IdentityRefused("missing")
    try:
        number, _space, origin = _signer(link).unsign(given, max_age=max_age).partition(" ")
    except signing.SignatureExpired:
        raise IdentityRefused("expired") from None
    except signing.BadSignature:
        raise IdentityRefused("forged") from None
    return Visitor(int(number) or None, origin)


def _signer(link: SurveyLink) -> signing.TimestampSigner:
    return signing.TimestampSigner(salt=f"feedback.widget:{link.public_id}:{link.identity_salt}")
