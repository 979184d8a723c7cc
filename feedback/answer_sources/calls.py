"""What did somebody send us, and is it really from who they say they are?

Signatures are held against the bytes that came, never against JSON written anew, and compared in constant time. They
are compared as text, exactly as they were sent: decoding first would take several spellings of one signature.
"""

import base64
import hashlib
import hmac
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum

TOLERANCE = timedelta(seconds=300)  # between the sender's clock and ours, either way


class Verdict(StrEnum):
    """Whether a call is believed, and if not, why."""

    GENUINE = "genuine"
    MISSING = "missing"  # there is no signature, or not all that belongs to it
    FORGED = "forged"  # it does not fit: another body, another secret
    EXPIRED = "expired"  # it fits, and was made too long ago, or by a clock far ahead


@dataclass(frozen=True)
class Call:
    """One call as it came.

    Args:
        headers: names in lower case.
        url: where it was sent, as the sender was told it; some sign it.
        secret: what stood in the address behind the key.
    """

    body: bytes
    headers: Mapping[str, str] = field(default_factory=dict)
    url: str = ""
    method: str = "POST"
    secret: str = ""


def judged(given: str, secrets: Sequence[str], expected: Callable[[str], str]) -> Verdict:
    """Whether what was given is what one of the secrets makes.

    Args:
        expected: what the sender would have given with this secret.
    """
    if not given:
        return Verdict.MISSING
    sent = given.encode("utf-8", "surrogatepass")
    # Each is tried, so that the time does not tell which of them fits.
    fitting = [hmac.compare_digest(expected(secret).encode(), sent) for secret in secrets]
    return Verdict.GENUINE if any(fitting) else Verdict.FORGED


def in_time(signed_at: datetime, now: datetime) -> Verdict:
    """Whether a signature that fits is of now."""
    return Verdict.GENUINE if abs(now - signed_at) <= TOLERANCE else Verdict.EXPIRED


def hex_of(secret: bytes, told: bytes) -> str:
    """HMAC-SHA256 in lower-case hex."""
    return hmac.new(secret, told, hashlib.sha256).hexdigest()


def base64_of(secret: bytes, told: bytes, digest: str = "sha256") -> str:
    """HMAC in base64."""
    return base64.b64encode(hmac.new(secret, told, digest).digest()).decode("ascii")
