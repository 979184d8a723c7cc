"""What do we measure our figures by: goals of our own, values of others, rates of exchange?"""

from django.db import models
from django.db.models import F, Q


class Goal(models.Model):
    """The NPS is to rise by so much, from a time before, until a day. Retired rather than deleted."""

    survey = models.ForeignKey(
        "feedback.Survey",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="goals",
        help_text="Empty: all surveys but those of recovery.",
    )
    segment = models.CharField(max_length=100, blank=True, help_text="Empty: all customers.")
    baseline_first = models.DateField(help_text="The first day of the time it is compared with.")
    baseline_last = models.DateField()
    points = models.PositiveSmallIntegerField(help_text="By how many points the NPS is to rise.")
    due_on = models.DateField()
    is_active = models.BooleanField(default=True)

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(points__gte=1, points__lte=200), name="goal_points_can_be_reached"),
            models.CheckConstraint(
                condition=Q(baseline_first__lte=F("baseline_last"), baseline_last__lt=F("due_on")),
                name="goal_days_in_order",
            ),
        ]

    def __str__(self) -> str:
        return f"+{self.points} {self.due_on}"


class Benchmark(models.Model):
    """What somebody else published as an NPS: a line beside ours, never a verdict on it."""

    name = models.CharField(max_length=100, help_text="Whose it is: software companies in the Nordics.")
    value = models.DecimalField(max_digits=4, decimal_places=1)
    source = models.CharField(max_length=300, help_text="Who published it, and where.")
    year = models.PositiveSmallIntegerField()
    is_active = models.BooleanField(default=True)

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(value__gte=-100, value__lte=100), name="benchmark_value_is_an_nps"),
            models.CheckConstraint(condition=~Q(name="") & ~Q(source=""), name="benchmark_says_its_source"),
        ]

    def __str__(self) -> str:
        return f"{self.name} {self.value} ({self.year})"


class ExchangeRate(models.Model):
    """One unit of `currency` was worth `rate` units of `into` on a day, says whoever entered it. Kept for good."""

    currency = models.CharField(max_length=3, help_text="ISO 4217, upper case.")
    into = models.CharField(max_length=3, help_text="ISO 4217, upper case.")
    rate = models.DecimalField(max_digits=18, decimal_places=8)
    on = models.DateField()
    source = models.CharField(max_length=300, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["currency", "into", "on"], name="exchange_rate_once_a_day"),
            models.CheckConstraint(condition=Q(rate__gt=0), name="exchange_rate_above_zero"),
            models.CheckConstraint(condition=~Q(currency=F("into")), name="exchange_rate_of_two_currencies"),
        ]

    def __str__(self) -> str:
        return f"{self.currency} -> {self.into} {self.on}"
