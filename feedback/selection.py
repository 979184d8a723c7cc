"""Which part of the customer base does a wave want? Filters on what is known of accounts and contacts.

A filter maps an attribute to what it must be: a list of values, or for the attributes in `_SPECIAL` a value of its own
kind. Attributes your own systems bring along are named `account:NAME` and `contact:NAME`.
"""

from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from decimal import Decimal, InvalidOperation
from typing import Any

from django.db.models import CharField, Exists, F, OuterRef, Q, TextField, Value
from django.db.models.fields.json import KeyTextTransform
from django.db.models.functions import Cast, Coalesce, Concat
from django.db.models.lookups import In
from django.utils.translation import gettext as _

from feedback.models import Invitation
from feedback.models.survey import SurveyKind

PLAIN = {
    "segment": "account__segment",
    "size": "account__size",
    "country": "account__country",
    "currency": "account__currency",
    "language": "language",
    "title": "title",
    "time_zone": "time_zone",
}

STRATA = {"segment": "account__segment", "size": "account__size", "country": "account__country", "language": "language"}


class SelectionRefused(ValueError):
    """A filter or stratum is unknown or has a value that makes no sense; `field` names it."""

    def __init__(self, field: str, message: str) -> None:
        super().__init__(message)
        self.field = field
        self.message = message


def wanted(filters: Mapping[str, Any], *, now: datetime) -> Q:
    """The condition on contacts that the filters describe; no filters: everybody.

    Raises:
        SelectionRefused: naming the filter.
    """
    condition = Q()
    for name, value in filters.items():
        condition &= _condition(name, value, now)
    return condition


def _condition(name: str, value: Any, now: datetime) -> Q:
    if name in _SPECIAL:
        return _SPECIAL[name](name, value, now)
    if name in PLAIN:
        return Q(**{f"{PLAIN[name]}__in": _texts(name, value)})
    owner, _colon, key = name.partition(":")
    if owner in ("account", "contact") and key:
        lookup = "account__attributes" if owner == "account" else "attributes"
        if "__" in key or not key.isidentifier():
            raise SelectionRefused(name, _("“%(name)s” cannot be the name of an attribute.") % {"name": key})
        # As text, for that is how both databases write a number, true and false alike.
        told = Cast(KeyTextTransform(key, lookup), TextField())
        return Q(In(told, sorted({form for one in _texts(name, value) for form in _written(one)})))
    known = ", ".join(sorted([*PLAIN, *_SPECIAL, "account:NAME", "contact:NAME"]))
    words = _("There is no filter “%(name)s”. Known are: %(known)s.")
    raise SelectionRefused(name, words % {"name": name, "known": known})


def _written(value: str | int | bool) -> set[str]:
    """How a value may stand in the attributes: 50 as a number or as text, true as itself or as text of any kind."""
    text = str(value)
    truth = text.lower()
    return {text, truth, truth.capitalize(), truth.upper()} if truth in ("true", "false") else {text}


def _texts(name: str, value: Any) -> list[str]:
    values = value if isinstance(value, list) else [value]
    if not values or not all(isinstance(one, str | int | bool) for one in values):
        raise SelectionRefused(name, _("“%(name)s” needs one or more values.") % {"name": name})
    return values


def _decision_makers(name: str, value: Any, now: datetime) -> Q:
    if not isinstance(value, bool):
        raise SelectionRefused(name, _("“%(name)s” is true or false.") % {"name": name})
    return Q(is_decision_maker=value)


def _active_within(name: str, value: Any, now: datetime) -> Q:
    return Q(last_activity_at__gt=now - timedelta(days=_days(name, value)))


def _not_asked_within(name: str, value: Any, now: datetime) -> Q:
    since = now - timedelta(days=_days(name, value))
    asked = Invitation.objects.filter(contact=OuterRef("pk"), sent_at__gt=since)
    return ~Q(Exists(asked.exclude(survey__kind=SurveyKind.RECOVERY)))


def _value_from(name: str, value: Any, now: datetime) -> Q:
    try:
        amount = Decimal(str(value))
    except InvalidOperation:
        amount = Decimal("NaN")
    if not amount.is_finite():
        raise SelectionRefused(name, _("“%(value)s” is not an amount.") % {"value": value})
    return Q(account__annual_value__gte=amount)


def _days(name: str, value: Any) -> int:
    if isinstance(value, bool) or not isinstance(value, int) or not 0 < value <= 3660:
        raise SelectionRefused(name, _("A number of days from 1 to 3660, please."))
    return value


_SPECIAL: dict[str, Callable[[str, Any, datetime], Q]] = {
    "decision_makers": _decision_makers,
    "active_within_days": _active_within,
    "not_asked_within_days": _not_asked_within,
    "annual_value_from": _value_from,
}


def stratum(strata: list[str]) -> Any:
    """The expression that names the group a contact is sampled in, such as "Enterprise / SE".

    Raises:
        SelectionRefused: a stratum is not one of `STRATA`.
    """
    for name in strata:
        if name not in STRATA:
            words = _("“%(name)s” is not one of %(known)s.")
            raise SelectionRefused("strata", words % {"name": name, "known": ", ".join(STRATA)})
    if not strata:
        return Value("", output_field=CharField())
    parts: list[Any] = []
    for number, name in enumerate(strata):
        if number:
            parts.append(Value(" / "))
        parts.append(Coalesce(F(STRATA[name]), Value("")))
    return Cast(Concat(*parts), CharField(max_length=200)) if len(parts) > 1 else parts[0]
