"""How fast and how well are cases followed up? The page of the loop report."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.utils.text import capfirst
from django.utils.translation import gettext as _

from loop.models import User
from loop.report_pages.lines import figures_table, line, share_cells, share_line, wait_line
from loop.report_pages.table import Cell, Table, percent, tenths
from loop.reporting.competing import ByThen
from loop.reporting.filters import ROWS_BY, ReportFilters
from loop.reporting.loop_details import Age
from loop.reporting.loop_metrics import LoopReport, loop_report
from loop.templatetags.figures import hours, named, worked


def figures(user: User, filters: ReportFilters, now: datetime, own: Mapping[str, str]) -> dict[str, Any]:
    """How fast and how well cases are followed up."""
    return {"loop": loop_report(user, filters, now)}


def tables(found: dict[str, Any], filters: ReportFilters) -> list[Table]:
    """The figures, who was contacted by when, what is open by age, and the rows."""
    loop: LoopReport = found["loop"]
    if not loop.cases:
        return [figures_table(line(_("Cases"), None, None, None, 0))]
    return [_figures(loop), _by_then(loop), ages(loop), rows(loop, filters)]


def _figures(loop: LoopReport) -> Table:
    contact, resolution, details = loop.contact_waits, loop.resolution_waits, loop.details
    lost = _("median in hours; waiting %(waiting)d, closed otherwise %(closed)d")

    def about(wait: Any) -> str:
        return lost % {"waiting": wait.waiting, "closed": wait.closed_otherwise}

    in_time = _("of cases whose time has run out or who were contacted")
    confirmed = _("of resolved cases; the others have not said")
    return figures_table(
        line(_("Cases"), None, None, None, loop.cases),
        share_line(_("Contacted in time"), loop.contacted_in_time, in_time),
        wait_line(_("Time to first contact, as the customer waits"), contact.customer, about(contact.customer)),
        wait_line(_("Time to first contact, in working time"), contact.working, about(contact.working)),
        wait_line(_("Time to resolution, as the customer waits"), resolution.customer, about(resolution.customer)),
        wait_line(_("Time to resolution, in working time"), resolution.working, about(resolution.working)),
        share_line(_("Resolved"), loop.resolved, _("as our own people say")),
        share_line(_("Confirmed by the customer"), loop.customer_confirmed, confirmed),
        share_line(_("Not reached"), loop.not_reached),
        share_line(_("Withdrawn"), loop.withdrawn),
        share_line(_("Open"), loop.open),
        share_line(_("Reopened at least once"), loop.reopened),
        share_line(_("Took no reminder"), details.unreminded),
        line(_("Reminders a case"), tenths(details.reminders_a_case)),
        share_line(_("Promises kept in time"), details.promises_kept),
        line(_("Kept late"), None, None, None, details.promises_kept_late),
    )


def _by_then(loop: LoopReport) -> Table:
    working = _("%(time)s of working time")
    shown = [(hours(then.time), then) for then in loop.contact_waits.customer_by]
    shown += [(working % {"time": worked(then.time)}, then) for then in loop.contact_waits.working_by]
    head = (_("By"), _("Contacted"), _("from (95 %)"), _("to (95 %)"), _("Closed without"), _("Waiting"))
    note = _("A case closed without contact is an end of its own (Aalen-Johansen).")
    return Table(_("Contacted by then"), head, [[name, *_then(then)] for name, then in shown], note)


def _then(then: ByThen) -> list[Cell]:
    return [percent(share) for share in (then.contacted, then.low, then.high, then.closed, then.waiting)]


def ages(loop: LoopReport) -> Table:
    """What is open now, by age."""
    lines = [[age_name(age), age.open.count, age.overdue] for age in loop.details.ages]
    return Table(_("Open now, by age"), (_("Opened"), _("Open"), _("Overdue")), lines)


def age_name(age: Age) -> str:
    """How long ago such cases were opened."""
    if not age.days:
        return _("more than %(days)s days ago") % {"days": age.more_than}
    if not age.more_than:
        return _("up to %(days)s days ago") % {"days": age.days}
    return _("%(more)s to %(days)s days ago") % {"more": age.more_than, "days": age.days}


def rows(loop: LoopReport, filters: ReportFilters) -> Table:
    """By the time cases were opened, or by survey, segment or whatever the rows are."""
    head = [str(capfirst(ROWS_BY[filters.by])), _("Cases")]
    for name in (_("In time"), _("Resolved")):
        head += [name, _("from (95 %)"), _("to (95 %)"), _("%(name)s: count") % {"name": name}, _("Of")]
    lines = [
        [
            named(row.name, filters.by),
            row.resolved.n,
            *share_cells(row.contacted_in_time),
            *share_cells(row.resolved),
        ]
        for row in loop.rows
    ]
    return Table(_("By the time cases were opened"), tuple(head), lines)
