"""What was written to the customer of a case, what did they write back, and what became of each mail?"""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _


class Direction(models.TextChoices):
    OUT = "out", _("to the customer")
    IN = "in", _("from the customer")


class MailState(models.TextChoices):
    WAITING = "waiting", _("waiting")
    SENT = "sent", _("sent")
    RETURNED = "returned", _("came back")
    NOT_SENT = "not_sent", _("not sent")
    RECEIVED = "received", _("received")


class CaseMail(models.Model):
    """One mail of a case, in either direction. `key` names what may be there only once: a form, or a Message-ID."""

    case = models.ForeignKey("loop.Case", on_delete=models.PROTECT, related_name="mails")
    direction = models.CharField(max_length=3, choices=Direction.choices)
    key = models.CharField(max_length=300, unique=True)
    author = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    template = models.ForeignKey("loop.MailTemplate", on_delete=models.SET_NULL, null=True, blank=True)
    language = models.CharField(max_length=10, blank=True)

    address = models.CharField(max_length=320, help_text="Whom it went to, or who it says it is from.")
    name = models.CharField(max_length=300, blank=True)
    is_known = models.BooleanField(default=True, help_text="The address is the one we have of this customer.")
    is_automatic = models.BooleanField(default=False, help_text="A machine answered; nobody is told.")
    away_until = models.DateField(null=True, blank=True)

    subject = models.CharField(max_length=300)
    text = models.TextField(help_text="Without what it quotes.")
    original = models.TextField(blank=True, help_text="With what it quotes, where that is more.")
    attachments = models.JSONField(default=list, help_text="Name, type and size of each; the files are not kept.")
    message_id = models.CharField(max_length=500, blank=True, help_text="Of a mail that came in: ours answer to it.")

    state = models.CharField(max_length=10, choices=MailState.choices)
    problem = models.CharField(max_length=300, blank=True)
    at = models.DateTimeField(help_text="When it was written, or came in.")
    sent_at = models.DateTimeField(null=True, blank=True)
    returned_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(direction=Direction.IN, state=MailState.RECEIVED)
                | Q(direction=Direction.OUT) & ~Q(state=MailState.RECEIVED) & Q(state__in=MailState.values),
                name="case_mail_state_fits_direction",
            ),
            models.CheckConstraint(
                condition=~Q(state=MailState.SENT) | Q(sent_at__isnull=False), name="case_mail_sent_has_its_time"
            ),
        ]
        indexes = [models.Index(fields=["case", "at"], name="case_mail_of_case")]

    def __str__(self) -> str:
        return f"mail {self.pk} of case {self.case_id} ({self.state})"

    @property
    def is_from_customer(self) -> bool:
        return self.direction == Direction.IN
