"""The outbox, what people choose about it, and what other systems are told."""

from .message import WAITING, Message, MessageQuerySet, MessageState
from .preference import Preference
from .report_subscription import Every, ReportSubscription
from .staff_address import StaffAddress, StaffChannel
from .webhook import DeliveryState, WebhookDelivery, WebhookEndpoint, WhyOff

__all__ = [
    "WAITING",
    "DeliveryState",
    "Every",
    "Message",
    "MessageQuerySet",
    "MessageState",
    "Preference",
    "ReportSubscription",
    "StaffAddress",
    "StaffChannel",
    "WebhookDelivery",
    "WebhookEndpoint",
    "WhyOff",
]
