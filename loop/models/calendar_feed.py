"""Behind which secret link does a calendar program read somebody's due times?"""

import uuid

from django.conf import settings
from django.db import models


class CalendarFeed(models.Model):
    """One person's link. The token is derived from `public_id`; another id makes the old link dead."""

    user = models.OneToOneField(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="calendar_feed")
    public_id = models.UUIDField(default=uuid.uuid4)
    token_hash = models.CharField(max_length=64, unique=True)
    created_at = models.DateTimeField()

    def __str__(self) -> str:
        return f"calendar of {self.user_id}"
