"""Which parts of the setup remember who changed them, when, and how they were before?

All are registered here, when Django has loaded the models. A door says `changed_by` before it saves. What has nobody's
name was changed by Loop itself, unless it happens inside `on_behalf_of`. `loop.changes` reads it back.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import datetime
from typing import Any

from django.apps import apps
from django.db.models import Model
from simple_history import register
from simple_history.models import HistoricalRecords
from simple_history.utils import get_history_manager_for_model

# Model by name, and the fields whose changes are no change of the setup.
TRACKED: dict[str, tuple[str, ...]] = {
    "Team": (),
    "User": (
        "password",
        "last_login",
        "is_superuser",
        "joined_at",
        "invited_at",
        "away_until",
        "stand_in",
        "covering_people",
        "covering_teams",
    ),
    "Membership": (),
    "Absence": ("handed_back_at",),
    "AssignmentRule": (),
    "ConflictPolicy": (),
    "QuietHours": (),
    "MailTemplate": (),
    "SlaPolicy": (),
    "WorkCalendar": (),
    "ConversationGuide": (),
    "RootCause": (),
    "Goal": (),
    "Benchmark": (),
    "ExchangeRate": (),
    "ThanksPolicy": ("version", "changed_by", "changed_at"),
    "WordRule": ("version", "changed_by", "changed_at"),
}


SET_UP, DEMO = "set-up", "demo"  # what changes the setup besides people; a command is known by its name
_on_behalf_of: ContextVar[str] = ContextVar("on_behalf_of", default="")


@contextmanager
def on_behalf_of(what: str) -> Iterator[None]:
    """What is changed in here in nobody's name was changed by `what`: SET_UP, DEMO, or a command."""
    before = _on_behalf_of.set(what)
    try:
        yield
    finally:
        _on_behalf_of.reset(before)


class SetupRecords(HistoricalRecords):
    """History without lines for saves that touch only what is not part of the setup, such as a sign-in."""

    def post_save(self, instance: Model, created: bool, using: str | None = None, **kwargs: Any) -> None:
        fields = kwargs.get("update_fields")
        if fields and set(fields) <= set(TRACKED[type(instance).__name__]):
            return
        super().post_save(instance, created, using=using, **kwargs)

    def get_change_reason_for_object(self, instance: Model, history_type: str, using: str) -> str | None:
        reason: str | None = super().get_change_reason_for_object(instance, history_type, using)
        return reason or _on_behalf_of.get() or None


def register_all() -> None:
    """Give each tracked model its history. Called once, when the models are there."""
    for name, excluded in TRACKED.items():
        model = apps.get_model("loop", name)
        register(model, app="loop", records_class=SetupRecords, excluded_fields=list(excluded))


def changed_by(thing: Model, actor: Any, now: datetime) -> None:
    """Say who is about to change `thing`, and when; None is Loop itself, or whatever `on_behalf_of` names."""
    thing._history_user = actor  # type: ignore[attr-defined]
    thing._history_date = now  # type: ignore[attr-defined]


def save(thing: Model, *, actor: Any, now: datetime) -> None:
    """Save something of the setup, and who did when."""
    changed_by(thing, actor, now)
    thing.save()


def begin(thing: Model, now: datetime) -> None:
    """Keep how a thing was that came with Loop, before it is changed for the first time."""
    if not get_history_manager_for_model(type(thing)).filter(id=thing.pk).exists():
        with on_behalf_of(SET_UP):
            save(thing, actor=None, now=now)
