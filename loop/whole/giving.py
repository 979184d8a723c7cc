"""How does everything leave, as it was at one moment, while work goes on?"""

import hashlib
import json
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from django.db import connection, transaction
from django.db.migrations.recorder import MigrationRecorder

from loop.whole import FORMAT, MANIFEST, tables, values
from loop.whole.places import Giving

AT_ONCE = 2_000


def give(path: Path, *, now: datetime) -> dict[str, int]:
    """Write every table to `path`: an archive where it ends in .zip, else a folder. Returns the rows of each file.

    Raises:
        Refused: something is there already.
    """
    place = Giving(path)
    try:
        with one_moment():
            told = {table.name: _write(place, table) for table in tables.tables()}
            manifest = _manifest(told, now)
        with place.file(MANIFEST) as file:
            file.write(json.dumps(manifest, indent=1, ensure_ascii=False, sort_keys=True).encode() + b"\n")
        place.finish()
    except BaseException:
        place.give_up()
        raise
    return {name: one["rows"] for name, one in told.items()}


@contextmanager
def one_moment() -> Iterator[None]:
    """All that is read within is as it was when it began; nobody who writes meanwhile waits."""
    mode = getattr(connection, "transaction_mode", None)
    if connection.vendor == "sqlite":  # ours begin by taking the lock for writing, which this does not need
        connection.transaction_mode = "DEFERRED"  # type: ignore[attr-defined]
    try:
        with transaction.atomic():
            if connection.vendor == "postgresql":
                with connection.cursor() as cursor:
                    cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ READ ONLY")
            yield
    finally:
        if connection.vendor == "sqlite":
            connection.transaction_mode = mode  # type: ignore[attr-defined]


def migrations() -> dict[str, list[str]]:
    """What this database has been through, by package."""
    applied = sorted(MigrationRecorder(connection).applied_migrations())
    return {app: [name for of, name in applied if of == app] for app in tables.OURS}


def _write(place: Giving, table: tables.Whole) -> dict[str, Any]:
    rows, digest = 0, hashlib.sha256()
    names = [column.attname for column in table.columns]
    found = table.model._base_manager.order_by("pk").values_list(*names).iterator(chunk_size=AT_ONCE)
    with place.file(table.name) as file:
        for row in found:
            line = values.line(table, row)
            digest.update(line)
            file.write(line)
            rows += 1
    return {"rows": rows, "sha256": digest.hexdigest()}


def _manifest(told: dict[str, Any], now: datetime) -> dict[str, Any]:
    every = list(tables.tables())
    return {
        "format": FORMAT,
        "made_at": now.astimezone(UTC).isoformat(),
        "made_from": connection.vendor,
        "migrations": migrations(),
        "tables": told,
        "tables_left_out": tables.LEFT_OUT,
        "columns_left_out": {one.name: sorted(one.secrets) for one in every if one.secrets},
        "links_cut_out_of": {one.name: sorted(one.links) for one in every if one.links},
    }
