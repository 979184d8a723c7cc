"""How are a few numbers of very many rows read? As one block of bytes where the database can make one.

Row by row, most of the time of reading a hundred thousand of them goes into making each number out of text.
"""

from typing import Any

import numpy as np
from django.db import connections
from django.db.models import Aggregate, BigIntegerField, BinaryField, Expression, F, Func, QuerySet
from django.db.models.functions import Cast
from numpy.typing import NDArray

#: Stands where a row has nothing.
NONE = -(2**63)


class _Eight(Func):
    """A whole number as eight bytes, the highest first."""

    template = f"int8send(COALESCE(%(expressions)s, {NONE}))"
    output_field = BinaryField()


class _Block(Aggregate):
    """The numbers of all rows, row after row."""

    template = "STRING_AGG(%(expressions)s, ''::bytea)"
    arg_joiner = " || "
    output_field = BinaryField()
    allow_order_by = False


def numbers(rows: QuerySet[Any], *columns: str | Expression | F) -> NDArray[np.int64]:
    """Whole numbers of these rows, in no order: one array line a row, `NONE` where there is nothing.

    Args:
        columns: paths or expressions of whole numbers.
    """
    wide = len(columns)
    plain = rows.order_by()
    if connections[rows.db].vendor == "postgresql":
        parts = [_Eight(Cast(column, BigIntegerField())) for column in columns]
        block = plain.aggregate(block=_Block(*parts))["block"]
        return np.frombuffer(bytes(block or b""), ">i8").reshape(-1, wide).astype(np.int64)
    lines = [[NONE if value is None else value for value in line] for line in plain.values_list(*columns).iterator()]
    return np.array(lines, dtype=np.int64).reshape(-1, wide)


def with_gaps(column: NDArray[np.int64]) -> NDArray[np.float64]:
    """The same with NaN where there is nothing."""
    return np.where(column == NONE, np.nan, column)
