"""How are many new rows stored fast, so that two who store the same ones at once do not wait for each other for ever?

By COPY on PostgreSQL, by one prepared statement on SQLite: less work than `bulk_create`. Their numbers are drawn
before, so that rows which name each other can be put together first and stored one table after the other.

A row that two people bring makes the second wait for the first. If each waits for a row of the other, PostgreSQL ends
one of them. All bring their rows in one order, therefore, whatever order they were told in.
"""

import json
from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import datetime
from functools import cache, partial
from typing import Any, TypeVar

from django.db import DatabaseError, IntegrityError, connection, models, transaction
from django.db.models import JSONField, Model

TRIES = 3  # each time another sender was first with one of the rows, which is then found
_DEADLOCK = "40P01"

# What is taken as it is; the values of other fields are asked of Django first.
_AS_IT_IS = (
    models.BooleanField, models.CharField, models.ForeignKey, models.IntegerField, models.TextField,
)  # fmt: skip
_AS_IT_IS_BY_COPY = (*_AS_IT_IS, models.UUIDField)

ModelT = TypeVar("ModelT", bound=Model)


def insert_all(model: type[ModelT], new: Sequence[ModelT], key: Callable[[ModelT], Any] | None = None) -> None:
    """Store these rows by one statement; their ids rise in the order they are given in.

    A foreign key to a row that had no number yet when it was set takes the number from there.

    Args:
        key: what others may bring as well, such as an external id; rows are inserted in its order.

    Raises:
        DatabaseError: the database takes one of them not; none is stored.
    """
    if not new:
        return
    with transaction.atomic(savepoint=False):  # on SQLite nobody else writes from here on, so numbers stay free
        key_name = str(model._meta.pk.attname)
        for one, number in zip(new, _numbers(model, len(new)), strict=True):
            vars(one)[key_name] = number
        if connection.vendor == "postgresql" and key:  # SQLite has one writer, who waits for nobody
            new = sorted(new, key=key)
        _write(model, new)


def _numbers(model: type[Model], count: int) -> Iterable[int]:
    """So many numbers of rows that nobody else gets."""
    table = model._meta.db_table
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            # As one value, and with the name of the sequence looked up once.
            drawn = (
                "SELECT array_agg(nextval((SELECT pg_get_serial_sequence(%s, 'id')::regclass))) "
                "FROM generate_series(1, %s)"
            )
            cursor.execute(drawn, [table, count])
            return list(cursor.fetchone()[0])
        cursor.execute("SELECT coalesce(max(seq), 0) FROM sqlite_sequence WHERE name = %s", [table])
        last = int(cursor.fetchone()[0])
        return range(last + 1, last + 1 + count)


def _write(model: type[ModelT], rows: Sequence[ModelT]) -> None:
    plan = _plan(model, connection.vendor)
    lines = plan.lines(rows)
    with connection.wrap_database_errors, connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            with cursor.copy(plan.statement) as copy:
                for line in lines:
                    copy.write_row(line)
        else:
            cursor.executemany(plan.statement, list(lines))
    alias = connection.alias
    for one in rows:
        state = one._state
        state.adding, state.db = False, alias


class _Plan:
    """How the rows of a model are written."""

    def __init__(self, model: type[Model], vendor: str) -> None:
        fields = [field for field in model._meta.concrete_fields if not field.generated]
        quote = connection.ops.quote_name
        columns = ", ".join(quote(str(field.column)) for field in fields)
        if vendor == "postgresql":
            self.statement = f"COPY {quote(model._meta.db_table)} ({columns}) FROM STDIN"
            as_it_is: tuple[type[models.Field], ...] = _AS_IT_IS_BY_COPY
        else:
            marks = ", ".join(["%s"] * len(fields))
            self.statement = f"INSERT INTO {quote(model._meta.db_table)} ({columns}) VALUES ({marks})"  # noqa: S608
            as_it_is = _AS_IT_IS
        self._columns = [(field.attname, _writer(field, as_it_is)) for field in fields]
        self._references = [(field.name, field.attname) for field in fields if isinstance(field, models.ForeignKey)]

    def lines(self, rows: Sequence[Model]) -> Iterator[tuple[Any, ...]]:
        """The values of each row, in the order of the columns. They are told by column: many of one are the same."""
        told = [vars(one) for one in rows]
        self._take_numbers(rows, told)
        columns = []
        for name, write in self._columns:
            column = [values[name] for values in told]
            columns.append(write(column) if write else column)
        return zip(*columns, strict=True)

    def _take_numbers(self, rows: Sequence[Model], told: Sequence[dict[str, Any]]) -> None:
        """Let foreign keys name what was stored after they were set."""
        for name, attname in self._references:
            for one, values in zip(rows, told, strict=True):
                if values[attname] is None and (there := one._state.fields_cache.get(name)) is not None:
                    values[attname] = there.pk


Writer = Callable[[list[Any]], list[Any]]


def _writer(field: models.Field, as_it_is: tuple[type[models.Field], ...]) -> Writer | None:
    """What makes of a column of values what the database is told; None where they are told as they are."""
    if isinstance(field, JSONField):
        return partial(_json_once, field.encoder)
    if isinstance(field, models.DateTimeField):
        adapt: Callable[[datetime], Any] = connection.ops.adapt_datetimefield_value
        return partial(_instant_once, str if connection.vendor == "postgresql" else adapt)
    if isinstance(field, as_it_is):
        return None
    return lambda column: [field.get_db_prep_save(value, connection) for value in column]


def _json_once(encoder: type[json.JSONEncoder] | None, column: list[Any]) -> list[str | None]:
    """Each value as JSON; what rows of one mould share is written once."""
    values = {id(value): value for value in column}
    written = {key: None if value is None else json.dumps(value, cls=encoder) for key, value in values.items()}
    return [written[id(value)] for value in column]


def _instant_once(write: Callable[[datetime], Any], column: list[datetime | None]) -> list[Any]:
    """Each instant as it is written, which takes long, and many are the same."""
    written = {at: None if at is None else write(at) for at in {*column}}
    return [written[at] for at in column]


_plan = cache(_Plan)


def was_overtaken(error: DatabaseError) -> bool:
    """Whether somebody else has just stored one of the rows, so that looking again will find it."""
    return isinstance(error, IntegrityError) or getattr(error.__cause__, "sqlstate", "") == _DEADLOCK
