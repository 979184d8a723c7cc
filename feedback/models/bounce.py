"""Which mails came back?"""

from django.db import models


class Bounce(models.Model):
    """A report that a mail did not reach its address. The address is kept as a hash, as in a suppression."""

    key = models.CharField(max_length=200, unique=True, help_text="Names the report: told twice, it counts once.")
    address_hash = models.CharField(max_length=64)
    invitation = models.ForeignKey(
        "feedback.Invitation", on_delete=models.PROTECT, null=True, blank=True, related_name="bounces"
    )
    is_permanent = models.BooleanField(help_text="There is no such mailbox; otherwise it may pass.")
    status = models.CharField(max_length=20, blank=True, help_text="RFC 3463, such as 5.1.1.")
    at = models.DateTimeField()

    class Meta:
        indexes = [models.Index(fields=["address_hash", "at"], name="bounce_of_address")]

    def __str__(self) -> str:
        return f"bounce {self.status} of {self.address_hash[:12]}"
