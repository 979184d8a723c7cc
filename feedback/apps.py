"""Registers the package with Django and puts the default surveys into a fresh database."""

from typing import Any

from django.apps import AppConfig
from django.db.models.signals import post_migrate


def install_defaults(sender: AppConfig, using: str, **kwargs: Any) -> None:
    """Put the four default surveys into a migrated database that lacks them; one that goes back is left as it is."""
    if any(backwards for _migration, backwards in kwargs.get("plan", ())):
        return
    from feedback import defaults

    defaults.install(using=using)


class FeedbackConfig(AppConfig):
    name = "feedback"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from feedback import among, fixed_texts  # noqa: F401  registers itself
        from feedback.views import customer_page

        fixed_texts.register(*customer_page.PLACES)
        post_migrate.connect(install_defaults, sender=self, dispatch_uid="feedback-defaults")
