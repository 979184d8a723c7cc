"""By which standing links may somebody answer without being asked by a mail of ours?"""

import uuid
from datetime import datetime

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from .edited import Edited


class LinkKind(models.TextChoices):
    OPEN = "open", _("open link")
    KIOSK = "kiosk", _("feedback station")
    WIDGET = "widget", _("in the product")
    MAIL = "mail", _("in your own mails")


#: Those anybody may answer by; behind the others stands a contact.
ANONYMOUS = (LinkKind.OPEN, LinkKind.KIOSK)


class SurveyLink(Edited):
    """A standing way to answer a survey, without an invitation. Turned off rather than deleted: its answers stay."""

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    survey = models.ForeignKey("feedback.Survey", on_delete=models.PROTECT, related_name="links")
    name = models.CharField(max_length=100, help_text="Where it is: the counter in Malmö, the customer portal.")
    kind = models.CharField(max_length=10, choices=LinkKind.choices)
    token_hash = models.CharField(max_length=64, unique=True)
    language = models.CharField(max_length=10, blank=True, help_text="Empty: the reader's.")
    is_active = models.BooleanField(default=True)
    expires_at = models.DateTimeField(null=True, blank=True, help_text="After this it takes no answers. Empty: never.")
    allowed_origins = models.JSONField(default=list, blank=True, help_text="Widget: the pages that may show it.")
    identity_salt = models.CharField(
        max_length=64, blank=True, help_text="Widget: a new one makes a new secret to sign with, and ends the old one."
    )
    created_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(kind__in=LinkKind.values), name="link_kind_is_known"),
            models.UniqueConstraint(
                fields=["survey"], condition=Q(kind=LinkKind.MAIL), name="link_in_mails_once_a_survey"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.name} ({self.kind})"

    @property
    def source(self) -> str:
        """What `Response.source` says of an answer given by it without a name."""
        return f"{SOURCE}{self.pk}"

    def is_open(self, at: datetime) -> bool:
        """Whether it takes answers then."""
        return self.is_active and (self.expires_at is None or at < self.expires_at)


SOURCE = "link:"
