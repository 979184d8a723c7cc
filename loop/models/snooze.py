"""Who does not want to be reminded of a case for a while?"""

from django.conf import settings
from django.db import models
from django.db.models import F, Q


class Snooze(models.Model):
    """One stretch of time in which one person is not reminded of one case. No clock stands still."""

    case = models.ForeignKey("loop.Case", on_delete=models.PROTECT, related_name="snoozes")
    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    since = models.DateTimeField()
    until = models.DateTimeField(help_text="When its person is reminded again.")
    ended_at = models.DateTimeField(null=True, blank=True, help_text="Empty while nobody has ended it.")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["case", "user"], condition=Q(ended_at=None), name="snooze_one_at_a_time"),
            models.CheckConstraint(condition=Q(until__gt=F("since")), name="snooze_ends_after_it_starts"),
        ]
        indexes = [
            models.Index(fields=["until"], condition=Q(ended_at=None), name="snooze_running"),  # the sweep
        ]

    def __str__(self) -> str:
        return f"case {self.case_id} for {self.user_id} until {self.until}"
