"""When did somebody try to reach the customer, how, and did they?"""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _


class Channel(models.TextChoices):
    PHONE = "phone", _("phone")
    EMAIL = "email", _("e-mail")
    MEETING = "meeting", _("meeting")
    SMS = "sms", _("SMS")
    OTHER = "other", _("other")


# Not reached by one of these means: the customer was written to, and it is for them to answer.
WRITTEN = (Channel.EMAIL, Channel.SMS)


class CallOutcome(models.TextChoices):
    """What came of an attempt. Empty in attempts whose teller said only whether they reached the customer."""

    REACHED = "reached", _("reached")
    NO_ANSWER = "no_answer", _("no answer")
    VOICEMAIL = "voicemail", _("voicemail")
    BUSY = "busy", _("busy")
    WRONG_NUMBER = "wrong_number", _("wrong number")
    SENT = "sent", _("message sent")
    OTHER = "other", _("other")


NOT_REACHED = tuple(outcome.value for outcome in CallOutcome if outcome != CallOutcome.REACHED)


class ContactAttempt(models.Model):
    """One try to reach the respondent."""

    case = models.ForeignKey("loop.Case", on_delete=models.PROTECT, related_name="attempts")
    actor = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="attempts")
    at = models.DateTimeField()
    local_date = models.DateField(help_text="The day it was in the working calendar's zone: attempts count once a day.")
    channel = models.CharField(max_length=10, choices=Channel.choices)
    reached = models.BooleanField()
    outcome = models.CharField(max_length=20, choices=CallOutcome.choices, blank=True)
    note = models.TextField(blank=True)
    answers = models.JSONField(default=list, blank=True, help_text="What the call form asked, and what was answered.")

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(outcome="")
                | Q(outcome=CallOutcome.REACHED, reached=True)
                | Q(outcome__in=NOT_REACHED, reached=False),
                name="attempt_outcome_agrees_with_reached",
            ),
            models.CheckConstraint(condition=Q(channel__in=Channel.values), name="attempt_channel_is_known"),
        ]

    def __str__(self) -> str:
        return f"attempt {self.pk} on case {self.case_id}"
