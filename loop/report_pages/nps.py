"""What is our NPS, how sure is it, and did it move? The page of the NPS report."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.utils.text import capfirst
from django.utils.translation import gettext as _

from feedback.nps_report import NpsGroup, NpsRow
from loop.models import Benchmark, User
from loop.report_pages.goals import goals_table
from loop.report_pages.lines import figures_table, interval_cells, line, nps_cells, nps_line, share_line
from loop.report_pages.table import Cell, Look, Number, Table, signed, tenths
from loop.reporting.filters import ROWS_BY, ReportFilters
from loop.reporting.goals import goals_of
from loop.reporting.nps import NpsOverview, nps_details
from loop.reporting.shares import FEW, Share
from loop.reporting.weighed import WeighedNps
from loop.templatetags.figures import named


def figures(user: User, filters: ReportFilters, now: datetime, own: Mapping[str, str]) -> dict[str, Any]:
    """NPS by time, survey or part of the customers."""
    details = nps_details(user, filters, now)
    return {
        "nps": details.overview,
        "rolling": details.rolling,
        "weighed": details.weighed,
        "goals": goals_of(user, now, filters),
        "benchmarks": Benchmark.objects.filter(is_active=True).order_by("-value", "pk"),
    }


def tables(found: dict[str, Any], filters: ReportFilters) -> list[Table]:
    """The figures, NPS by row, goals, the weighed figures, the rolling year and the values of others."""
    told = [figures_table(*figure_lines(found["nps"])), *rows_tables(found["nps"], filters)]
    if found["goals"]:
        told.append(goals_table(found["goals"]))
    if found["weighed"] and found["weighed"].figures:
        told.append(_weighed(found["weighed"]))
    if found["rolling"]:
        told.append(_rolling(found["rolling"]))
    if benchmarks := list(found["benchmarks"]):
        rows = [[one.name, Number(one.value, Look.SIGNED_TENTHS), one.year, one.source] for one in benchmarks]
        told.append(Table(_("Values of others"), (_("Name"), _("NPS"), _("Year"), _("Source")), rows))
    return told


def figure_lines(nps: NpsOverview) -> list[list[Cell]]:
    """The NPS with its parts, and how it moved since as many days before."""
    total = nps.report.total
    if total is None:
        return [line(_("NPS"), note=nps.report.why_no_total)]
    lines = [nps_line(_("NPS"), total, _("too few answers for an NPS") if 0 < total.n < FEW else "")]
    if total.n:
        lines += [
            share_line(_("Promoters"), Share(total.promoter, total.n)),
            share_line(_("Passives"), Share(total.passive, total.n)),
            share_line(_("Detractors"), Share(total.detractor, total.n)),
        ]
    if nps.comparable and nps.change is not None and nps.earlier is not None:
        beyond = _("more than chance") if nps.change.beyond_chance else _("could be chance")
        lines += [
            nps_line(_("NPS in as many days before"), nps.earlier),
            line(_("Difference"), signed(nps.change.points), *interval_cells(nps.change.interval), note=beyond),
        ]
        if nps.smallest_change:
            seen = _("a change seen four times out of five, with as many answers")
            lines.append(line(_("What would be seen"), signed(nps.smallest_change), note=seen))
    return lines


def rows_tables(nps: NpsOverview, filters: ReportFilters) -> list[Table]:
    """NPS by row, a table for each kind of answers that must not be mixed."""
    return [_rows(group, filters) for group in nps.report.groups]


def _rows(group: NpsGroup, filters: ReportFilters) -> Table:
    title = _("NPS by %(rows)s, scale %(scale)s") % {"rows": ROWS_BY[filters.by], "scale": group.scale}
    head = [str(capfirst(ROWS_BY[filters.by])), _("NPS"), _("from (95 %)"), _("to (95 %)")]
    head += [_("Promoters"), _("Passives"), _("Detractors"), _("Answers")]
    is_time = filters.by.is_time
    if not is_time:
        head += [_("Against all others"), _("from (95 %)"), _("to (95 %)"), _("Stands out")]
    rows = [
        [named(row.name, filters.by) if is_time else row.name, *_row(row), *([] if is_time else _against(row))]
        for row in group.rows
    ]
    note = "" if group.in_programme else _("recovery surveys, apart from the programme")
    if group.rows_left_out:
        note = " · ".join(filter(None, (note, _("rows left out: %(n)d") % {"n": group.rows_left_out})))
    return Table(title, tuple(head), rows, note)


def _row(row: NpsRow) -> list[Cell]:
    return [*nps_cells(row.nps), row.nps.promoter, row.nps.passive, row.nps.detractor, row.nps.n]


def _against(row: NpsRow) -> list[Cell]:
    if row.against is None:
        return [None] * 4
    change = row.against.difference
    stands_out = _("stands out") if row.against.stands_out else ""
    return [signed(change.points), *interval_cells(change.interval), stands_out]


def _weighed(weighed: WeighedNps) -> Table:
    names = {"respondent": _("each respondent"), "account": _("each customer")}
    rows: list[list[Cell]] = []
    for figure in weighed.figures:
        found = figure.found
        name = names.get(figure.weighing) or _("revenue in %(currency)s") % {"currency": figure.currency}
        known: list[Cell] = [None] * 3
        if found.answers >= FEW:
            known = [signed(found.points), *interval_cells(found.interval)]
        rows.append([name, *known, found.accounts, tenths(found.effective_accounts), found.answers])
    head = (_("What counts once"), _("NPS"), _("from (95 %)"), _("to (95 %)"))
    return Table(_("Three questions, three answers"), (*head, _("Customers"), _("As good as"), _("Answers")), rows)


def _rolling(rolling: list[NpsRow]) -> Table:
    rows = [[named(row.name, "month"), *nps_cells(row.nps), row.nps.n] for row in rolling]
    head = (_("Up to"), _("NPS"), _("from (95 %)"), _("to (95 %)"), _("Answers"))
    return Table(_("Twelve months up to each month"), head, rows)
