"""Where does a customer follow their own case, and what did they say there?"""

import uuid

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _


class Wish(models.TextChoices):
    """How a customer wants to hear from us, where they said so."""

    EMAIL = "email", _("by e-mail instead of a call")
    SMS = "sms", _("by text message instead of a call")
    NO_CALL = "no_call", _("no call, please")


class Said(models.TextChoices):
    SOLVED = "solved", _("solved")
    NOT_SOLVED = "not_solved", _("not solved")


class CustomerPage(models.Model):
    """A customer's page for one case. Only the hash of its token is stored; see `feedback.tokens`."""

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    case = models.OneToOneField("loop.Case", on_delete=models.PROTECT, related_name="customer_page")
    token_hash = models.CharField(max_length=64, unique=True)
    created_at = models.DateTimeField()
    contact_promised_at = models.DateTimeField(
        help_text="By when we first told the customer they would hear from us. Never moves back by itself."
    )
    wish = models.CharField(max_length=10, choices=Wish.choices, blank=True)
    done_at = models.DateTimeField(
        null=True, blank=True, help_text="When the customer said that the answer is as they mean it."
    )
    said = models.CharField(
        max_length=10,
        choices=Said.choices,
        blank=True,
        help_text="Solved or not, as said on the page; it takes effect when nothing contradicts it for a minute.",
    )
    said_at = models.DateTimeField(null=True, blank=True)
    answered_at = models.DateTimeField(
        null=True, blank=True, help_text="When what was said last took effect; before that closing it is out of date."
    )

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(said="", said_at=None) | (~Q(said="") & Q(said_at__isnull=False)),
                name="customer_page_said_has_its_time",
            ),
        ]
        indexes = [
            # read by loop.solved: what has been said and has not taken effect yet
            models.Index(fields=["said_at"], condition=~Q(said=""), name="customer_page_said"),
        ]

    def __str__(self) -> str:
        return f"page of case {self.case_id}"
