"""Which reports are there? By name: the page, its figures for a reader, and the same as tables."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from loop.models import User
from loop.report_pages import following_up, goals, nps, overview, people, recovery, responses, revenue
from loop.report_pages.table import Table
from loop.reporting.filters import ReportFilters


@dataclass(frozen=True)
class Report:
    """One report.

    Attributes:
        address: the name of its page among the addresses.
        figures: what the page shows a reader, by the names its template knows; the last argument has the parameters
            that are the report's own.
        tables: the same, as far as it is figures.
        own: those parameters.
        has_filters: whether the filters that reports share narrow it.
    """

    name: str
    title: Promise | str
    address: str
    figures: Callable[[User, ReportFilters, datetime, Mapping[str, str]], dict[str, Any]]
    tables: Callable[[dict[str, Any], ReportFilters], list[Table]]
    own: tuple[str, ...] = ()
    has_filters: bool = True


ALL = (
    Report("overview", _("Overview"), "reports", overview.figures, overview.tables),
    Report("nps", _("NPS"), "report-nps", nps.figures, nps.tables),
    Report("responses", _("Who answers"), "report-responses", responses.figures, responses.tables),
    Report(
        "planner",
        _("How many answers are enough?"),
        "report-planner",
        responses.planner_figures,
        responses.planner_tables,
        ("width", "change", "population"),
    ),
    Report("loop", _("Following up"), "report-loop", following_up.figures, following_up.tables),
    Report("recovery", _("Recovery"), "report-recovery", recovery.figures, recovery.tables, ("change",)),
    Report("people", _("People"), "report-people", people.figures, people.tables),
    Report("integrity", _("Integrity"), "report-integrity", people.integrity_figures, people.integrity_tables),
    Report("revenue", _("Revenue"), "report-revenue", revenue.figures, revenue.tables, ("part", "currency", "page")),
    Report("goals", _("Goals"), "goals", goals.figures, goals.tables, has_filters=False),
)
BY_NAME = {report.name: report for report in ALL}
