"""Who changed the setup, when, and how was it before? Reads back, in its pages' words, what `setup_history` keeps."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import models
from django.utils.dates import WEEKDAYS
from django.utils.formats import number_format
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from simple_history.utils import get_history_manager_for_model

from loop import setup_history

READ = 300  # rows of history looked at for one page
SHOWN = 20
VALUE_LIMIT = 120  # characters
WEEK = frozenset(map(str, WEEKDAYS))  # how the days of a week are called where hours are stored
DONE = {"+": "added", "~": "changed", "-": "removed"}

# How the pages call what can be changed.
LABELS: dict[str, Promise] = {
    "texts": gettext_lazy("Guide"),
    "questions": gettext_lazy("Question"),
    "name": gettext_lazy("Name"),
    "names": gettext_lazy("Name"),
    "is_active": gettext_lazy("In use"),
    "calendar": gettext_lazy("Calendar"),
    "contact_minutes": gettext_lazy("First contact, working minutes"),
    "urgent_contact_minutes": gettext_lazy("First contact for the lowest scores, working minutes"),
    "urgent_max_score": gettext_lazy("Lowest scores up to"),
    "resolve_minutes": gettext_lazy("Resolution, working minutes"),
    "overdue_repeat_minutes": gettext_lazy("Between reminders of what is overdue, working minutes"),
    "leadership_minutes": gettext_lazy("Leadership after the lead, working minutes"),
    "fallback": gettext_lazy("Told when nobody else is there"),
    "short_days": gettext_lazy("Days with hours of their own"),
    "pauses": gettext_lazy("Closed every year"),
    "attempts_before_unreached": gettext_lazy("Days tried before not reached"),
    "recovery_after_days": gettext_lazy("Days until asking again"),
    "time_zone": gettext_lazy("Time zone"),
    "country": gettext_lazy("Country"),
    "week": gettext_lazy("Working hours"),
    "working_week": gettext_lazy("Working hours"),
    "begins": gettext_lazy("From, hour"),
    "ends": gettext_lazy("Until, hour"),
    "on_days_off": gettext_lazy("Also on weekends and holidays"),
    "urgent_anyway": gettext_lazy("What is urgent at any hour"),
    "closed_days": gettext_lazy("Closed days"),
    "worked_holidays": gettext_lazy("Holidays worked"),
    "email": gettext_lazy("E-mail"),
    "role": gettext_lazy("Role"),
    "language": gettext_lazy("Language"),
    "name_for_customers": gettext_lazy("Name for customers"),
    "is_fallback": gettext_lazy("Takes the cases nobody else is responsible for"),
    "user": gettext_lazy("Who"),
    "team": gettext_lazy("Team"),
    "starts_on": gettext_lazy("First day away"),
    "ends_on": gettext_lazy("Last day away"),
    "substitute": gettext_lazy("Who stands in"),
    "position": gettext_lazy("Place"),
    "sharing": gettext_lazy("In a team"),
    "segment": gettext_lazy("Segment"),
    "survey": gettext_lazy("Survey"),
    "category": gettext_lazy("Category"),
    "touchpoint": gettext_lazy("Touchpoint"),
    "min_score": gettext_lazy("Score from"),
    "max_score": gettext_lazy("Score up to"),
    "min_value": gettext_lazy("Account value from"),
    "max_value": gettext_lazy("Account value up to"),
    "owner_named": gettext_lazy("The answer names whoever looks after the account"),
    "second_within_days": gettext_lazy("A second unhappy person at the account within so many days"),
    "subject": gettext_lazy("Subject"),
    "text": gettext_lazy("Text"),
    "promoter_thanks": gettext_lazy("Promoters are thanked"),
    "promoter_ask": gettext_lazy("Promoters are asked"),
    "passive_thanks": gettext_lazy("Passives are thanked"),
    "passive_ask": gettext_lazy("Passives are asked"),
    "review_url": gettext_lazy("Where reviews are written"),
    "referral_url": gettext_lazy("What customers may pass on"),
    "quiet_days": gettext_lazy("Nobody is asked again within, days"),
    "for_promoters": gettext_lazy("For promoters (9–10)"),
    "for_passives": gettext_lazy("For passives (7–8)"),
    "words": gettext_lazy("Words"),
    "own_words": gettext_lazy("Words of your own"),
    "points": gettext_lazy("Points"),
    "baseline_first": gettext_lazy("Compared with, from"),
    "baseline_last": gettext_lazy("Compared with, to"),
    "due_on": gettext_lazy("Until"),
    "value": gettext_lazy("NPS"),
    "source": gettext_lazy("Source"),
    "year": gettext_lazy("Year"),
    "rate": gettext_lazy("Exchange rate"),
    "currency": gettext_lazy("One unit of"),
    "into": gettext_lazy("was worth in"),
    "on": gettext_lazy("Day"),
}


class ChangeRefused(ValueError):
    """The setup cannot be like this; `field` names what is wrong."""

    def __init__(self, field: str, message: str) -> None:
        super().__init__(message)
        self.field = field
        self.message = message


@dataclass(frozen=True)
class Difference:
    """One thing that changed. Empty: there was, or is, nothing."""

    label: str
    before: str
    after: str


@dataclass(frozen=True)
class Change:
    """One saving of one thing; `by` is a person, or says what else did it."""

    at: datetime
    by: str
    what: str
    name: str
    differences: list[Difference]


def of(
    model: type[models.Model],
    *,
    only: Iterable[int] | None = None,
    about: str = "",
    limit: int = SHOWN,
    **where: Any,
) -> list[Change]:
    """The latest changes of the things of one kind, newest first. As many queries however many changes.

    Args:
        only: the ids of the things to tell of; all when not given.
        where: what else their fields must be, also of things that are gone.
        about: the one field to tell of; all when not given.
    """
    history = get_history_manager_for_model(model).filter(**where).select_related("history_user")
    history = history if only is None else history.filter(id__in=list(only))
    rows = list(history.order_by("-history_id")[:READ])[::-1]
    names = _names(rows)
    before: dict[int, Any] = {}
    changes = []
    for row in rows:
        earlier = before.get(row.id)
        is_change = earlier is not None and row.history_type == "~"
        found = list(_differences(earlier, row, names, about)) if is_change else []
        if found or (not is_change and not about):
            user = row.history_user
            by = user.display_name if user is not None else _nobody(row.history_change_reason or "")
            changes.append(Change(row.history_date, by, DONE[row.history_type], _called(row, names), found))
        before[row.id] = row
    return changes[::-1][:limit]


def _nobody(behalf: str) -> str:
    """What changed the setup in nobody's name."""
    if behalf == setup_history.SET_UP:
        return _("Loop at set-up")
    if behalf == setup_history.DEMO:
        return _("the demo company")
    return _("the command %(name)s") % {"name": behalf} if behalf else "Loop"


def _names(rows: list[Any]) -> dict[tuple[type[models.Model], int], str]:
    """What the things are called that these rows point at; one query a kind of thing."""
    wanted: dict[type[models.Model], set[int]] = {}
    for row in rows:
        for field in row.tracked_fields:
            if field.is_relation and (pk := getattr(row, field.attname)) is not None:
                wanted.setdefault(field.related_model, set()).add(pk)
    return {
        (model, one.pk): str(getattr(one, "display_name", "") or one)
        for model, pks in wanted.items()
        for one in model._default_manager.filter(pk__in=pks)
    }


def _value(row: Any, field: Any, names: dict[tuple[type[models.Model], int], str]) -> Any:
    value = getattr(row, field.attname)
    if field.is_relation:
        return None if value is None else names.get((field.related_model, value), str(value))
    return dict(field.flatchoices).get(value, value) if field.choices else value


def _called(row: Any, names: dict[tuple[type[models.Model], int], str]) -> str:
    """What a thing is called: by its own name, else by what it ties together."""
    own = str(getattr(row, "name", "") or getattr(row, "email", "") or "")
    related = [_value(row, field, names) for field in row.tracked_fields if field.is_relation]
    return own or ", ".join(str(name) for name in related if name)


def _differences(
    before: Any, after: Any, names: dict[tuple[type[models.Model], int], str], about: str
) -> Iterator[Difference]:
    for field in before.tracked_fields:
        if field.name not in LABELS or about not in ("", field.name):
            continue
        if getattr(before, field.attname) != getattr(after, field.attname):
            old, new = _by_name(_value(before, field, names)), _by_name(_value(after, field, names))
            yield from _inside(str(LABELS[field.name]), old, new)


def _by_name(value: Any) -> dict[str, Any]:
    """The parts of a value: by language, by weekday, by the key of a question; one nameless part for all others."""
    if isinstance(value, dict):
        return value
    if isinstance(value, list) and value and isinstance(value[0], dict):
        return {part["key"]: part for part in value}
    return {} if value == [] else {"": value}


def _inside(label: str, old: dict[str, Any], new: dict[str, Any]) -> Iterator[Difference]:
    for name in dict.fromkeys([*old, *new]):
        if old.get(name) != new.get(name):
            told = f"{label} ({_part(name)})" if name else label
            before, after = _apart(old.get(name), new.get(name))
            yield Difference(told, _shown(before), _shown(after))


def _apart(old: Any, new: Any) -> tuple[Any, Any]:
    """Of two long lists only what is not in both: the rest would fill the line and hide it."""
    if not (isinstance(old, list) and isinstance(new, list)) or len(", ".join(map(str, [*old, *new]))) <= VALUE_LIMIT:
        return old, new
    return [one for one in old if one not in new], [one for one in new if one not in old]


def _part(name: str) -> str:
    """A weekday by its name, any other part as it is called."""
    return str(WEEKDAYS[int(name)]) if name in WEEK else name


def _shown(value: Any) -> str:
    if isinstance(value, bool):
        return _("yes") if value else _("no")
    if isinstance(value, int):
        return number_format(value, force_grouping=True)
    if isinstance(value, dict):
        value = "; ".join(f"{name}: {_shown(part)}" for name, part in value.items() if part not in ("", {}, []))
    if isinstance(value, list):
        value = ", ".join(_span(part) for part in value)
    text = str(value if value is not None else "")
    return text if len(text) <= VALUE_LIMIT else f"{text[:VALUE_LIMIT].rstrip()} …"


def _span(part: Any) -> str:
    """An interval of a day as the clock shows it; anything else as it is."""
    if isinstance(part, (list, tuple)) and len(part) == 2:
        return "–".join(f"{minutes // 60:02d}:{minutes % 60:02d}" for minutes in part)
    return str(part)
