"""How is a value of a column written as JSON, the same from every database, and read back?"""

import json
import re
from collections.abc import Mapping
from datetime import UTC, date, datetime, time
from decimal import Decimal
from typing import Any
from uuid import UUID

from django.db.models import Field

from loop.whole import Refused
from loop.whole.tables import Whole

#: What stands in an address of ours and opens something: 20 letters or more without a break.
_OPENS = re.compile(r"(?<=[/=:])[\w-]{20,}(?=$|[/?&:.\"'\s<>)\]])", re.ASCII)
CUT = "…"

_READ = {
    "DateTimeField": datetime.fromisoformat,
    "DateField": date.fromisoformat,
    "TimeField": time.fromisoformat,
    "DecimalField": Decimal,
    "UUIDField": UUID,
}


def line(table: Whole, row: tuple[Any, ...]) -> bytes:
    """One row as a line of JSON, its names in order."""
    told = {
        column.attname: without_links(value) if column.name in table.links else value
        for column, value in zip(table.columns, row, strict=True)
    }
    text = json.dumps(told, default=_plain, sort_keys=True, ensure_ascii=False, separators=(",", ":"))
    return f"{text}\n".encode()


def without_links(text: str) -> str:
    """The text with what opens a page cut out of the addresses in it."""
    return re.sub(r"https?://\S+", lambda found: _OPENS.sub(CUT, found[0]), text)


def read(table: Whole, written: bytes) -> dict[str, Any]:
    """The values of a line by the attributes of the model, with those that never leave filled in.

    Raises:
        Refused: it is no row of this table.
    """
    try:
        told = json.loads(written)
        row = {column.attname: _value(column, told.pop(column.attname)) for column in table.columns}
    except (ValueError, TypeError, KeyError, ArithmeticError, AttributeError, RecursionError) as error:
        raise Refused(f"{table.name} holds a line that is no row of this table: {error!r}.") from error
    if told:
        raise Refused(f"{table.name} has a column this Loop does not know: {next(iter(told))}.")
    return row | _filled(table, row)


def _filled(table: Whole, row: Mapping[str, Any]) -> dict[str, Any]:
    return {name: fill(row) for name, fill in table.secrets.items()}


def _plain(value: Any) -> Any:
    if isinstance(value, datetime):
        return value.astimezone(UTC).isoformat()
    if isinstance(value, date | time):
        return value.isoformat()
    if isinstance(value, Decimal | UUID):
        return str(value)
    raise TypeError(f"There is no way to write {type(value).__name__}.")


def _value(column: "Field[Any, Any]", told: Any) -> Any:
    kind = (column.target_field if column.is_relation else column).get_internal_type()  # type: ignore[attr-defined]
    return _READ[kind](told) if told is not None and kind in _READ else told
