"""By which way is a customer asked?"""

from django.db import models
from django.utils.translation import gettext_lazy as _


class AskBy(models.TextChoices):
    """By which way an invitation is sent; those of a standing link are never sent at all and have other names."""

    EMAIL = "email", _("e-mail")
    SMS = "sms", _("text message")
