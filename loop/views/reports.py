"""Are we getting better, and where not? The overview and the reports, each for what its reader may see."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any
from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from feedback.models import Account, Survey
from loop import inbox
from loop.models import Team, User
from loop.reporting import filters as report_filters
from loop.reporting.filters import FiltersRefused, ReportFilters
from loop.reporting.loop_metrics import CONTACT_GOAL, loop_report
from loop.reporting.nps import nps_overview
from loop.reporting.recovery import recovery_report
from loop.views.session import reader, signed_in

# Where a figure about cases leads: the widest list of open cases its reader has.
WIDEST_TABS = ("everyone", "team", "mine")


@dataclass(frozen=True)
class Choice:
    """One entry of the list of periods above a report."""

    name: str
    query: str
    current: bool


@require_safe
@signed_in
def overview(request: HttpRequest) -> HttpResponse:
    """Five figures with their uncertainty, what waits too long, and whether following up works."""
    return _report(request, "overview", ("nps", "loop", "recovery"))


@require_safe
@signed_in
def loop(request: HttpRequest) -> HttpResponse:
    """How fast and how well cases are followed up."""
    return _report(request, "loop", ("loop",))


@require_safe
@signed_in
def recovery(request: HttpRequest) -> HttpResponse:
    """Whether customers who were followed up recovered more than they would have by themselves."""
    return _report(request, "recovery", ("recovery",))


@require_safe
@signed_in
def nps(request: HttpRequest) -> HttpResponse:
    """NPS by month, week, survey or segment."""
    return _report(request, "nps", ("nps",))


READS = {"nps": nps_overview, "loop": loop_report, "recovery": recovery_report}


def _report(request: HttpRequest, name: str, reads: tuple[str, ...]) -> HttpResponse:
    """The page of a report. An address that asks for what there is not says so, and shows the usual report below."""
    user, now = reader(request), timezone.now()
    errors: dict[str, list[str]] = {}
    try:
        chosen = report_filters.parse(request.GET, now=now)
    except FiltersRefused as refused:
        errors, chosen = refused.errors, report_filters.parse(QueryDict(), now=now)
    context: dict[str, Any] = {read: READS[read](user, chosen, now) for read in reads}
    context |= {
        "now": now,
        "page": name,
        "filters": chosen,
        "errors": [(_named(name), message) for name, messages in errors.items() for message in messages],
        "query": _query(chosen),
        "periods": _periods(chosen, now),
        "surveys": Survey.objects.order_by("pk"),
        "teams": Team.objects.order_by("name"),
        "segments": _segments(),
        "rows_by": report_filters.ROWS_BY.items(),
        "row_heading": report_filters.ROWS_BY[chosen.by],
        "chart_heading": _("NPS by %(rows)s, with its uncertainty") % {"rows": report_filters.ROWS_BY[chosen.by]},
        "contact_goal": CONTACT_GOAL,
        "cases_tab": _widest_tab(user),
    }
    return render(request, f"loop/reports/{name}.html", context, status=400 if errors else 200)


def _named(name: str) -> str:
    """A parameter of the address as its field is called; one there is none of as it was written."""
    fields = {
        "from": _("From"),
        "to": _("To"),
        "survey": _("Survey"),
        "segment": _("Segment"),
        "team": _("Team"),
        "by": _("Rows by"),
    }
    return fields.get(name, name)


def _segments() -> list[str]:
    names = Account.objects.exclude(segment="").order_by("segment").values_list("segment", flat=True)
    return list(names.distinct()[:100])


def _widest_tab(user: User) -> str:
    return next(tab for tab in WIDEST_TABS if tab in inbox.tabs_of(user))


def _query(chosen: ReportFilters, **changed: object) -> str:
    """The filters as an address, for the links from one report to the next."""
    told = {**chosen.as_dict(), "by": chosen.by.value, **changed}
    return urlencode({name: value for name, value in told.items() if value})


def _periods(chosen: ReportFilters, now: datetime) -> list[Choice]:
    """The periods most often asked for."""
    today = now.astimezone(chosen.zone).date()
    quarter = date(today.year, 3 * ((today.month - 1) // 3) + 1, 1)
    usual = report_filters.parse(QueryDict(), now=now).first
    return [
        _period(_("Last 30 days"), today - timedelta(days=29), today, chosen),
        _period(_("This quarter"), quarter, today, chosen),
        _period(_("Last 12 months"), usual, today, chosen),
    ]


def _period(name: str, first: date, last: date, chosen: ReportFilters) -> Choice:
    query = _query(chosen, **{"from": first.isoformat(), "to": last.isoformat()})
    return Choice(name, query, current=(chosen.first, chosen.last) == (first, last))
