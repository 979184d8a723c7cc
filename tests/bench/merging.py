"""What could the database do with the rows of a file, read by Python's csv, staged, and merged by SQL alone?

Nothing is checked, decided or computed: all that is looked up is who answered, whether the answer is new, and whose
account it is. Into which tables, `tables_alike` and `tables_bare` say.
"""

import csv
from collections.abc import Sequence
from itertools import islice
from pathlib import Path
from typing import Any

from django.db import connection, transaction

CHUNK = 50_000  # rows in one transaction


def merge(path: Path, statements: Sequence[str]) -> None:
    """Put the answers of a file into tables, by these statements from the table `staged`."""
    with path.open(encoding="utf-8", newline="") as file:
        lines = csv.reader(file)
        next(lines)
        while rows := list(islice(lines, CHUNK)):
            with transaction.atomic(), connection.cursor() as cursor:
                _stage(cursor, rows)
                for statement in statements:
                    cursor.execute(statement)


def make(tables: Sequence[str], statements: Sequence[str]) -> None:
    """Make these tables and the staging table, empty, whether they were there or not."""
    with connection.cursor() as cursor:
        for name in (*reversed(tables), "staged"):
            cursor.execute(f"DROP TABLE IF EXISTS {name}")
        cursor.execute("CREATE TABLE staged (external_id TEXT, score INTEGER, comment TEXT, at TEXT, email TEXT)")
        for statement in statements:
            cursor.execute(statement)


def _stage(cursor: Any, rows: list[list[str]]) -> None:
    cursor.execute("DELETE FROM staged" if connection.vendor == "sqlite" else "TRUNCATE staged")
    if connection.vendor == "postgresql":
        with cursor.copy("COPY staged (external_id, score, comment, at, email) FROM STDIN") as copy:
            for row in rows:
                copy.write_row(row)
        cursor.execute("ANALYZE staged")
    else:
        cursor.executemany("INSERT INTO staged VALUES (%s, %s, %s, %s, %s)", rows)
