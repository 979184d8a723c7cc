"""Which page of a list comes next? By keyset: where the last one ended, so that page 1,000 costs what page 1 costs.

A cursor holds the ordering, the direction, and the value and id of the row it starts behind. It is opaque, not secret:
whatever it says, the rows come out of what the caller may see.
"""

import json
from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, NamedTuple, TypeVar

from django.db.models import F, Model, Q, QuerySet
from rest_framework.exceptions import ValidationError
from rest_framework.request import Request
from rest_framework.utils.urls import replace_query_param

Row = TypeVar("Row", bound=Model)

DEFAULT_SIZE = 50
LARGEST_SIZE = 200
LARGEST_NUMBER = 2**63 - 1  # that a database can compare with


class Order(NamedTuple):
    """What a list can be ordered by: a model field that is never null, and whether it holds times or numbers."""

    field: str
    kind: type[datetime] | type[int]


class Place(NamedTuple):
    """Behind which row a page starts, and whether it reads on or back from there."""

    value: datetime | int
    row_id: int
    backwards: bool


@dataclass(frozen=True)
class Page:
    """Rows in their order, and the addresses of the pages around them."""

    rows: list[Any]
    next: str | None
    previous: str | None


def page(rows: QuerySet[Row], ordering: str, orders: Mapping[str, Order], size: int, request: Request) -> Page:
    """The page the request's `cursor` asks for, the first one when it has none.

    Args:
        ordering: a key of `orders`, with "-" before it for descending.
        orders: what this list can be ordered by.
        size: rows at most.

    Raises:
        ValidationError: the cursor is damaged, or belongs to another ordering.
    """
    text = request.query_params.get("cursor")
    descending = ordering.startswith("-")
    field, kind = orders[ordering.removeprefix("-")]
    place = _read(text, ordering, kind) if text else None
    backwards = place is not None and place.backwards
    placed: QuerySet[Any] = rows.annotate(cursor_value=F(field))
    if place is not None:
        placed = placed.filter(_beyond(place, falling=descending != backwards))
    sign = "-" if descending != backwards else ""
    found: list[Any] = list(placed.order_by(f"{sign}{field}", f"{sign}pk")[: size + 1])
    more, found = len(found) > size, found[:size]
    if backwards:
        found.reverse()
    has_next, has_previous = (True, more) if backwards else (more, place is not None)

    def address(row: Any, *, back: bool) -> str:
        cursor = _write(ordering, Place(row.cursor_value, row.pk, back))
        return replace_query_param(request.build_absolute_uri(), "cursor", cursor)

    return Page(
        found,
        address(found[-1], back=False) if has_next and found else None,
        address(found[0], back=True) if has_previous and found else None,
    )


def _beyond(place: Place, *, falling: bool) -> Q:
    """Rows behind the place. The first condition says nothing new; it is what lets an index be used."""
    side = "lt" if falling else "gt"
    return Q((f"cursor_value__{side}e", place.value)) & (
        Q((f"cursor_value__{side}", place.value)) | Q(("cursor_value", place.value), (f"pk__{side}", place.row_id))
    )


def _write(ordering: str, place: Place) -> str:
    value = place.value.isoformat() if isinstance(place.value, datetime) else place.value
    text = json.dumps([ordering, value, place.row_id, place.backwards], separators=(",", ":"))
    return urlsafe_b64encode(text.encode()).decode().rstrip("=")


def _read(cursor: str, ordering: str, kind: type) -> Place:
    try:
        padded = cursor.encode("ascii") + b"=" * (-len(cursor) % 4)
        written_for, value, row_id, backwards = json.loads(urlsafe_b64decode(padded))
        if written_for != ordering:
            raise ValidationError({"cursor": ["This cursor belongs to a list in another order."]})
        return Place(_moment(value) if kind is datetime else _number(value), _number(row_id), bool(backwards))
    except (ValueError, TypeError, RecursionError, OverflowError):
        raise ValidationError({"cursor": ["This is not a cursor of this list."]}) from None


def _moment(value: Any) -> datetime:
    moment = datetime.fromisoformat(value)
    if moment.tzinfo is None:
        raise ValueError(value)
    return moment.astimezone(UTC)


def _number(value: Any) -> int:
    if isinstance(value, bool) or not isinstance(value, int) or abs(value) > LARGEST_NUMBER:
        raise ValueError(value)
    return value
