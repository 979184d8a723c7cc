"""Which lists of cases does somebody come back to, under a name of their own?"""

from django.conf import settings
from django.db import models
from django.db.models import Q


class SavedView(models.Model):
    """A tab of the inbox with its filters, kept as the address that shows it. Nobody's but its owner's."""

    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="saved_views")
    name = models.CharField(max_length=60)
    query = models.CharField(max_length=1000, help_text="What stands after the question mark of the address.")
    is_start = models.BooleanField(default=False, help_text="Shown when its owner opens the inbox.")
    created_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["user", "name"], name="saved_view_one_per_name"),
            models.UniqueConstraint(fields=["user"], condition=Q(is_start=True), name="saved_view_one_start"),
        ]

    def __str__(self) -> str:
        return self.name
