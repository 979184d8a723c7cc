"""Who changed this last, and is it still what somebody had before them when they began to change it?"""

from django.db import models


class Edited(models.Model):
    """What several people may change on a page. The version rises with every change."""

    version = models.PositiveIntegerField(default=1, editable=False)
    changed_by = models.CharField(max_length=254, blank=True, editable=False)
    changed_at = models.DateTimeField(null=True, blank=True, editable=False)

    class Meta:
        abstract = True
