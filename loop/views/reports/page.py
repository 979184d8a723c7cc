"""What do all pages of reports have in common? The filters, kept in the address, and what is wrong with them."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any
from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from feedback.models import Account, Survey, TriggerRule
from feedback.models.survey import SurveyKind
from loop import report_file
from loop.models import Team, User
from loop.report_pages import filter_words
from loop.report_pages.catalogue import Report
from loop.reporting import filters as report_filters
from loop.reporting.filters import FiltersRefused, ReportFilters
from loop.views.session import reader

MOST_CHOICES = 100


@dataclass(frozen=True)
class Choice:
    """One entry of the list of periods above a report."""

    name: str
    query: str
    current: bool


@dataclass(frozen=True)
class Asked:
    """What somebody wants to see a report of, and what is wrong with what they asked."""

    user: User
    now: datetime
    filters: ReportFilters
    errors: dict[str, list[str]]


def asked(request: HttpRequest, own: tuple[str, ...] = ()) -> Asked:
    """Read the filters in the address; where they ask for what there is not, the usual report is meant.

    Args:
        own: parameters of this report alone, which it reads itself.
    """
    user, now = reader(request), timezone.now()
    query = request.GET.copy()
    for name in own:
        query.pop(name, None)
    try:
        return Asked(user, now, report_filters.parse(query, now=now, reader=user), {})
    except FiltersRefused as refused:
        return Asked(user, now, report_filters.parse(QueryDict(), now=now), refused.errors)


def own_of(request: HttpRequest, names: tuple[str, ...]) -> dict[str, str]:
    """The parameters of one report alone, as they stand in the address."""
    return {name: request.GET[name] for name in names if name in request.GET}


def show(
    request: HttpRequest, report: Report, wanted: Asked, context: dict[str, Any], own: Mapping[str, str]
) -> HttpResponse:
    """The page of a report with the figures of `context`, below the filters all reports share.

    Args:
        own: the report's own parameters, which the file of it has too.
    """
    chosen, name = wanted.filters, report.name
    rows_by = report_filters.ROWS_BY[chosen.by]
    around: dict[str, Any] = {
        "now": wanted.now,
        "page": name,
        "filters": chosen,
        "errors": [(_named(name), message) for name, messages in wanted.errors.items() for message in messages],
        "query": query_of(chosen),
        "files": [(kind.upper(), file_of(report, kind, chosen, own)) for kind in report_file.FORMATS],
        "words": filter_words.in_words(chosen, wanted.user),
        "periods": _periods(chosen, wanted.now),
        "choices": _choices(chosen),
        "surveys": Survey.objects.order_by("pk"),
        "teams": Team.objects.order_by("name"),
        "rows_by": report_filters.ROWS_BY.items(),
        "row_heading": rows_by,
        "chart_heading": _("NPS by %(rows)s, with its uncertainty") % {"rows": rows_by},
    }
    return render(request, f"loop/reports/{name}.html", around | context, status=400 if wanted.errors else 200)


def _named(name: str) -> str:
    """A parameter of the address as its field is called; one there is none of as it was written."""
    fields = {
        "from": _("From"),
        "to": _("To"),
        "kind": _("Kind of survey"),
        "survey": _("Survey"),
        "touchpoint": _("Touchpoint"),
        "segment": _("Segment"),
        "country": _("Country"),
        "account": _("Customer's number"),
        "team": _("Team"),
        "by": _("Rows by"),
    }
    return fields.get(name, name)


def _choices(chosen: ReportFilters) -> dict[str, list[tuple[str, str]]]:
    """What the lists of the filter offer: values and their names. What is chosen is on its list in any case."""
    touchpoints = TriggerRule.objects.order_by("touchpoint").values_list("touchpoint", flat=True)
    segments = Account.objects.order_by("segment").values_list("segment", flat=True)
    countries = Account.objects.order_by("country").values_list("country", flat=True)

    def listed(values: Any, current: str) -> list[tuple[str, str]]:
        found = {*values[:MOST_CHOICES], current} - {""}
        return [(value, value) for value in sorted(found)]

    return {
        "kind": [(kind.value, str(kind.label)) for kind in SurveyKind],
        "touchpoint": listed(touchpoints.distinct(), chosen.touchpoint),
        "segment": listed(segments.distinct(), chosen.segment),
        "country": listed(countries.distinct(), chosen.country),
    }


def query_of(chosen: ReportFilters, **changed: object) -> str:
    """The filters as an address, for the links from one report to the next."""
    told = {**chosen.as_dict(), "by": chosen.by.value, **changed}
    return urlencode({name: value for name, value in told.items() if value})


def file_of(report: Report, kind: str, chosen: ReportFilters, own: Mapping[str, str]) -> str:
    """The address of what stands on the page as a file."""
    address = reverse("report-file", args=(report.name, kind))
    return f"{address}?{query_of(chosen, **own)}" if report.has_filters else address


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
    query = query_of(chosen, **{"from": first.isoformat(), "to": last.isoformat()})
    return Choice(name, query, current=(chosen.first, chosen.last) == (first, last))
