"""By which rules may customers be asked at all, and what must hold however they are chosen?"""

from django.db import models
from django.db.models import Q

from .edited import Edited


def july() -> list[int]:
    """The month in which offices are empty in the north."""
    return [7]


class ProgrammeRules(Edited):
    """How often anybody may be asked, over all surveys. One row."""

    after_answer_days = models.PositiveSmallIntegerField(default=365, help_text="No survey so long after an answer.")
    after_silence_days = models.PositiveSmallIntegerField(
        default=90, help_text="The same after a survey left unanswered."
    )
    between_mails_days = models.PositiveSmallIntegerField(default=14, help_text="Between any two survey mails.")
    closed_months = models.JSONField(default=july, blank=True, help_text="Months in which no wave leaves, such as [7].")

    class Meta:
        constraints = [models.CheckConstraint(condition=Q(pk=1), name="programme_rules_are_one_row")]

    def __str__(self) -> str:
        return "programme rules"


class OpenComplaint(models.Model):
    """Somebody who looks after a customer said: not now, there is an open complaint. Kept, with who said it and why."""

    contact = models.ForeignKey("feedback.Contact", on_delete=models.PROTECT, related_name="complaints")
    reason = models.TextField()
    reported_by = models.CharField(max_length=254)
    reported_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True, blank=True)
    ended_by = models.CharField(max_length=254, blank=True)

    def __str__(self) -> str:
        return f"complaint of contact {self.contact_id}"
