"""How many answered what, day by day? Kept so that a report of years need not read every answer again.

Written by `feedback.tallies` only. A day is local to the project's time zone and counts where it stands in `TalliedDay`
in that zone and no `TallyMark` says that something about it has changed since.
"""

from django.db import models


class AnswerTally(models.Model):
    """The counted answers of one day to one survey from one part of the customers, by category."""

    day = models.DateField()
    survey = models.ForeignKey("feedback.Survey", on_delete=models.PROTECT, related_name="+", db_index=False)
    segment = models.CharField(max_length=100, blank=True, help_text="Of the account; empty where there is none.")
    country = models.CharField(max_length=2, blank=True)
    detractor = models.PositiveIntegerField()
    passive = models.PositiveIntegerField()
    promoter = models.PositiveIntegerField()
    zeros = models.PositiveIntegerField(help_text="How many of the detractors chose 0, where the scale has it.")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["day", "survey", "segment", "country"], name="tally_once"),
        ]

    def __str__(self) -> str:
        return f"{self.day} {self.survey_id} {self.segment} {self.country}"


class TalliedDay(models.Model):
    """A day whose answers have been counted."""

    day = models.DateField(unique=True)
    zone = models.CharField(max_length=64, help_text="Whose day it is: another zone cuts the answers otherwise.")
    tallied_at = models.DateTimeField(db_index=True)
    packed_at = models.DateTimeField(
        null=True, help_text="When its columns were written. Where that is not when it was counted, they say nothing."
    )

    def __str__(self) -> str:
        return str(self.day)


class TallyMark(models.Model):
    """Something about this day's answers has changed since it was counted. Added in the transaction of the change.

    Rows and no counter: two that change the same day at once do not wait for each other.
    """

    day = models.DateField(db_index=True)

    def __str__(self) -> str:
        return str(self.day)
