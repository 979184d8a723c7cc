"""In which ready words can somebody begin a mail to a customer?"""

from django.conf import settings
from django.db import models
from django.db.models import Q


class MailTemplate(models.Model):
    """The words of one template in one language. Variables stand in braces; `loop.mail_variables` lists them."""

    key = models.SlugField(max_length=50, help_text="The same in every language.")
    language = models.CharField(max_length=10, choices=settings.LANGUAGES)
    name = models.CharField(max_length=100)
    subject = models.CharField(max_length=200)
    text = models.TextField()
    position = models.PositiveSmallIntegerField(default=100, help_text="In which order they are offered.")
    is_active = models.BooleanField(default=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["key", "language"], name="mail_template_once_per_language"),
            models.CheckConstraint(condition=~Q(subject="") & ~Q(text=""), name="mail_template_says_something"),
        ]

    def __str__(self) -> str:
        return f"{self.key} ({self.language})"
