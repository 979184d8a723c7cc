"""Is a call from who they say they are, where a tool signs nothing?

Then a secret goes along with each call: in the address behind the key, or as `Authorization`, by name and password or
as a bearer. Whoever reads such a call on its way can send another; so it is taken by https only, as all of Loop is.
"""

import base64
import binascii
from collections.abc import Sequence
from datetime import datetime

from feedback.answer_sources.calls import Call, Verdict, judged


def verify(call: Call, secrets: Sequence[str], now: datetime) -> Verdict:
    """Whether one of the secrets came along."""
    return judged(call.secret or _authorization(call.headers.get("authorization", "")), secrets, lambda own: own)


def _authorization(header: str) -> str:
    scheme, _space, value = header.partition(" ")
    if scheme.lower() == "bearer":
        return value
    if scheme.lower() != "basic":
        return ""
    try:
        return base64.b64decode(value, validate=True).decode().partition(":")[2]
    except (binascii.Error, UnicodeDecodeError, ValueError):
        return "?"  # something came along, and it is no secret of ours
