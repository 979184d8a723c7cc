"""Which people at our customers may be asked, and which must never be?"""

import hashlib
from typing import TYPE_CHECKING

from django.db import models
from django.db.models import Q
from django.db.models.functions import Lower

if TYPE_CHECKING:
    from .account import Account


ERASED = "\u2014"  # stands in the place of words that are gone


def address_hash(email: str) -> str:
    """What finds an address again, whatever its case, and all that a suppression keeps of it."""
    return hashlib.sha256(email.strip().casefold().encode()).hexdigest()


class ContactQuerySet(models.QuerySet["Contact"]):
    def with_email(self, email: str) -> "ContactQuerySet":
        """Contacts with this address, whatever its case; by the index of its hash."""
        return self.filter(address_hash=address_hash(email))


class Contact(models.Model):
    """A person at an account. The same address may stand at two accounts: then it is two contacts."""

    account: "models.ForeignKey[Account | None, Account | None]" = models.ForeignKey(
        "feedback.Account", on_delete=models.PROTECT, null=True, blank=True, related_name="contacts"
    )
    external_id = models.CharField(max_length=200, unique=True, null=True, blank=True)
    name = models.CharField(max_length=300, blank=True)
    email = models.EmailField(max_length=254, blank=True)
    phone = models.CharField(max_length=50, blank=True)
    title = models.CharField(max_length=200, blank=True)
    language = models.CharField(max_length=10, blank=True, help_text="Empty: the language of the project.")
    time_zone = models.CharField(max_length=64, blank=True, help_text="Empty: the time zone of the project.")
    is_decision_maker = models.BooleanField(default=False)
    last_activity_at = models.DateTimeField(
        null=True, blank=True, help_text="When this contact last had to do with us."
    )
    attributes = models.JSONField(default=dict, blank=True, help_text="Whatever else your systems know of them.")
    address_hash = models.CharField(
        max_length=64, blank=True, db_index=True, editable=False, help_text="Finds the suppression of the address."
    )
    mobile_hash = models.CharField(
        max_length=64,
        blank=True,
        db_index=True,
        editable=False,
        help_text="Finds the suppression of the number; empty where text messages do not reach it.",
    )
    address_changed_at = models.DateTimeField(
        null=True, blank=True, help_text="When the e-mail address became another one, or none."
    )
    opted_out_at = models.DateTimeField(null=True, blank=True)
    created_at = models.DateTimeField()
    erased_at = models.DateTimeField(
        null=True, blank=True, help_text="When all that was personal here was taken out. Nobody is asked or written to."
    )

    objects = ContactQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                Lower("email"), "account", condition=~Q(email=""), name="contact_one_per_address_and_account"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.display_name} #{self.pk}"

    @property
    def display_name(self) -> str:
        """The best name we have: the name, else the address, else the external id."""
        return self.name or self.email or self.external_id or (ERASED if self.erased_at is not None else "")


class Suppression(models.Model):
    """An address that must not be mailed, kept as a hash so that it outlives the contact and every re-import."""

    address_hash = models.CharField(max_length=64, unique=True)
    reason = models.CharField(max_length=50)
    created_at = models.DateTimeField()

    def __str__(self) -> str:
        return f"{self.address_hash[:12]} ({self.reason})"


class SuppressionLift(models.Model):
    """Somebody let mail go to an address again, and said why."""

    address_hash = models.CharField(max_length=64, db_index=True)
    reason = models.CharField(max_length=50, help_text="Why it had stopped.")
    stopped_at = models.DateTimeField()
    why = models.CharField(max_length=300)
    by = models.CharField(max_length=254)
    at = models.DateTimeField()

    def __str__(self) -> str:
        return f"{self.address_hash[:12]} by {self.by}"
