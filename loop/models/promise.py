"""What did we promise the customer, by when, and did we keep it?"""

from datetime import datetime

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _


class Ending(models.TextChoices):
    KEPT = "kept", _("kept")
    BROKEN = "broken", _("not kept")
    WITHDRAWN = "withdrawn", _("taken back")


class PromiseQuerySet(models.QuerySet["Promise"]):
    def unkept(self) -> "PromiseQuerySet":
        """What the customer still waits for."""
        return self.filter(ended_at=None)

    def with_due_reminder(self, now: datetime) -> "PromiseQuerySet":
        return self.unkept().filter(remind_at__lte=now)


class Promise(models.Model):
    """One thing we said we would do, by when. Its words are fixed; only its time may be agreed anew."""

    case = models.ForeignKey("loop.Case", on_delete=models.PROTECT, related_name="promises")
    what = models.CharField(max_length=500, help_text="In words the customer may read.")
    promised_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="promises"
    )
    due_at = models.DateTimeField()
    moved = models.PositiveSmallIntegerField(default=0, help_text="How often another time was agreed.")
    created_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True, blank=True, help_text="Empty: the customer still waits for it.")
    ending = models.CharField(max_length=10, choices=Ending.choices, blank=True)
    end_reason = models.TextField(blank=True, help_text="Why it was not kept, or taken back.")
    remind_at = models.DateTimeField(null=True, blank=True)
    remind_level = models.CharField(max_length=10, blank=True)

    objects = PromiseQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(ended_at=None, ending="", end_reason="")
                | Q(ended_at__isnull=False, ending=Ending.KEPT, end_reason="", remind_at=None)
                | Q(ended_at__isnull=False, ending__in=[Ending.BROKEN, Ending.WITHDRAWN], remind_at=None)
                & ~Q(end_reason=""),
                name="promise_ends_in_one_way",
            ),
            models.CheckConstraint(condition=~Q(what=""), name="promise_says_what"),
        ]
        indexes = [
            models.Index(fields=["remind_at"], condition=Q(remind_at__isnull=False), name="promise_due_reminder"),
        ]

    def __str__(self) -> str:
        return f"promise {self.pk} on case {self.case_id}"

    @property
    def is_unkept(self) -> bool:
        return self.ended_at is None
