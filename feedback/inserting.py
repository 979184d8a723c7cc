"""How are many new rows stored, so that two who store the same ones at once do not wait for each other for ever?

A row that two of them bring makes the second wait for the first. If each waits for a row of the other, PostgreSQL ends
one of them. All bring their rows in one order, therefore, whatever order they were told in.
"""

from collections.abc import Callable, Sequence
from typing import Any, TypeVar

from django.db import DatabaseError, IntegrityError, connection
from django.db.models import Model

TRIES = 3  # each time another sender was first with one of the rows, which is then found
_DEADLOCK = "40P01"

ModelT = TypeVar("ModelT", bound=Model)


def insert_all(model: type[ModelT], new: Sequence[ModelT], key: Callable[[ModelT], Any]) -> None:
    """Store these rows by one statement; their ids rise in the order they are given in.

    Args:
        key: what others may bring as well, such as an external id; rows are inserted in its order.
    """
    if not new:
        return
    if connection.vendor == "postgresql":  # SQLite has one writer, who waits for nobody
        with connection.cursor() as cursor:
            numbers = "SELECT nextval(pg_get_serial_sequence(%s, 'id')) FROM generate_series(1, %s)"
            cursor.execute(numbers, [model._meta.db_table, len(new)])
            for one, (number,) in zip(new, cursor.fetchall(), strict=True):
                one.pk = number
        new = sorted(new, key=key)
    model._default_manager.bulk_create(new)


def was_overtaken(error: DatabaseError) -> bool:
    """Whether somebody else has just stored one of the rows, so that looking again will find it."""
    return isinstance(error, IntegrityError) or getattr(error.__cause__, "sqlstate", "") == _DEADLOCK
