"""Registers the package with Django, connects its receivers, installs defaults and database guards."""

from typing import Any

from django.apps import AppConfig
from django.db.models.signals import post_migrate


def prepare_database(sender: AppConfig, using: str, **kwargs: Any) -> None:
    """Install the guards and the default policy, calendar and root causes into a migrated database."""
    from loop import defaults, guards

    guards.install(using=using)
    defaults.install(using=using)


class LoopConfig(AppConfig):
    name = "loop"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from feedback import fixed_texts, onward
        from loop import setup_history

        setup_history.register_all()

        from loop import receivers, sweeping  # noqa: F401  receivers connect on import
        from loop.api import idempotency
        from loop.views import customer, customer_words, thanks

        fixed_texts.register(*customer_words.PLACES)
        onward.register(customer.onward)
        onward.register_request(thanks.request_for)
        sweeping.register("forget_requests", idempotency.forget_old)

        post_migrate.connect(prepare_database, sender=self, dispatch_uid="loop-prepare-database")
