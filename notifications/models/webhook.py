"""Which other systems are told what happened, of what have they been told, and what became of it?"""

import uuid
from datetime import datetime

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _


class WhyOff(models.TextChoices):
    BY_HAND = "by_hand", _("switched off by hand")
    GONE = "gone", _("the receiver says it is gone (410)")
    FAILING = "failing", _("nothing has arrived for days")


class WebhookEndpoint(models.Model):
    """One address that is told. Its secrets lie here sealed."""

    name = models.CharField(max_length=100)
    url = models.CharField(max_length=1000)
    event_types = models.JSONField(default=list)  # names of `webhooks.event_types`
    secret = models.TextField()
    secret_before = models.TextField(blank=True)
    secret_before_until = models.DateTimeField(null=True, blank=True)  # until then both sign
    off_since = models.DateTimeField(null=True, blank=True)
    why_off = models.CharField(max_length=10, blank=True, choices=WhyOff.choices)
    failing_since = models.DateTimeField(null=True, blank=True)  # the first failure after the last success
    on_since = models.DateTimeField()  # of what happened before, it is not told
    answers_seen_until = models.DateTimeField()  # answers that came before are told already
    created_at = models.DateTimeField()
    created_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+")

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(off_since=None, why_off="") | Q(off_since__isnull=False, why_off__in=WhyOff.values),
                name="webhook_off_says_why",
            ),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def is_on(self) -> bool:
        return self.off_since is None


class DeliveryState(models.TextChoices):
    PENDING = "pending", _("waiting")
    SENDING = "sending", _("being sent")
    SENT = "sent", _("arrived")
    DEAD = "dead", _("given up")


class DeliveryQuerySet(models.QuerySet["WebhookDelivery"]):
    def due(self, now: datetime) -> "DeliveryQuerySet":
        return self.filter(state=DeliveryState.PENDING, send_after__lte=now, endpoint__off_since=None)

    def stuck(self, now: datetime) -> "DeliveryQuerySet":
        """Claimed by a sender that did not come back before its lease ran out."""
        return self.filter(state=DeliveryState.SENDING, lease_until__lt=now)


class WebhookDelivery(models.Model):
    """One event for one endpoint. `key` says which event, and is unique for its endpoint.

    What is sent is put together when it leaves, from the rows it points at: nothing a customer said is kept here.
    """

    endpoint = models.ForeignKey(WebhookEndpoint, on_delete=models.CASCADE, related_name="deliveries")
    key = models.CharField(max_length=100)
    type = models.CharField(max_length=40)
    message_id = models.UUIDField(default=uuid.uuid4, editable=False)  # the same in every repeat
    event = models.ForeignKey("loop.CaseEvent", on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    response = models.ForeignKey("feedback.Response", on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    happened_at = models.DateTimeField()

    state = models.CharField(max_length=10, choices=DeliveryState.choices, default=DeliveryState.PENDING)
    send_after = models.DateTimeField()
    lease_until = models.DateTimeField(null=True, blank=True)
    attempts = models.PositiveSmallIntegerField(default=0)
    status = models.PositiveSmallIntegerField(null=True, blank=True)  # of HTTP, at the last attempt
    took_ms = models.PositiveIntegerField(null=True, blank=True)
    trouble = models.CharField(max_length=200, blank=True)  # our own words, never the receiver's
    created_at = models.DateTimeField()
    sent_at = models.DateTimeField(null=True, blank=True)

    objects = DeliveryQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["endpoint", "key"], name="webhook_delivery_once"),
            models.CheckConstraint(condition=Q(state__in=DeliveryState.values), name="webhook_delivery_state_is_known"),
            models.CheckConstraint(
                condition=~Q(state=DeliveryState.SENT) | Q(sent_at__isnull=False), name="webhook_sent_has_its_time"
            ),
        ]
        indexes = [
            models.Index(fields=["send_after"], condition=Q(state="pending"), name="webhook_delivery_due"),
            models.Index(fields=["lease_until"], condition=Q(state="sending"), name="webhook_delivery_leased"),
            models.Index(fields=["created_at"], name="webhook_delivery_created"),  # retention, replay
        ]

    def __str__(self) -> str:
        return f"{self.type} to {self.endpoint_id} ({self.state})"

    @property
    def webhook_id(self) -> str:
        """What the receiver knows it by, at every repeat."""
        return f"msg_{self.message_id.hex}"
