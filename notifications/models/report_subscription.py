"""Who wants which report by mail, with which filters, and how often?"""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _


class Every(models.TextChoices):
    WEEK = "week", _("every week")
    MONTH = "month", _("every month")


class ReportSubscription(models.Model):
    """One person's wish for one report. Once stopped it stays, and says why; a new wish is a new row."""

    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="report_subscriptions")
    report = models.CharField(max_length=40)  # a name of `loop.report_pages.catalogue`
    query = models.TextField(blank=True)  # the filters as an address has them, without days
    days = models.PositiveIntegerField(default=0)  # up to the day before the mail; 0: the usual twelve months
    every = models.CharField(max_length=10, choices=Every.choices)
    role = models.CharField(max_length=20)  # whose sight it was asked with: another role would see something else
    created_at = models.DateTimeField()
    stopped_at = models.DateTimeField(null=True, blank=True)
    stop_reason = models.CharField(max_length=200, blank=True)  # "" by themselves

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(every__in=Every.values), name="report_every_is_known"),
            models.UniqueConstraint(
                fields=["user", "report", "query", "days", "every"],
                condition=Q(stopped_at=None),
                name="report_subscribed_once",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.report} {self.every} to {self.user_id}"
