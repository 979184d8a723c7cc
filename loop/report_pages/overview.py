"""Are we getting better, and where not? The overview: one figure of each report."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.utils.translation import gettext as _

from loop.models import User
from loop.report_pages import nps, recovery
from loop.report_pages.goals import goals_table
from loop.report_pages.lines import figures_table, interval_cells, line, share_line
from loop.report_pages.table import Cell, Table, percent
from loop.reporting.filters import ReportFilters
from loop.reporting.goals import goals_of
from loop.reporting.loop_metrics import CONTACT_GOAL, LoopShares, loop_shares
from loop.reporting.nps import nps_overview
from loop.reporting.recovery import recovery_report
from loop.reporting.responses import ResponseReport, response_report

#: Each figure of the overview is one of a report's.
READS: Mapping[str, Callable[[User | None, ReportFilters, datetime], Any]] = {
    "nps": nps_overview,
    "loop": loop_shares,
    "recovery": recovery_report,
    "responses": response_report,
}


@dataclass(frozen=True)
class Overview:
    """The figures of the overview, as each report tells its own."""

    found: Mapping[str, Any]

    def as_dict(self) -> dict[str, object]:
        reports = {name: self.found[name].as_dict() for name in READS}
        return {**reports, "goals": [goal.as_dict() for goal in self.found["goals"]]}


def overview(user: User | None, filters: ReportFilters, now: datetime) -> Overview:
    """The same as data, for what `user` may see; None is a machine that may read."""
    return Overview(figures(user, filters, now, {}))


def figures(user: User | None, filters: ReportFilters, now: datetime, own: Mapping[str, str]) -> dict[str, Any]:
    """Five figures with their uncertainty, what waits too long, and whether following up works."""
    found: dict[str, Any] = {name: read(user, filters, now) for name, read in READS.items()}
    found["goals"] = goals_of(user, now, filters, most=1)
    return {**found, "contact_goal": CONTACT_GOAL}


def tables(found: dict[str, Any], filters: ReportFilters) -> list[Table]:
    """The five figures, the NPS by row, the teams that wait, and the verdict on following up."""
    lines = [*nps.figure_lines(found["nps"]), *_answered(found["responses"]), *_followed_up(found["loop"])]
    lines.append(recovery.compared_line(found["recovery"].comparison))
    told = [figures_table(*lines), *nps.rows_tables(found["nps"], filters)]
    if found["goals"]:
        told.append(goals_table(found["goals"]))
    return [*told, _waiting(found["loop"]), recovery.verdict(found["recovery"])]


def _answered(found: ResponseReport) -> list[list[Cell]]:
    lines = [share_line(_("Response rate"), found.answered)]
    if found.bounds is not None:
        lines.append(line(_("NPS of all asked"), None, *interval_cells(found.bounds)))
    return lines


def _followed_up(loop: LoopShares) -> list[list[Cell]]:
    return [
        share_line(_("Contacted in time"), loop.contacted_in_time),
        line(_("Goal for contacts in time"), percent(CONTACT_GOAL)),
        share_line(_("Resolved"), loop.resolved),
        share_line(_("Open"), loop.open),
        share_line(_("Not reached"), loop.not_reached),
        share_line(_("Withdrawn"), loop.withdrawn),
    ]


def _waiting(loop: LoopShares) -> Table:
    rows = [[team.name, team.overdue, team.open] for team in loop.teams]
    return Table(_("Waiting too long"), (_("Team"), _("Overdue"), _("Open")), rows)
