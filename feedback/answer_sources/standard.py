"""Standard Webhooks: who signed, when, and what is the event called?

Headers `webhook-id`, `webhook-timestamp` (seconds) and `webhook-signature`, which lists signatures of
`id.timestamp.body` by each secret of the sender: `v1,<base64 HMAC-SHA256>`. What it says is read by a mapping, as any
JSON is.
See https://github.com/standard-webhooks/standard-webhooks/blob/main/spec/standard-webhooks.md.
"""

import base64
import binascii
from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

from feedback.answer_sources import any_json
from feedback.answer_sources.calls import Call, Verdict, base64_of, in_time, judged
from feedback.answer_sources.readings import Reading, Wants, instant, part

MOST = 10  # signatures that are looked at


def verify(call: Call, secrets: Sequence[str], now: datetime) -> Verdict:
    """Whether one of the signatures is of one of the secrets, within five minutes."""
    name, told = call.headers.get("webhook-id", ""), call.headers.get("webhook-timestamp", "")
    given = call.headers.get("webhook-signature", "")
    if not (name and told and given):
        return Verdict.MISSING
    if not (told.isascii() and told.isdigit() and len(told) <= 11):
        return Verdict.FORGED
    signed = f"{name}.{told}.".encode("utf-8", "surrogatepass") + call.body
    keys = [key for secret in secrets if (key := key_of(secret))]
    signatures = [each for each in given.split(" ")[:MOST] if each]
    verdicts = [
        judged(each, [key.hex() for key in keys], lambda key: f"v1,{base64_of(bytes.fromhex(key), signed)}")
        for each in signatures
    ]
    if Verdict.GENUINE not in verdicts:
        return Verdict.FORGED
    return in_time(datetime.fromtimestamp(int(told), UTC), now)


def key_of(secret: str) -> bytes:
    """The bytes of a secret; none of what is no secret of this kind."""
    try:
        return base64.b64decode(secret.removeprefix("whsec_"), validate=True)
    except (binascii.Error, ValueError):
        return b""


def events(told: Any, call: Call) -> list[str]:
    """What names this event, at every repeat; it is signed."""
    return [call.headers.get("webhook-id", "")]


def read(told: Any, wants: Wants) -> Reading:
    """The answer in a call; without a time of its own, it says what it says since the event.

    Raises:
        NotTaken: there is none.
    """
    reading = any_json.read(told, wants)
    if reading.changed_at is not None:
        return reading
    return replace(reading, changed_at=instant(part(told, "timestamp"), wants.zone))
