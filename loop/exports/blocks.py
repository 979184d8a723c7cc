"""How are very many rows read, some thousand at a time, without the database and us waiting for each other in turn?

PostgreSQL puts the next block together while whoever asked works on the one before. One statement, so all of it is as
it was at one moment; never more than two blocks are held.
"""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from itertools import islice
from typing import Any

from django.db import connection
from django.db.models import QuerySet

AT_ONCE = 5_000

Block = list[tuple[Any, ...]]


def blocks(rows: QuerySet[Any, tuple[Any, ...]]) -> Iterator[Block]:
    """The rows of a `values_list` whose values need nothing done in Python, such as text and whole numbers."""
    if connection.vendor == "postgresql":
        yield from _fetched_ahead(rows)
        return
    found = rows.iterator(chunk_size=AT_ONCE)
    while several := list(islice(found, AT_ONCE)):
        yield several


def _fetched_ahead(rows: QuerySet[Any, tuple[Any, ...]]) -> Iterator[Block]:
    """The thread does nothing but wait for the server; the driver lets one at a time use the connection."""
    statement, params = rows.query.sql_with_params()
    with connection.chunked_cursor() as cursor, ThreadPoolExecutor(1) as waiting:
        cursor.execute(statement, params)
        driver = cursor.cursor
        coming = waiting.submit(driver.fetchmany, AT_ONCE)
        while True:
            with connection.wrap_database_errors:
                several: Block = coming.result()
            if not several:
                return
            coming = waiting.submit(driver.fetchmany, AT_ONCE)
            yield several
