"""What is our NPS, how sure is it, and did it move? The page of the NPS report."""

from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_safe

from loop.reporting.nps import nps_overview
from loop.views.reports import page
from loop.views.session import signed_in


@require_safe
@signed_in
def nps(request: HttpRequest) -> HttpResponse:
    """NPS by time, survey or part of the customers."""
    wanted = page.asked(request)
    return page.show(request, "nps", wanted, {"nps": nps_overview(wanted.user, wanted.filters, wanted.now)})
