"""How are the secrets of those we send to kept? Sealed, for the purpose of this package: see `feedback.sealing`."""

from feedback import sealing
from feedback.sealing import SealBroken

__all__ = ["SealBroken", "seal", "unseal"]

PURPOSE = "notifications.sealing"


def seal(text: str) -> str:
    """The text as it may lie in the database."""
    return sealing.seal(text, purpose=PURPOSE)


def unseal(sealed: str) -> str:
    """The text that was sealed.

    Raises:
        SealBroken: by a key this installation does not have.
    """
    return sealing.unseal(sealed, purpose=PURPOSE)
