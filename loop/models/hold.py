"""When did the staff's clock of a case stand still, because the customer asked us to wait?"""

from django.conf import settings
from django.db import models
from django.db.models import F, Q


class Hold(models.Model):
    """One stretch of time for which a customer asked us to wait. The customer's own clock goes on."""

    case = models.ForeignKey("loop.Case", on_delete=models.PROTECT, related_name="holds")
    started_at = models.DateTimeField()
    until = models.DateTimeField(help_text="When it ends by itself.")
    ended_at = models.DateTimeField(null=True, blank=True, help_text="Empty while it lasts.")
    reason = models.CharField(max_length=300, help_text="What the customer asked for.")
    held_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    due_before = models.DateTimeField(help_text="When the case was to be resolved without it.")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["case"], condition=Q(ended_at=None), name="hold_one_at_a_time"),
            models.CheckConstraint(condition=Q(until__gt=F("started_at")), name="hold_ends_after_it_starts"),
            models.CheckConstraint(
                condition=Q(ended_at=None) | Q(ended_at__gte=F("started_at")), name="hold_ended_after_it_started"
            ),
            models.CheckConstraint(condition=~Q(reason=""), name="hold_says_why"),
        ]

    def __str__(self) -> str:
        return f"case {self.case_id} held from {self.started_at}"
