"""When are people of a role not told anything?"""

from django.db import models
from django.db.models import F, Q

from .people import Role


class QuietHours(models.Model):
    """Between which hours of their own clock people of a role are told; none means as the installation sets it."""

    role = models.CharField(max_length=20, choices=Role.choices, unique=True)
    begins = models.PositiveSmallIntegerField(help_text="The first hour in which they are told, 0 to 23.")
    ends = models.PositiveSmallIntegerField(help_text="The hour in which they are told nothing more, 1 to 24.")
    on_days_off = models.BooleanField(default=False, help_text="Also on days on which their calendar is closed.")
    urgent_anyway = models.BooleanField(default=False, help_text="What is urgent reaches them at any hour of any day.")

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(role__in=Role.values), name="quiet_role_is_known"),
            models.CheckConstraint(condition=Q(begins__lt=F("ends"), ends__lte=24), name="quiet_hours_in_order"),
        ]

    def __str__(self) -> str:
        return f"{self.role} {self.begins}-{self.ends}"
