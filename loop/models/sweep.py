"""When did each kind of due work last run to its end?"""

from django.db import models


class SweepRun(models.Model):
    """One row per job, overwritten by each run; the health page reads it."""

    job = models.CharField(max_length=100, unique=True)
    finished_at = models.DateTimeField()
    done = models.PositiveIntegerField(default=0)

    def __str__(self) -> str:
        return f"{self.job} at {self.finished_at:%F %T}"
