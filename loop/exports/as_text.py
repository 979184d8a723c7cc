"""How do times and truths stand in a file that is read back? Written by the database: there may be many."""

from typing import Any

from django.db.models import CharField, Func, Value
from django.db.models.expressions import Case, When


class Utc(Func):
    """A time as "2026-11-30 14:05:00.000000Z", to the microsecond and the same on every database; empty for none."""

    output_field = CharField()

    def __init__(self, field: str) -> None:
        super().__init__(field)

    def as_sqlite(self, compiler: Any, connection: Any, **extra: Any) -> tuple[str, Any]:
        # It keeps times as text in UTC, without a fraction where that is nothing.
        template = "COALESCE(SUBSTR(%(expressions)s || '.000000', 1, 26) || 'Z', '')"
        return super().as_sql(compiler, connection, template=template, **extra)

    def as_postgresql(self, compiler: Any, connection: Any, **extra: Any) -> tuple[str, Any]:
        template = "COALESCE(TO_CHAR(%(expressions)s AT TIME ZONE 'UTC', 'YYYY-MM-DD HH24:MI:SS.US') || 'Z', '')"
        return super().as_sql(compiler, connection, template=template, **extra)


def yes(field: str) -> Case:
    """1 or 0."""
    return Case(When(**{field: True}, then=Value("1")), default=Value("0"))
