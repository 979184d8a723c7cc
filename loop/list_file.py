"""How does a list leave as a file? As CSV, however long it is, or as a workbook for whoever wants to look at it."""

from collections.abc import Iterable, Sequence
from typing import Any

from django.core.exceptions import BadRequest
from django.http import HttpResponseBase
from django.utils.translation import gettext as _

from loop import csv_lines, workbook
from loop.workbook import TooManyRows

FORMATS = ("csv", "xlsx")


def answer(name: str, head: Sequence[str], rows: Iterable[Sequence[Any]], *, kind: str) -> HttpResponseBase:
    """The list as a download.

    Args:
        name: of the file, without its ending.
        kind: one of `FORMATS`.

    Raises:
        BadRequest: a workbook does not hold so many rows.
    """
    if kind == "csv":
        return csv_lines.answer(f"{name}.csv", head, rows)
    try:
        return workbook.list_answer(f"{name}.xlsx", head, rows)
    except TooManyRows:
        told = {"limit": workbook.MOST_ROWS}
        raise BadRequest(_("A workbook of Loop holds %(limit)d rows; take the CSV file.") % told) from None
