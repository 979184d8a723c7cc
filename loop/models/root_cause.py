"""Why was the customer unhappy? A fixed list, so that causes can be counted."""

from django.db import models
from django.utils import translation


class RootCause(models.Model):
    """One reason a case can be resolved with. Retired ones stay for the cases that have them."""

    key = models.SlugField(max_length=50, unique=True)
    name = models.CharField(max_length=100)
    names = models.JSONField(default=dict, blank=True, help_text="The name by language, where it is another one.")
    is_active = models.BooleanField(default=True)

    def __str__(self) -> str:
        return self.key

    @property
    def label(self) -> str:
        """Its name in the language that is active."""
        return str(self.names.get(translation.get_language() or "") or self.name)
