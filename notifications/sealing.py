"""How are the secrets of other services kept, so that a stolen database holds none of them?

They are encrypted under a key made from SECRET_KEY, with this package's purpose in it. What an older key sealed
(SECRET_KEY_FALLBACKS) still opens; what no key opens has to be given anew.
"""

import base64
import hashlib
import hmac

from cryptography.fernet import Fernet, InvalidToken, MultiFernet
from django.conf import settings


class SealBroken(Exception):
    """No key of this installation opens it: the key was changed and the old one is not among the fallbacks."""


def seal(text: str) -> str:
    """The text as it may lie in the database."""
    return _box().encrypt(text.encode()).decode("ascii")


def unseal(sealed: str) -> str:
    """The text that was sealed.

    Raises:
        SealBroken: by a key this installation does not have.
    """
    try:
        return _box().decrypt(sealed.encode("ascii")).decode()
    except (InvalidToken, ValueError) as error:
        raise SealBroken from error


def _box() -> MultiFernet:
    return MultiFernet([Fernet(_key(secret)) for secret in (settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS)])


def _key(secret: str) -> bytes:
    made = hmac.new(secret.encode(), b"notifications.sealing", hashlib.sha256).digest()
    return base64.urlsafe_b64encode(made)
