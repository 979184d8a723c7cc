"""What does somebody see of a report? Its page, and the same as a file; `report_pages` has the figures of each."""

from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect
from django.urls import reverse
from django.views.decorators.http import require_safe

from loop import report_file, sight
from loop.report_pages.catalogue import BY_NAME
from loop.views.reports import page
from loop.views.session import signed_in


@require_safe
@signed_in
@sight.once
def report(request: HttpRequest, name: str) -> HttpResponse:
    """One report below the filters that all of them share."""
    found = BY_NAME[name]
    wanted, own = page.asked(request, own=found.own), page.own_of(request, found.own)
    return page.show(request, found, wanted, found.figures(wanted.user, wanted.filters, wanted.now, own), own)


@require_safe
@signed_in
@sight.once
def file(request: HttpRequest, name: str, kind: str) -> HttpResponseBase:
    """What stands on the page, as CSV or as a workbook. Filters there are none of are told on the page."""
    found = BY_NAME.get(name)
    if found is None or kind not in report_file.FORMATS:
        raise Http404
    wanted, own = page.asked(request, own=found.own), page.own_of(request, found.own)
    if wanted.errors:
        return redirect(f"{reverse(found.address)}?{request.GET.urlencode()}")
    figures = found.figures(wanted.user, wanted.filters, wanted.now, own)
    return report_file.answer(found, figures, wanted.filters, reader=wanted.user, now=wanted.now, kind=kind)
