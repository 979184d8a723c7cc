"""How far are the goals? The table beside the NPS, and of the page of goals."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from loop.models import User
from loop.report_pages.lines import interval_cells, nps_cells
from loop.report_pages.table import Cell, Table, signed
from loop.reporting.filters import ReportFilters
from loop.reporting.goals import Finding, GoalProgress, goals_of


def figures(user: User, filters: ReportFilters, now: datetime, own: Mapping[str, str]) -> dict[str, Any]:
    """Every goal in use; each has its own days, so the filters narrow none."""
    return {"goals": goals_of(user, now)}


def tables(found: dict[str, Any], filters: ReportFilters) -> list[Table]:
    return [goals_table(found["goals"])]


def goals_table(goals: Sequence[GoalProgress]) -> Table:
    """A line for each goal: what is wanted, what was and is, and the honest answer."""
    head = [_("Goal, points"), _("Until"), _("Survey"), _("Segment"), _("Before, from"), _("Before, to")]
    head += [_("NPS before"), _("from (95 %)"), _("to (95 %)"), _("Answers before"), _("Now, from"), _("Now, to")]
    head += [_("NPS now"), _("from (95 %)"), _("to (95 %)"), _("Answers now"), _("Change")]
    head += [_("from (95 %)"), _("to (95 %)"), _("Finding"), _("In words")]
    return Table(_("Goals"), tuple(head), [_row(goal) for goal in goals])


def _row(row: GoalProgress) -> list[Cell]:
    goal, change = row.goal, row.change if row.finding != Finding.TOO_FEW else None
    findings = {
        Finding.REACHED: pgettext("goal", "reached"),
        Finding.RISEN: _("risen"),
        Finding.FALLEN: _("fallen"),
    }
    moved: list[Cell] = [None] * 3 if change is None else [signed(change.points), *interval_cells(change.interval)]
    return [
        signed(goal.points), goal.due_on, goal.survey.name if goal.survey else "", goal.segment,
        goal.baseline_first, goal.baseline_last, *nps_cells(row.baseline), row.baseline.n,
        row.first if row.current.n else None, row.last if row.current.n else None, *nps_cells(row.current),
        row.current.n, *moved, findings.get(row.finding, _("cannot tell yet")), row.words,
    ]  # fmt: skip
