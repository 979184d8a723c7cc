"""Which waves come again by themselves, and what became of each of their turns?"""

from typing import ClassVar

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _


class Every(models.TextChoices):
    MONTHLY = "monthly", _("every month")
    QUARTERLY = "quarterly", _("every quarter")
    YEARLY = "yearly", _("every year")

    @property
    def months(self) -> int:
        return {"monthly": 1, "quarterly": 3, "yearly": 12}[self.value]


class WaveSeries(models.Model):
    """A wave that comes again: the same survey and selection, each time with a seed and an approval of its own."""

    survey = models.ForeignKey("feedback.Survey", on_delete=models.PROTECT, related_name="series")
    plan = models.JSONField(help_text="How each wave is made: what `waves.draft` takes, but for survey, seed and day.")
    every = models.CharField(max_length=10, choices=Every.choices)
    left_out = models.JSONField(default=list, blank=True, help_text="Months in which none is made, such as [7].")
    approves_itself = models.BooleanField(default=False)
    first_on = models.DateField(help_text="The first day of the first; the others keep its day of the month.")
    next_on = models.DateField(help_text="The first day of the next one that is not made yet.")
    created_at = models.DateTimeField()
    created_by = models.CharField(max_length=254, blank=True)
    stopped_at = models.DateTimeField(null=True, blank=True)
    stopped_by = models.CharField(max_length=254, blank=True)

    class Meta:
        constraints = [models.CheckConstraint(condition=Q(every__in=Every.values), name="wave_series_every_is_known")]
        indexes = [
            # read by every sweep: whose next wave is to be made
            models.Index(fields=["next_on"], condition=Q(stopped_at=None), name="wave_series_next"),
        ]

    def __str__(self) -> str:
        return f"{self.survey_id} {self.every}"


class WaveTurn(models.Model):
    """One of the waves of a series, or why there is none."""

    NOT_APPROVED, THROWN_AWAY, MISSED, REFUSED = "not_approved", "thrown_away", "missed", "refused"
    WORDS: ClassVar[dict[str, object]] = {
        NOT_APPROVED: _("skipped: nobody approved it"),
        THROWN_AWAY: _("skipped: somebody threw it away"),
        MISSED: _("skipped: Loop stood still"),
        REFUSED: _("skipped: it could not be made"),
    }

    # No index of its own: `wave_turn_once` begins with it.
    series = models.ForeignKey(WaveSeries, on_delete=models.PROTECT, related_name="turns", db_index=False)
    on = models.DateField(help_text="The day it was to begin; its wave may begin later.")
    wave = models.OneToOneField("feedback.Wave", on_delete=models.SET_NULL, null=True, blank=True, related_name="turn")
    skipped = models.CharField(max_length=20, blank=True, help_text="Why it has no wave.")
    note = models.CharField(max_length=300, blank=True)
    made_at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["series", "on"], name="wave_turn_once")]

    def __str__(self) -> str:
        return f"{self.series_id} {self.on}"

    @property
    def why_skipped(self) -> str:
        """Why there is no wave, in words; "" where there is one."""
        return str(self.WORDS.get(self.skipped, self.skipped))
