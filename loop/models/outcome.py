"""Did the customer's score change after we followed up?"""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _


class Verdict(models.TextChoices):
    RECOVERED = "recovered", _("recovered")  # at least one category better
    IMPROVED = "improved", _("improved")  # a higher score in the same category
    UNCHANGED = "unchanged", _("unchanged")
    WORSENED = "worsened", _("worsened")
    NO_ANSWER = "no_answer", _("no answer")


class Outcome(models.Model):
    """Before and after of one case. Silence is its own verdict, neither recovered nor not."""

    case = models.OneToOneField("loop.Case", on_delete=models.PROTECT, related_name="outcome")
    verdict = models.CharField(max_length=10, choices=Verdict.choices)
    before = models.PositiveSmallIntegerField()
    after = models.PositiveSmallIntegerField(null=True, blank=True)
    response = models.ForeignKey(
        "feedback.Response", on_delete=models.PROTECT, null=True, blank=True, related_name="outcomes"
    )
    at = models.DateTimeField()

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(verdict__in=Verdict.values), name="outcome_verdict_is_known"),
            models.CheckConstraint(
                condition=Q(verdict=Verdict.NO_ANSWER, after=None, response=None)
                | (~Q(verdict=Verdict.NO_ANSWER) & Q(after__isnull=False, response__isnull=False)),
                name="outcome_silence_has_no_score",
            ),
        ]

    def __str__(self) -> str:
        return f"case {self.case_id}: {self.verdict}"
