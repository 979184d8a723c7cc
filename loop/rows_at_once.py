"""How are many rows of a file stored together, when one of them may be at fault and the others must not be lost?"""

import gc
import logging
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from itertools import islice
from typing import TypeVar

from django.db import DatabaseError, InterfaceError, OperationalError, connection, transaction
from django.utils import translation
from django.utils.translation import gettext as _

from feedback import inserting

#: Rows in one transaction, by the kind of database. SQLite has one writer; for longer than a second it is not held.
CHUNK = {"sqlite": 2_000, "postgresql": 4_000}

logger = logging.getLogger(__name__)

RowT = TypeVar("RowT")
OutcomeT = TypeVar("OutcomeT")


def chunks(rows: Iterator[RowT]) -> Iterator[list[RowT]]:
    """Yield the rows, as many at a time as go into one transaction.

    While some are stored the next are read, in a thread: whoever stores waits for the database a good part of the time.
    """
    number, language = CHUNK[connection.vendor], translation.get_language()

    def following() -> list[RowT]:
        with translation.override(language):
            return list(islice(rows, number))

    with ThreadPoolExecutor(1) as reader:
        coming = reader.submit(following)
        while chunk := coming.result():
            coming = reader.submit(following)
            yield chunk
            gc.collect(0)  # cases and answers name each other; of all else nothing is left to be looked through


def by_halves(
    rows: list[RowT], store: Callable[[list[RowT]], list[OutcomeT]], fault: Callable[[RowT], OutcomeT]
) -> Iterator[list[OutcomeT]]:
    """Store these rows in savepoints as large as can be, in the caller's transaction; yield what became of them.

    Args:
        store: stores rows and says what became of each; an exception takes back what it has written.
        fault: what is said of a single row that `store` cannot take.

    Raises:
        OperationalError, InterfaceError: the database does not work; no row is at fault for that.
    """
    try:
        outcomes = _together(rows, store)
    except Exception as error:
        if isinstance(error, InterfaceError) or (
            isinstance(error, OperationalError) and not inserting.was_overtaken(error)
        ):
            raise
        if len(rows) == 1:
            logger.exception("a row of a file could not be stored")
            yield [fault(rows[0])]
            return
    else:
        yield outcomes
        return
    middle = len(rows) // 2
    for half in (rows[:middle], rows[middle:]):
        yield from by_halves(half, store, fault)


def _together(rows: list[RowT], store: Callable[[list[RowT]], list[OutcomeT]]) -> list[OutcomeT]:
    for _again in range(inserting.TRIES - 1):
        try:
            with transaction.atomic():
                return store(rows)
        except DatabaseError as error:
            if not inserting.was_overtaken(error):
                raise
    with transaction.atomic():
        return store(rows)


def our_fault() -> str:
    """What is said of a row that cannot be stored for a reason nobody thought of."""
    return _("Something went wrong on our side with this row; the log says what.")
