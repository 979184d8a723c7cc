"""How does a report leave as a file? Its tables with what they are about, as CSV or as a workbook."""

from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import Any

from django.http import HttpResponseBase
from django.utils import timezone
from django.utils.translation import gettext as _

from loop import csv_lines, workbook
from loop.models import User
from loop.report_pages import filter_words
from loop.report_pages.catalogue import Report
from loop.report_pages.table import Cell, Number, Table
from loop.reporting.filters import ReportFilters
from loop.templatetags.display import exact

FORMATS = ("csv", "xlsx")


def answer(
    report: Report, figures: dict[str, Any], filters: ReportFilters, *, reader: User, now: datetime, kind: str
) -> HttpResponseBase:
    """What stands on the page of `report` as a download.

    Args:
        figures: what `report.figures` found for this reader.
        kind: one of `FORMATS`.
    """
    about = about_of(report, filters, reader, now)
    tables = report.tables(figures, filters)
    filename = f"loop-{report.name}-{filters.first.isoformat()}-{filters.last.isoformat()}.{kind}"
    if kind == "xlsx":
        return workbook.answer(filename, about, tables)
    head, *rest = about
    return csv_lines.answer(filename, head, list(_lines(rest, tables)))  # now, in the reader's language


def about_of(report: Report, filters: ReportFilters, reader: User, now: datetime) -> list[tuple[str, str]]:
    """Which report, which filters, whose and from when; the first line is its title."""
    made = exact(timezone.localtime(now))
    words = filter_words.in_words(filters, reader) if report.has_filters else []
    return [(_("Report"), str(report.title)), *words, (_("Made"), made)]


def _lines(about: Sequence[tuple[str, str]], tables: Sequence[Table]) -> Iterator[Sequence[Any]]:
    """The tables one below the other, an empty line between them."""
    yield from about
    for table in tables:
        yield ()
        yield (table.title,)
        yield table.head
        for row in table.rows:
            yield [_plain(cell) for cell in row]
        if table.note:
            yield (table.note,)


def _plain(cell: Cell) -> Any:
    return cell.plain if isinstance(cell, Number) else cell
