"""Registers the package with Django and connects its receivers."""

from django.apps import AppConfig


class NotificationsConfig(AppConfig):
    name = "notifications"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from feedback import fixed_texts
        from feedback.answer_sources import fetching
        from loop.whole import tables
        from notifications import (
            customer_facts,
            receivers,  # noqa: F401  connects on import
        )
        from notifications.webhooks import posting

        fixed_texts.register(*customer_facts.PLACES)
        # What opens another service is sealed by our key: it is given anew where everything is taken to.
        tables.keep_back("notifications.StaffAddress", secrets={"sealed": ""})
        tables.keep_back("notifications.WebhookEndpoint", secrets={"secret": "", "secret_before": ""})
        tables.keep_back("notifications.Message", links=("body", "body_html"))
        fetching.register(posting.fetch)
