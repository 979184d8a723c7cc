"""The outbox, and what people choose about it."""

from .message import WAITING, Message, MessageQuerySet, MessageState
from .preference import Preference

__all__ = ["WAITING", "Message", "MessageQuerySet", "MessageState", "Preference"]
