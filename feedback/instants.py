"""When was it, as one whole number? Instants of many rows, without making a date of each."""

from datetime import UTC, datetime, timedelta
from typing import Any

from django.db.models import BigIntegerField, DateTimeField, Func, Value

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
MICROSECOND = timedelta(microseconds=1)


class Microseconds(Func):
    """A time as microseconds since 1970, UTC: exactly what is stored."""

    template = "CAST(EXTRACT(EPOCH FROM %(expressions)s) * 1000000 AS bigint)"
    output_field = BigIntegerField()

    def as_sqlite(self, compiler: Any, connection: Any, **context: Any) -> Any:
        # Stored as text in UTC: whole seconds, and behind the point as many digits as were needed.
        seconds = "CAST(strftime('%%%%s', substr(%(expressions)s, 1, 19)) AS integer) * 1000000"
        fraction = "CAST(substr(substr(%(expressions)s, 21) || '000000', 1, 6) AS integer)"
        return self.as_sql(compiler, connection, template=f"({seconds} + {fraction})", **context)


class Written(Value):
    """An aware instant as part of the statement itself, where much depends on how long ago it is.

    PostgreSQL plans a statement that it has prepared for any value there may be; for a year of three million questions
    that plan took ten times as long as the one for this year.
    """

    def __init__(self, at: datetime) -> None:
        super().__init__(at, output_field=DateTimeField())

    def as_postgresql(self, compiler: Any, connection: Any) -> tuple[str, tuple[()]]:
        return f"'{self.value.isoformat()}'::timestamptz", ()


def microseconds(at: datetime) -> int:
    """The same of one instant, aware."""
    return (at - EPOCH) // MICROSECOND
