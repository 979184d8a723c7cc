"""How fast and how well are cases followed up? The page of the loop report."""

from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_safe

from loop.reporting.loop_metrics import loop_report
from loop.views.reports import page
from loop.views.session import signed_in


@require_safe
@signed_in
def loop(request: HttpRequest) -> HttpResponse:
    """How fast and how well cases are followed up."""
    wanted = page.asked(request)
    return page.show(request, "loop", wanted, {"loop": loop_report(wanted.user, wanted.filters, wanted.now)})
