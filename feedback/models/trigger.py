"""What happened with a customer that may cause a survey, and which survey does it cause?"""

from django.db import models
from django.db.models import Q

from .edited import Edited


class TriggerRule(Edited):
    """After this touchpoint, ask that survey: after a delay, or once for all events of a week."""

    touchpoint = models.SlugField(max_length=50, help_text="Such as ticket_closed, delivered, onboarded.")
    survey = models.ForeignKey("feedback.Survey", on_delete=models.PROTECT, related_name="triggers")
    delay_minutes = models.PositiveIntegerField(default=24 * 60)
    weekday = models.PositiveSmallIntegerField(
        null=True,
        blank=True,
        help_text="0-6: ask on that day those in contact in the seven days before. Empty: each event.",
    )
    quiet_days = models.PositiveSmallIntegerField(default=90, help_text="Not again to the same contact within so long.")
    asks_sooner = models.BooleanField(
        default=False,
        db_default=False,
        help_text="Its quiet period holds also where it is shorter than the programme's.",
    )
    channel = models.CharField(max_length=20, default="email", help_text="By e-mail, or by text message: sms.")
    is_active = models.BooleanField(default=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["touchpoint"], condition=Q(is_active=True), name="trigger_one_active_per_touchpoint"
            ),
            models.CheckConstraint(condition=Q(channel__in=["email", "sms"]), name="trigger_channel_is_known"),
            models.CheckConstraint(condition=Q(weekday=None) | Q(weekday__lte=6), name="trigger_weekday_is_one"),
        ]

    def __str__(self) -> str:
        return f"{self.touchpoint} -> {self.survey_id}"


class TouchpointEvent(models.Model):
    """Something that happened with a customer in another system: a closed ticket, a delivery."""

    touchpoint = models.SlugField(max_length=50)
    contact = models.ForeignKey("feedback.Contact", on_delete=models.PROTECT, related_name="touchpoints")
    external_id = models.CharField(max_length=200)
    occurred_at = models.DateTimeField()
    received_at = models.DateTimeField()
    invitation = models.ForeignKey(
        "feedback.Invitation", on_delete=models.PROTECT, null=True, blank=True, related_name="touchpoints"
    )
    reason = models.CharField(max_length=30, blank=True, help_text="Why nobody is asked because of it.")
    settled_at = models.DateTimeField(null=True, blank=True, help_text="Empty: waits for the day of a weekly rule.")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["touchpoint", "external_id"], name="touchpoint_event_once"),
        ]
        indexes = [
            models.Index(fields=["touchpoint"], condition=Q(settled_at=None), name="touchpoint_waiting"),
        ]

    def __str__(self) -> str:
        return f"{self.touchpoint} {self.external_id}"
