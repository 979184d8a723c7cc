"""How are the secrets of other services kept, so that a stolen database holds none of them?

They are encrypted under a key made from SECRET_KEY and a purpose. What an older key sealed (SECRET_KEY_FALLBACKS) still
opens; what no key opens has to be given anew.
"""

import base64
import hashlib
import hmac

from cryptography.fernet import Fernet, InvalidToken, MultiFernet
from django.conf import settings


class SealBroken(Exception):
    """No key of this installation opens it: the key was changed and the old one is not among the fallbacks."""


def seal(text: str, *, purpose: str) -> str:
    """The text as it may lie in the database.

    Args:
        purpose: a name of the place that keeps it; what one place sealed no other opens.
    """
    return _box(purpose).encrypt(text.encode()).decode("ascii")


def unseal(sealed: str, *, purpose: str) -> str:
    """The text that was sealed.

    Raises:
        SealBroken: by a key this installation does not have, or for another purpose.
    """
    try:
        return _box(purpose).decrypt(sealed.encode("ascii")).decode()
    except (InvalidToken, ValueError) as error:
        raise SealBroken from error


def _box(purpose: str) -> MultiFernet:
    keys = (settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS)
    return MultiFernet([Fernet(_key(secret, purpose)) for secret in keys])


def _key(secret: str, purpose: str) -> bytes:
    made = hmac.new(secret.encode(), purpose.encode(), hashlib.sha256).digest()
    return base64.urlsafe_b64encode(made)
