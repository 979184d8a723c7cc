"""What does Loop itself say to customers in a language that it does not ship?"""

from django.db import models

from .edited import Edited


class AddedLanguage(Edited):
    """The texts around a survey's own words in one added language, by the English they stand for.

    The row stays when the language is no longer used, so that its version never begins anew.
    """

    language = models.CharField(max_length=10, unique=True)
    texts = models.JSONField(default=dict, help_text="The translation by the English text; missing: not translated.")

    def __str__(self) -> str:
        return self.language
