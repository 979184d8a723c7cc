"""Who answers, who does not, and how many answers would be enough? Two pages."""

from collections.abc import Mapping
from datetime import datetime
from math import ceil
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from feedback.planning import LARGEST_VARIANCE, answers_for_change, answers_for_half_width, half_width
from loop.models import User
from loop.report_pages.lines import figures_table, interval_cells, line, nps_line, share_cells, share_line
from loop.report_pages.table import Cell, Look, Number, Table, percent, tenths
from loop.reporting.filters import ReportFilters
from loop.reporting.nps import nps_overview
from loop.reporting.responses import SUPPOSED, ResponseReport, response_report
from loop.reporting.scope import reachable_contacts_of
from loop.reporting.shares import FEW
from loop.yardstick_forms import PlannerForm

PARTS = {
    "segment": gettext_lazy("By segment"),
    "size": gettext_lazy("By size"),
    "channel": gettext_lazy("By channel"),
}
USUAL = {"width": "10", "change": "10"}  # points


def figures(user: User, filters: ReportFilters, now: datetime, own: Mapping[str, str]) -> dict[str, Any]:
    """Response rates with their intervals, and what the silent could have made of the NPS."""
    found = response_report(user, filters, now)
    parts = [(PARTS[name], rows, name) for name, rows in found.rows.items() if rows]
    return {"responses": found, "parts": parts, "supposed": SUPPOSED}


def tables(found: dict[str, Any], filters: ReportFilters) -> list[Table]:
    """The figures, and the rate by each part of the customers."""
    told = [figures_table(*_figures(found["responses"]))]
    head = (_("Part"), _("Answered"), _("from (95 %)"), _("to (95 %)"), _("Count"), _("Asked"), _("No answer"))
    for heading, rows, _part in found["parts"]:
        lines = [
            [row.name, *share_cells(row.answered), row.silent, _("stands out") if row.stands_out else ""]
            for row in rows
        ]
        told.append(Table(str(heading), (*head, _("Stands out")), lines))
    return told


def _figures(found: ResponseReport) -> list[list[Cell]]:
    back = _("of those asked; came back undelivered: %(n)d") % {"n": found.came_back}
    lines = [
        share_line(_("Response rate"), found.answered),
        line(_("No answer"), None, None, None, found.silent, found.sent, note=back),
    ]
    if found.nps is None:
        mixed = _("Answers on different scales do not add up to one NPS.")
        lines.append(line(_("NPS of those who answered"), note=mixed))
    else:
        lines.append(nps_line(_("NPS of those who answered"), found.nps))
    if found.bounds is not None and found.detractor_bounds is not None:
        low, high = found.detractor_bounds
        silent = _("had all the silent ones been detractors, or all promoters: more is not known of them")
        supposed = _("were the silent %(points)s points less happy") % {"points": SUPPOSED}
        lower = None if found.lower_by is None else Number(-found.lower_by, Look.SIGNED)
        lines += [
            line(_("NPS of all asked"), None, *interval_cells(found.bounds), note=silent),
            line(_("Detractors of all asked"), None, percent(low), percent(high), note=silent),
            line(_("Change of the NPS of all asked"), lower, note=supposed),
        ]
    return lines


def planner_figures(user: User | None, filters: ReportFilters, now: datetime, own: Mapping[str, str]) -> dict[str, Any]:
    """How many answers it takes, planned with what our own answers are like."""
    form = PlannerForm({**USUAL, **own})
    total = nps_overview(user, filters, now).report.total
    is_own = total is not None and total.n >= FEW and bool(total.variance)
    variance = (total.variance if is_own and total is not None else None) or LARGEST_VARIANCE
    contacts = reachable_contacts_of(user, filters).count()
    found = {"form": form, "contacts": contacts, "variance": variance, "is_own": is_own, "total": total}
    if form.is_valid():
        rate = response_report(user, filters, now).answered
        population = contacts if form.cleaned_data["population"] and contacts else None
        width, change = form.cleaned_data["width"], form.cleaned_data["change"]
        found |= {
            "width": width,
            "change": change,
            "rate": rate,
            "population": population,
            "for_width": _plan(answers_for_half_width(width, variance, population=population), rate.share, contacts),
            "for_change": _plan(answers_for_change(change, variance), rate.share, contacts),
            "widths": [(n, half_width(n, variance)) for n in (10, 20, 50, 100, 200, 400, 1000)],
        }
    return found


def _plan(answers: float, rate: float | None, contacts: int) -> dict[str, Any]:
    """So many answers, and so many questions at the rate of today; `too_many` when there are not so many customers."""
    needed = ceil(answers - 1e-9)
    asked = ceil(needed / rate - 1e-9) if rate else None
    return {"answers": needed, "asked": asked, "too_many": (asked or needed) > contacts}


def planner_tables(found: dict[str, Any], filters: ReportFilters) -> list[Table]:
    """What the two plans take, and how sure so many answers are; nothing while the form is refused."""
    if "widths" not in found:
        return []
    plans: list[list[Cell]] = [
        [_("To know the NPS to ± points"), tenths(found["width"]), *_planned(found["for_width"])],
        [_("To see a change of points"), tenths(found["change"]), *_planned(found["for_change"])],
    ]
    head = (_("Wanted"), _("Points"), _("Answers"), _("Asked"), _("Note"))
    sure: list[list[Cell]] = [[n, tenths(points)] for n, points in found["widths"]]
    return [
        Table(_("How many answers are enough?"), head, plans),
        Table(_("How sure so many answers are"), (_("Answers"), _("± points")), sure),
    ]


def _planned(plan: dict[str, Any]) -> list[Cell]:
    too_many = _("more than there are people to ask") if plan["too_many"] else ""
    return [plan["answers"], plan["asked"], too_many]
