"""How are many new rows stored fast, so that two who store the same ones at once do not wait for each other for ever?

By COPY on PostgreSQL, by one prepared statement on SQLite: less work than `bulk_create`. Their numbers are drawn
before, so that rows which name each other can be put together first and stored one table after the other.

A row that two people bring makes the second wait for the first. If each waits for a row of the other, PostgreSQL ends
one of them. All bring their rows in one order, therefore, whatever order they were told in.
"""

from collections.abc import Callable, Iterable, Sequence
from functools import cache
from operator import attrgetter
from typing import Any, TypeVar

from django.db import DatabaseError, IntegrityError, connection, models, transaction
from django.db.models import Model

TRIES = 3  # each time another sender was first with one of the rows, which is then found
_DEADLOCK = "40P01"

# What COPY takes as it is; the values of other fields are asked of Django first.
_AS_IT_IS = (
    models.BooleanField, models.CharField, models.DateTimeField, models.ForeignKey, models.IntegerField,
    models.TextField, models.UUIDField,
)  # fmt: skip

_AS_IT_IS_IN_SQLITE = (
    models.BooleanField, models.CharField, models.ForeignKey, models.IntegerField, models.TextField,
)  # fmt: skip

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
        for one, number in zip(new, _numbers(model, len(new)), strict=True):
            one.pk = number
        if connection.vendor == "postgresql" and key:  # SQLite has one writer, who waits for nobody
            new = sorted(new, key=key)
        _write(model, new)


def _numbers(model: type[Model], count: int) -> Iterable[int]:
    """So many numbers of rows that nobody else gets."""
    table = model._meta.db_table
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            drawn = "SELECT nextval(pg_get_serial_sequence(%s, 'id')) FROM generate_series(1, %s)"
            cursor.execute(drawn, [table, count])
            return [number for (number,) in cursor.fetchall()]
        cursor.execute("SELECT coalesce(max(seq), 0) FROM sqlite_sequence WHERE name = %s", [table])
        last = int(cursor.fetchone()[0])
        return range(last + 1, last + 1 + count)


def _write(model: type[ModelT], rows: Sequence[ModelT]) -> None:
    plan = _plan(model)
    with connection.wrap_database_errors, connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            with cursor.copy(plan.statement) as copy:
                for one in rows:
                    copy.write_row(plan.line(one))
        else:
            cursor.executemany(plan.statement, [plan.line(one) for one in rows])
    for one in rows:
        one._state.adding, one._state.db = False, connection.alias


class _Plan:
    """How the rows of a model are written."""

    def __init__(self, model: type[Model]) -> None:
        fields = [field for field in model._meta.concrete_fields if not field.generated]
        quote = connection.ops.quote_name
        columns = ", ".join(quote(str(field.column)) for field in fields)
        self.statement = f"COPY {quote(model._meta.db_table)} ({columns}) FROM STDIN"
        as_it_is: tuple[type[models.Field], ...] = _AS_IT_IS
        if connection.vendor != "postgresql":
            marks = ", ".join(["%s"] * len(fields))
            self.statement = f"INSERT INTO {quote(model._meta.db_table)} ({columns}) VALUES ({marks})"  # noqa: S608
            as_it_is = _AS_IT_IS_IN_SQLITE
        self._values = attrgetter(*(field.attname for field in fields))
        self._references = [field for field in fields if isinstance(field, models.ForeignKey)]
        self._asked = [(place, field) for place, field in enumerate(fields) if not isinstance(field, as_it_is)]

    def line(self, one: Model) -> list[Any]:
        for reference in self._references:
            if getattr(one, reference.attname) is None and (there := reference.get_cached_value(one, default=None)):
                setattr(one, reference.attname, there.pk)
        values = list(self._values(one))
        for place, field in self._asked:
            values[place] = field.get_db_prep_save(values[place], connection)
        return values


_plan = cache(_Plan)


def was_overtaken(error: DatabaseError) -> bool:
    """Whether somebody else has just stored one of the rows, so that looking again will find it."""
    return isinstance(error, IntegrityError) or getattr(error.__cause__, "sqlstate", "") == _DEADLOCK
