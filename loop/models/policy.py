"""How soon must a customer be contacted and a cause resolved, counted in whose working hours?"""

from datetime import date

from django.conf import settings
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
    short_days = models.JSONField(
        default=dict, blank=True, help_text="ISO dates with hours of their own, to intervals in minutes."
    )
    pauses = models.JSONField(
        default=list, blank=True, help_text='Closed every year from one day to another: [["07-01", "07-31"]].'
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
            short={
                date.fromisoformat(day): tuple((start, end) for start, end in spans)
                for day, spans in self.short_days.items()
            },
            pauses=tuple((first, last) for first, last in self.pauses),
        )


class SlaPolicy(models.Model):
    """Targets in working minutes, for which cases, and what must have been tried before one counts as not reached.

    Of those in use the first that fits, by position, holds for a case; empty conditions fit all. The default one has
    none and comes last: it holds where no other does.
    """

    name = models.CharField(max_length=100, unique=True)
    is_default = models.BooleanField(default=False)
    is_active = models.BooleanField(default=True)
    position = models.PositiveIntegerField(default=0)
    segment = models.CharField(max_length=100, blank=True)
    min_score = models.PositiveSmallIntegerField(null=True, blank=True)
    max_score = models.PositiveSmallIntegerField(null=True, blank=True)
    min_value = models.DecimalField(max_digits=14, decimal_places=2, null=True, blank=True)
    max_value = models.DecimalField(max_digits=14, decimal_places=2, null=True, blank=True)
    calendar = models.ForeignKey(WorkCalendar, on_delete=models.PROTECT, related_name="policies")
    contact_minutes = models.PositiveIntegerField(default=2 * 540, help_text="Working minutes to the first contact.")
    urgent_contact_minutes = models.PositiveIntegerField(default=540, help_text="The same for the lowest scores.")
    urgent_max_score = models.PositiveSmallIntegerField(default=3, help_text="Scores up to this one are urgent.")
    resolve_minutes = models.PositiveIntegerField(default=10 * 540, help_text="Working minutes to the resolution.")
    overdue_repeat_minutes = models.PositiveIntegerField(
        default=2 * 540, help_text="Working minutes between two reminders of a case that is overdue."
    )
    leadership_minutes = models.PositiveIntegerField(
        default=2 * 540,
        help_text="Working minutes from telling the lead of a breach to telling leadership; 0: never.",
    )
    fallback = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        help_text="Who is told where nobody else is left to be told. Empty: administrators.",
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
            models.CheckConstraint(
                condition=Q(is_default=False)
                | Q(is_active=True, segment="", min_score=None, max_score=None, min_value=None, max_value=None),
                name="policy_default_fits_all",
            ),
            models.CheckConstraint(
                condition=(Q(min_score=None) | Q(max_score=None) | Q(min_score__lte=F("max_score")))
                & (Q(min_value=None) | Q(max_value=None) | Q(min_value__lte=F("max_value"))),
                name="policy_conditions_in_order",
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
