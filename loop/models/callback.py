"""When has a customer asked to be called, by whom, and what became of it?"""

import uuid
from datetime import datetime

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _


class CallbackState(models.TextChoices):
    BOOKED = "booked", _("booked")
    CANCELLED = "cancelled", _("cancelled")
    HELD = "held", _("held")
    MISSED = "missed", _("missed")


class CallbackQuerySet(models.QuerySet["Callback"]):
    def booked(self) -> "CallbackQuerySet":
        return self.filter(state=CallbackState.BOOKED)

    def to_remind(self, until: datetime) -> "CallbackQuerySet":
        """Booked calls that begin by then and of which nobody has been reminded."""
        return self.booked().filter(starts_at__lte=until, reminded_at=None)


class Callback(models.Model):
    """One agreed call. Moved, it stays the same call: `sequence` counts what calendars were told of it."""

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    case = models.ForeignKey("loop.Case", on_delete=models.PROTECT, related_name="callbacks")
    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="callbacks",
        help_text="Who calls. Empty while the case waits in a queue.",
    )
    starts_at = models.DateTimeField()
    ends_at = models.DateTimeField()
    state = models.CharField(max_length=10, choices=CallbackState.choices, default=CallbackState.BOOKED)
    sequence = models.PositiveIntegerField(default=0)
    booked_at = models.DateTimeField()
    settled_at = models.DateTimeField(null=True, blank=True, help_text="When it was held, missed or cancelled.")
    reminded_at = models.DateTimeField(null=True, blank=True)

    objects = CallbackQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(state__in=CallbackState.values), name="callback_state_is_known"),
            models.CheckConstraint(condition=Q(ends_at__gt=F("starts_at")), name="callback_ends_after_it_starts"),
            models.CheckConstraint(
                condition=Q(state=CallbackState.BOOKED, settled_at=None)
                | (~Q(state=CallbackState.BOOKED) & Q(settled_at__isnull=False)),
                name="callback_settled_has_its_time",
            ),
            models.UniqueConstraint(
                fields=["owner", "starts_at"], condition=Q(state="booked"), name="callback_once_a_person_and_time"
            ),
            models.UniqueConstraint(fields=["case"], condition=Q(state="booked"), name="callback_one_a_case"),
        ]
        indexes = [
            # read by loop.callbacks: whom to remind, which were missed
            models.Index(fields=["starts_at"], condition=Q(state="booked"), name="callback_booked"),
        ]

    def __str__(self) -> str:
        return f"callback {self.pk} of case {self.case_id} at {self.starts_at.isoformat()} ({self.state})"
