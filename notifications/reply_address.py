"""Where does a customer's answer to a mail of a case go, so that nobody files mail at cases they never heard of?

`case+<case>-<day>-<signature>@...`: the case, the day until which it is believed, and a signature of both. Lower-case
letters and digits only, for local parts lose their case. Without REPLY_ADDRESS answers go to whoever wrote.
"""

import hashlib
import hmac
import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta

from django.conf import settings

BELIEVED_FOR = timedelta(days=365)  # people find an old mail and answer it
SIGNATURE_LENGTH = 20  # letters and digits of base 32: 100 bits
_ALPHABET = "abcdefghijklmnopqrstuvwxyz234567"
_NAME = re.compile(r"^([0-9]{1,12})-([0-9]{8})-([a-z2-7]{20})$")


@dataclass(frozen=True)
class Named:
    """The case an address of ours names; `is_believed` is False for one that is forged, altered or too old."""

    case_id: int
    is_believed: bool


def of_case(case_id: int, *, now: datetime) -> str:
    """The address that answers about this case go to; "" where none is set up."""
    local, _at, domain = settings.REPLY_ADDRESS.partition("@")
    if not domain:
        return ""
    until = (now.astimezone(UTC) + BELIEVED_FOR).date().strftime("%Y%m%d")
    return f"{local}+{case_id}-{until}-{_signature(case_id, until, settings.SECRET_KEY)}@{domain}"


def read(addresses: Iterable[str], *, now: datetime) -> Named | None:
    """What the first address of ours among these names; None when there is none."""
    named = [found for address in addresses if (found := _read(address, now.astimezone(UTC).date()))]
    return next((found for found in named if found.is_believed), named[0] if named else None)


def _read(address: str, today: date) -> Named | None:
    ours, _at, our_domain = settings.REPLY_ADDRESS.lower().partition("@")
    local, _at, domain = address.strip().lower().rpartition("@")
    base, plus, name = local.partition("+")
    if not ours or not plus or base != ours or domain != our_domain:
        return None
    found = _NAME.match(name)
    if found is None:
        return Named(0, is_believed=False)
    case_id, until = int(found[1]), found[2]
    keys = (settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS)
    is_ours = any(hmac.compare_digest(found[3], _signature(case_id, until, str(key))) for key in keys)
    return Named(case_id, is_believed=is_ours and until >= today.strftime("%Y%m%d"))


def _signature(case_id: int, until: str, key: str) -> str:
    digest = hmac.new(key.encode(), f"reply:{case_id}:{until}".encode(), hashlib.sha256).digest()
    number = int.from_bytes(digest, "big")
    return "".join(_ALPHABET[number >> 5 * place & 31] for place in range(SIGNATURE_LENGTH))
