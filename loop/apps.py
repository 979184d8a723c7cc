"""Registers the package with Django, connects its receivers, installs defaults and database guards."""

from typing import Any

from django.apps import AppConfig
from django.db import connections
from django.db.models.signals import post_migrate, pre_migrate

CASES = "loop_case"  # a table that is there unless everything was migrated away

_views: dict[str, list[tuple[str, str]]] = {}  # by database: who may read the views that stand aside for a migrate


def set_views_aside(sender: AppConfig, using: str, **kwargs: Any) -> None:
    """Take away the views and triggers that read the tables a migrate is about to change."""
    from loop import bi_views, guards

    if not kwargs.get("plan"):
        return
    guards.set_marks_aside(using=using)
    rights = bi_views.drop(using=using)
    if rights is not None:
        _views[using] = rights


def prepare_database(sender: AppConfig, using: str, **kwargs: Any) -> None:
    """Install the guards and the default policy, calendar and root causes into a migrated database."""
    from loop import bi_views, case_packs, defaults, guards

    if CASES not in connections[using].introspection.table_names():
        return  # migrated back to nothing
    guards.install(using=using)
    if kwargs.get("plan"):
        case_packs.doubt_all(using=using)
    defaults.install(using=using)
    if using in _views and not any(backwards for _migration, backwards in kwargs.get("plan", ())):
        bi_views.restore(_views.pop(using), using=using)


class LoopConfig(AppConfig):
    name = "loop"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from feedback import fixed_texts, onward
        from loop import setup_history

        setup_history.register_all()

        from loop import known_states, receivers, sweeping  # noqa: F401  they register on import
        from loop.api import idempotency
        from loop.views import customer, customer_words, thanks

        fixed_texts.register(*customer_words.PLACES)
        onward.register(customer.onward)
        onward.register_request(thanks.request_for)
        sweeping.register("forget_requests", idempotency.forget_old)

        pre_migrate.connect(set_views_aside, sender=self, dispatch_uid="loop-views-aside")
        post_migrate.connect(prepare_database, sender=self, dispatch_uid="loop-prepare-database")
