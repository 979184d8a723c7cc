"""Which companies are our customers?"""

from django.db import models


class Account(models.Model):
    """A customer company. Who looks after it is an assignment question and lives in `loop`."""

    external_id = models.CharField(
        max_length=200, unique=True, help_text="The customer's number in the system it comes from."
    )
    name = models.CharField(max_length=300)
    segment = models.CharField(
        max_length=100, blank=True, help_text="A part of the customer base: industry, size, region."
    )
    country = models.CharField(max_length=2, blank=True, help_text="ISO 3166-1 alpha-2, upper case.")
    annual_value = models.DecimalField(max_digits=14, decimal_places=2, null=True, blank=True)
    currency = models.CharField(max_length=3, blank=True, help_text="ISO 4217, upper case.")
    size = models.CharField(max_length=50, blank=True, help_text="How large the customer is, in your own words.")
    attributes = models.JSONField(default=dict, blank=True, help_text="Whatever else your systems know of it.")
    created_at = models.DateTimeField()

    class Meta:
        indexes = [
            models.Index(fields=["name"], name="account_name"),  # customers list and import look-ups
            models.Index(fields=["segment"], name="account_segment"),  # report filter
        ]

    def __str__(self) -> str:
        return f"{self.name} ({self.external_id})"
