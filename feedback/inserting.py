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
    statement, lines = _plan(model, connection.vendor).told(rows)
    with connection.wrap_database_errors, connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            with cursor.copy(statement) as copy:
                for line in lines:
                    copy.write_row(line)
        else:
            cursor.executemany(statement, list(lines))
    alias = connection.alias
    for one in rows:
        state = one._state
        state.adding, state.db = False, alias


class _Plan:
    """How the rows of a model are written."""

    def __init__(self, model: type[Model], vendor: str) -> None:
        fields = [field for field in model._meta.concrete_fields if not field.generated]
        quote = connection.ops.quote_name
        self._table, self._by_copy = quote(model._meta.db_table), vendor == "postgresql"
        self._columns = [
            (field.attname, quote(str(field.column)), _writer(field, by_copy=self._by_copy), _may_be_left_out(field))
            for field in fields
        ]
        self._references = {field.attname: field.name for field in fields if isinstance(field, models.ForeignKey)}

    def told(self, rows: Sequence[Model]) -> tuple[str, Iterator[tuple[Any, ...]]]:
        """The statement, and the values of each row. They are told by column: many of one are the same.

        Of a column in which no row has anything nothing is told. A driver takes long for each `None`.
        """
        values = [vars(one) for one in rows]
        names, columns = [], []
        for attname, name, write, may_be_left_out in self._columns:
            column = [each[attname] for each in values]
            if None in column and attname in self._references:
                column = self._with_numbers(attname, rows, values)
            if may_be_left_out and column.count(None) == len(column):
                continue
            names.append(name)
            columns.append(write(column) if write else column)
        return self._statement(names), zip(*columns, strict=True)

    def _statement(self, names: Sequence[str]) -> str:
        columns = ", ".join(names)
        if self._by_copy:
            return f"COPY {self._table} ({columns}) FROM STDIN"
        marks = ", ".join(["%s"] * len(names))
        return f"INSERT INTO {self._table} ({columns}) VALUES ({marks})"  # noqa: S608

    def _with_numbers(self, attname: str, rows: Sequence[Model], values: Sequence[dict[str, Any]]) -> list[Any]:
        """Let a foreign key name what was stored after it was set."""
        name = self._references[attname]
        for one, each in zip(rows, values, strict=True):
            if each[attname] is None and (there := one._state.fields_cache.get(name)) is not None:
                each[attname] = there.pk
        return [each[attname] for each in values]


def _may_be_left_out(field: models.Field) -> bool:
    """Whether the database puts nothing into a column of which nothing is told."""
    return field.null and not field.has_db_default()


Writer = Callable[[list[Any]], list[Any]]


def _writer(field: models.Field, *, by_copy: bool) -> Writer | None:
    """What makes of a column of values what the database is told; None where they are told as they are."""
    if isinstance(field, JSONField):
        return partial(_json_once, field.encoder)
    if isinstance(field, models.DateTimeField):
        return partial(_instant_once, str if by_copy else _as_sqlite_keeps_it)
    if isinstance(field, models.BooleanField) and not by_copy and not field.null:
        return _as_numbers
    if isinstance(field, _AS_IT_IS_BY_COPY if by_copy else _AS_IT_IS):
        return None
    return lambda column: [field.get_db_prep_save(value, connection) for value in column]


def _as_sqlite_keeps_it(at: datetime) -> str:
    """An aware instant as Django writes it there, which asks of each whether it is one."""
    return str(at.astimezone(connection.timezone).replace(tzinfo=None))


def _as_numbers(column: list[Any]) -> list[int]:
    """Yes and no as SQLite keeps them; it takes the driver seven times as long to find that out."""
    return [*map(int, column)]


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
