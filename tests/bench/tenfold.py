"""What do the reports cost with ten million answers? Measured only when asked for: `--only tenfold`.

A company of a million is made as for `reports`, and nine more like it beside it, each row copied by the database: to
make ten millions one by one takes hours.
"""

from collections.abc import Iterator
from typing import Any

from django.db import connection, models

from feedback.models import Account, Contact, Invitation, Response
from loop.models import AccountOwner, Case, CaseEvent, CasePack, Outcome
from tests.bench import reports

COPIED: tuple[type[models.Model], ...] = (
    Account, AccountOwner, Contact, Invitation, Response, Case, CaseEvent, Outcome
)  # fmt: skip
COPIES = 9


def rows(*, quick: bool) -> Iterator[dict[str, Any]]:
    yield from reports.measured((10_000, 100_000 if quick else 1_000_000), grow)


def grow() -> int:
    """Put nine companies beside the one that is there, with people, answers, cases and all."""
    with connection.cursor() as cursor:
        cursor.execute("SET session_replication_role = replica")  # no triggers: all rows were checked once
        highest = {model: _highest(cursor, model) for model in COPIED}
        for model in COPIED:
            indexes = _without_indexes(cursor, model._meta.db_table)
            cursor.execute(_statement(model, highest))
            for index in indexes:
                cursor.execute(index)
        cursor.execute("SET session_replication_role = origin")
    CasePack.objects.all().delete()  # the triggers would have marked what they lack
    return 1 + COPIES


def _highest(cursor: Any, model: type[models.Model]) -> int:
    cursor.execute(f"SELECT max(id) FROM {model._meta.db_table}")
    return int(cursor.fetchone()[0])


def _without_indexes(cursor: Any, table: str) -> list[str]:
    """Drop what rows are found by; returns how each is made again, which is faster than to keep it meanwhile."""
    cursor.execute(
        "SELECT indexname, indexdef FROM pg_indexes WHERE tablename = %s AND indexdef NOT LIKE 'CREATE UNIQUE%%'",
        [table],
    )
    found = cursor.fetchall()
    for name, _made_by in found:
        cursor.execute(f'DROP INDEX "{name}"')
    return [made_by for _name, made_by in found]


def _statement(model: type[models.Model], highest: dict[type[models.Model], int]) -> str:
    fields = [field for field in model._meta.concrete_fields if not field.generated]
    names = ", ".join(field.column for field in fields)
    told = ", ".join(_copied(field, model, highest) for field in fields)
    table = model._meta.db_table
    return f"INSERT INTO {table} ({names}) SELECT {told} FROM {table}, generate_series(1, {COPIES}) AS n"


def _copied(field: Any, model: type[models.Model], highest: dict[type[models.Model], int]) -> str:
    """What stands in a copy's column: numbers beyond all that there are, other names where each may be there once."""
    to = model if field.primary_key else field.related_model
    if to in highest:
        return f"{field.column} + n * {highest[to]}"
    if isinstance(field, models.UUIDField):
        return "gen_random_uuid()"
    return f"{field.column} || '-' || n" if field.unique else field.column
