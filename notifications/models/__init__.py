"""The outbox, what people choose about it, and what other systems are told."""

from .message import WAITING, Message, MessageQuerySet, MessageState
from .preference import Preference
from .staff_address import StaffAddress, StaffChannel
from .webhook import DeliveryState, WebhookDelivery, WebhookEndpoint, WhyOff

__all__ = [
    "WAITING",
    "DeliveryState",
    "Message",
    "MessageQuerySet",
    "MessageState",
    "Preference",
    "StaffAddress",
    "StaffChannel",
    "WebhookDelivery",
    "WebhookEndpoint",
    "WhyOff",
]
