"""Which kinds of message does somebody go without?"""

from django.conf import settings
from django.db import models


class Preference(models.Model):
    """One person's choice about one kind of message; without a row it is sent."""

    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="message_preferences")
    kind = models.CharField(max_length=40)
    is_wanted = models.BooleanField()
    chosen_at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["user", "kind"], name="preference_once_a_kind")]

    def __str__(self) -> str:
        return f"{self.user_id} {'wants' if self.is_wanted else 'goes without'} {self.kind}"
