"""Who is called first, drawn by lot: does calling make a difference?"""

from datetime import datetime, timedelta

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _


class Study(models.Model):
    """One comparison in random order. What it takes to decide is fixed when it starts and cannot be changed."""

    survey = models.ForeignKey(
        "feedback.Survey",
        on_delete=models.PROTECT,
        related_name="+",
        help_text="What is asked halfway to the due time of the first contact.",
    )
    seed = models.CharField(
        max_length=32, help_text="With a customer's number it gives their group: anybody can check."
    )
    starts_at = models.DateTimeField()
    decides_at = models.DateTimeField(help_text="Before this there is no verdict.")
    expected_share = models.FloatField(help_text="The share thought to recover by themselves.")
    smallest_effect = models.FloatField(help_text="The rise of that share it should be able to show.")
    answers_planned = models.PositiveIntegerField(help_text="Answers it takes in each group.")
    exempt_up_to = models.PositiveSmallIntegerField(
        null=True, blank=True, help_text="Scores up to this are called as soon as ever, and are not in it."
    )
    exempt_value = models.DecimalField(
        max_digits=14, decimal_places=2, null=True, blank=True, help_text="Nor are customers worth so much a year."
    )
    started_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    is_running = models.BooleanField(default=True, help_text="Cases are drawn into it.")
    stopped_at = models.DateTimeField(null=True, blank=True, help_text="Ended before its day: without a verdict.")
    stopped_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    stop_reason = models.CharField(max_length=300, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["is_running"], condition=Q(is_running=True), name="study_one_at_a_time"),
            models.CheckConstraint(condition=Q(decides_at__gt=F("starts_at")), name="study_decides_after_it_starts"),
            models.CheckConstraint(
                condition=Q(expected_share__gt=0, smallest_effect__gt=0, answers_planned__gt=0),
                name="study_says_what_it_takes",
            ),
            models.CheckConstraint(
                condition=Q(stopped_at=None, stop_reason="")
                | (Q(stopped_at__isnull=False, is_running=False) & ~Q(stop_reason="")),
                name="study_stopped_says_why",
            ),
        ]

    def __str__(self) -> str:
        return f"study {self.pk}"

    @property
    def last_moment(self) -> datetime:
        """On the day after which it is decided, for pages that show days."""
        return self.decides_at - timedelta(seconds=1)


class Turn(models.TextChoices):
    FIRST = "first", _("called first")
    LATER = "later", _("called later")


class StudyCase(models.Model):
    """A case that was drawn. Neither group is called after its due time; both are asked at the same time."""

    study = models.ForeignKey(Study, on_delete=models.PROTECT, related_name="drawn")
    case = models.OneToOneField("loop.Case", on_delete=models.PROTECT, related_name="drawn")
    unit = models.CharField(max_length=40, help_text="The account, or the contact of none: it enters once.")
    turn = models.CharField(max_length=5, choices=Turn.choices)
    call_from = models.DateTimeField(null=True, blank=True, help_text="When those called later are called.")
    asked_at = models.DateTimeField(help_text="When the survey leaves: half of the time is gone.")
    counts_until = models.DateTimeField(help_text="Answers count until those called later are called.")
    invitation = models.OneToOneField("feedback.Invitation", on_delete=models.PROTECT, related_name="study_case")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["study", "unit"], name="study_draws_an_account_once"),
            models.CheckConstraint(
                condition=Q(turn="first", call_from=None) | Q(turn="later", call_from=F("counts_until")),
                name="study_later_says_from_when",
            ),
            models.CheckConstraint(condition=Q(asked_at__lt=F("counts_until")), name="study_asks_before_it_counts"),
        ]

    def __str__(self) -> str:
        return f"case {self.case_id}: {self.turn}"
