"""How soon must a customer be contacted and a cause resolved, counted in whose working hours?"""

from datetime import date

from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import F, Q

from loop import sla


def standard_week() -> dict[str, list[list[int]]]:
    """Monday to Friday 08:00-17:00, as minutes from local midnight."""
    return {str(weekday): [[8 * 60, 17 * 60]] for weekday in range(5)}


class WorkCalendar(models.Model):
    """When people work: a weekly pattern, the public holidays of a country, and closed days of one's own."""

    name = models.CharField(max_length=100, unique=True)
    is_default = models.BooleanField(default=False)
    time_zone = models.CharField(max_length=64)
    country = models.CharField(max_length=2, blank=True, help_text="Whose public holidays are closed. Empty: nobody's.")
    week = models.JSONField(
        default=standard_week, help_text="Weekday 0-6 to half-open intervals in minutes, 1440 is 24:00."
    )
    closed_days = models.JSONField(default=list, blank=True, help_text="Own closed days, as ISO dates.")
    worked_holidays = models.JSONField(
        default=list, blank=True, help_text="Public holidays worked anyway, as ISO dates."
    )

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["is_default"], condition=Q(is_default=True), name="calendar_one_default"),
        ]

    def __str__(self) -> str:
        return self.name

    def clean(self) -> None:
        try:
            self.hours()
        except ValueError as error:
            raise ValidationError(str(error)) from error

    def hours(self) -> sla.Hours:
        """The calendar as the plain value the time arithmetic works with."""
        return sla.Hours(
            zone=self.time_zone,
            country=self.country,
            week={int(day): tuple((start, end) for start, end in spans) for day, spans in self.week.items()},
            closed=frozenset(date.fromisoformat(day) for day in self.closed_days),
            open_holidays=frozenset(date.fromisoformat(day) for day in self.worked_holidays),
        )


class SlaPolicy(models.Model):
    """Targets in working minutes, and what must have been tried before a customer counts as not reached."""

    name = models.CharField(max_length=100, unique=True)
    is_default = models.BooleanField(default=False)
    calendar = models.ForeignKey(WorkCalendar, on_delete=models.PROTECT, related_name="policies")
    contact_minutes = models.PositiveIntegerField(default=2 * 540, help_text="Working minutes to the first contact.")
    urgent_contact_minutes = models.PositiveIntegerField(default=540, help_text="The same for the lowest scores.")
    urgent_max_score = models.PositiveSmallIntegerField(default=3, help_text="Scores up to this one are urgent.")
    resolve_minutes = models.PositiveIntegerField(default=10 * 540, help_text="Working minutes to the resolution.")
    overdue_repeat_minutes = models.PositiveIntegerField(
        default=2 * 540, help_text="Working minutes between two reminders of a case that is overdue."
    )
    attempts_before_unreached = models.PositiveSmallIntegerField(
        default=3, help_text="Attempts on different days before a customer counts as not reached."
    )
    recovery_after_days = models.PositiveSmallIntegerField(
        default=30, help_text="Calendar days from resolution to asking the customer again."
    )

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["is_default"], condition=Q(is_default=True), name="policy_one_default"),
            models.CheckConstraint(
                condition=Q(contact_minutes__gt=0, urgent_contact_minutes__gt=0, overdue_repeat_minutes__gt=0)
                & Q(resolve_minutes__gte=F("contact_minutes"))
                & Q(resolve_minutes__gte=F("urgent_contact_minutes")),
                name="policy_targets_in_order",
            ),
        ]

    def __str__(self) -> str:
        return self.name

    def targets(self) -> sla.Targets:
        """The targets as the plain value the time arithmetic works with."""
        return sla.Targets(
            contact_minutes=self.contact_minutes,
            urgent_contact_minutes=self.urgent_contact_minutes,
            urgent_max_score=self.urgent_max_score,
            resolve_minutes=self.resolve_minutes,
        )
