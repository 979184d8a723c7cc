"""Who asked for a copy of their data, or for its erasure, and what became of it?"""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _


class Wanted(models.TextChoices):
    COPY = "export", _("a copy of their data")
    ERASURE = "erase", _("the erasure of their data")


class Answer(models.TextChoices):
    DONE = "done", _("done")
    DECLINED = "declined", _("declined")


class DataRequest(models.Model):
    """What one customer asked about their data. Settled once, by an administrator; nothing personal stands in it."""

    contact = models.ForeignKey(
        "feedback.Contact", on_delete=models.PROTECT, null=True, blank=True, related_name="data_requests"
    )
    case = models.ForeignKey(
        "loop.Case",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="data_requests",
        help_text="On whose page it was asked. Empty: asked otherwise.",
    )
    wanted = models.CharField(max_length=10, choices=Wanted.choices)
    asked_at = models.DateTimeField()
    noted_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        help_text="Who of ours wrote it down. Empty: the customer, on their page.",
    )
    answer = models.CharField(max_length=10, choices=Answer.choices, blank=True)
    answered_at = models.DateTimeField(null=True, blank=True)
    answered_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    reason = models.CharField(max_length=500, blank=True, help_text="Why it was declined, in words for the customer.")
    counts = models.JSONField(default=dict, blank=True, help_text="How much was erased, by what it was.")

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(contact__isnull=False) | Q(case__isnull=False), name="data_request_is_about_somebody"
            ),
            models.CheckConstraint(
                condition=Q(answer="", answered_at=None) | (~Q(answer="") & Q(answered_at__isnull=False)),
                name="data_request_answer_has_its_time",
            ),
            models.CheckConstraint(
                condition=~Q(answer=Answer.DECLINED) | ~Q(reason=""), name="data_request_declined_says_why"
            ),
            models.UniqueConstraint(
                fields=["contact", "wanted"], condition=Q(answer=""), name="data_request_open_once_a_contact"
            ),
            models.UniqueConstraint(
                fields=["case", "wanted"], condition=Q(answer=""), name="data_request_open_once_a_case"
            ),
        ]

    def __str__(self) -> str:
        return f"data request {self.pk}: {self.wanted} ({self.answer or 'open'})"
