"""Is something of the setup still what somebody looked at who changes it now? The lines of its history are counted."""

from dataclasses import dataclass
from datetime import datetime

from django.apps import apps
from django.db.models import Model
from simple_history.utils import get_history_manager_for_model

from feedback.editing import ChangedMeanwhile

# Whose page shows and saves things of another kind as well, and by which field those belong to it.
BESIDE = {"Team": ("Membership", "team_id"), "User": ("Membership", "user_id")}


@dataclass
class Standing:
    """Which version of something stands, and who made it when; it counts the lines of its history."""

    version: int
    changed_by: str = ""
    changed_at: datetime | None = None

    def __str__(self) -> str:
        return f"version {self.version}"


def standing(thing: Model) -> Standing:
    """What a page that shows `thing` is about, for the form that changes it to say."""
    name = type(thing).__name__
    histories = [get_history_manager_for_model(type(thing)).filter(id=thing.pk)]
    if name in BESIDE:
        other, field = BESIDE[name]
        model = apps.get_model("loop", other)
        histories.append(get_history_manager_for_model(model).filter(**{field: thing.pk}))
    rows = [
        row
        for history in histories
        for row in history.order_by().values_list("history_date", "history_id", "history_user__email")
    ]
    if not rows:
        return Standing(0)
    at, _number, by = max(rows, key=lambda row: row[:2])
    return Standing(len(rows), by or "", at)


def require_seen(thing: Model, seen: int | None) -> None:
    """Refuse a change of something that somebody changed after it was looked at.

    Args:
        thing: its row is locked.
        seen: the version that was looked at; None, as of commands, has looked at none.

    Raises:
        ChangedMeanwhile: another version stands.
    """
    if seen is not None and (now := standing(thing)).version != seen:
        raise ChangedMeanwhile(now)
