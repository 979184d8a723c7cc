"""Registers the package with Django and connects its receivers."""

from django.apps import AppConfig


class NotificationsConfig(AppConfig):
    name = "notifications"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from feedback import fixed_texts
        from notifications import (
            customer_facts,
            receivers,  # noqa: F401  connects on import
        )

        fixed_texts.register(*customer_facts.PLACES)
