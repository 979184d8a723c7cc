"""Did following up make a difference? The page of the recovery report."""

from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_safe

from loop.reporting.recovery import recovery_report
from loop.views.reports import page
from loop.views.session import signed_in


@require_safe
@signed_in
def recovery(request: HttpRequest) -> HttpResponse:
    """Whether customers who were followed up recovered more than they would have by themselves."""
    wanted = page.asked(request)
    found = recovery_report(wanted.user, wanted.filters, wanted.now)
    return page.show(request, "recovery", wanted, {"recovery": found})
