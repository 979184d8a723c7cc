"""Who stands out beyond chance, and what should be read before it is believed? The pages about people and integrity."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.utils.timezone import localtime
from django.utils.translation import gettext as _

from loop.funnel_chart import funnel_chart
from loop.models import User
from loop.report_pages.lines import figures_table, share_cells, share_line
from loop.report_pages.table import Cell, Table, percent, points
from loop.reporting.filters import ReportFilters
from loop.reporting.funnel_plot import FEWEST_TO_RANK, FEWEST_TO_TELL
from loop.reporting.integrity import IntegrityReport, Line, integrity_report
from loop.reporting.people import PeopleReport, PersonLine, people_report


def figures(user: User, filters: ReportFilters, now: datetime, own: Mapping[str, str]) -> dict[str, Any]:
    """Each person beside all of them: an agent sees herself, a lead their team, leadership everybody."""
    found = people_report(user, filters, now)
    return {
        "people": found,
        "picture": funnel_chart(found.lines, found.overall.share, name="funnel"),
        "fewest_to_rank": FEWEST_TO_RANK,
        "fewest_to_tell": FEWEST_TO_TELL,
    }


def tables(found: dict[str, Any], filters: ReportFilters) -> list[Table]:
    """Everybody together, and each person in order of names."""
    people: PeopleReport = found["people"]
    overall = share_line(_("Solved, everybody together"), people.overall)
    head = [_("Who"), _("Cases"), _("Solved"), _("from (95 %)"), _("to (95 %)"), _("Solved: count"), _("Of")]
    head += [_("Evened out"), _("± expected, points")]
    head += [_("Confirmed"), _("Confirmed: count"), _("Of"), _("In time"), _("In time: count"), _("Of")]
    rows = [_person(line) for line in people.lines]
    return [figures_table(overall), Table(_("People"), (*head, _("Stands out")), rows)]


def _person(line: PersonLine) -> list[Cell]:
    standing = line.standing
    if standing is None:
        return [line.user.display_name, line.cases, *[None] * 13, _("too few for figures about a person")]
    share, *_ends, confirmed, of_solved = share_cells(line.confirmed)
    in_time, *_ends, timely, of_all = share_cells(line.in_time)
    stands_out = _("yes: worth a talk") if standing.outside else _("no")
    solved = standing.share
    low, high = solved.interval or (None, None)
    return [
        line.user.display_name, line.cases, None if solved.few else percent(solved.share), percent(low), percent(high),
        solved.count, solved.n, percent(standing.shrunk), points(standing.mix.difference),
        share, confirmed, of_solved, in_time, timely, of_all,
        stands_out if line.may_rank else _("too few to say"),
    ]  # fmt: skip


def integrity_figures(user: User, filters: ReportFilters, now: datetime, own: Mapping[str, str]) -> dict[str, Any]:
    """What is worth a look, each line with its rows."""
    return {"integrity": integrity_report(user, filters, now)}


def integrity_tables(found: dict[str, Any], filters: ReportFilters) -> list[Table]:
    """The lines, and for each that has any the rows that the page shows."""
    report: IntegrityReport = found["integrity"]
    head = (_("What to look at"), _("Count"), _("Of"), _("Note"))
    lines = [[str(line.name), line.count, line.of, str(line.hint)] for line in report.lines]
    return [Table(_("Integrity"), head, lines), *(_rows(line) for line in report.lines if line.rows)]


def _rows(line: Line) -> Table:
    note = _("The latest %(n)s are shown.") % {"n": len(line.rows)} if line.count > len(line.rows) else ""
    if line.about == "contact":
        rows: list[list[Cell]] = [[row.display_name, row.account.name if row.account else ""] for row in line.rows]
        return Table(str(line.name), (_("Contact"), _("Customer")), rows, note)
    rows = [
        [
            row.pk, row.contact.display_name if row.contact else _("Anonymous answer"),
            row.account.name if row.account else "", localtime(row.opened_at).date(),
            row.owner.display_name if row.owner else "",
        ]
        for row in line.rows
    ]  # fmt: skip
    return Table(str(line.name), (_("Case"), _("Contact"), _("Customer"), _("Opened"), _("Owner")), rows, note)
