"""Are we getting better, and where not? The overview: one figure of each report."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_safe

from loop.reporting.goals import goals_of
from loop.reporting.loop_metrics import CONTACT_GOAL, loop_report
from loop.reporting.nps import nps_overview
from loop.reporting.recovery import recovery_report
from loop.reporting.responses import response_report
from loop.views.reports import page
from loop.views.session import signed_in


@require_safe
@signed_in
def overview(request: HttpRequest) -> HttpResponse:
    """Five figures with their uncertainty, what waits too long, and whether following up works."""
    wanted = page.asked(request)
    reads = {"nps": nps_overview, "loop": loop_report, "recovery": recovery_report, "responses": response_report}
    found: dict[str, Any] = {name: read(wanted.user, wanted.filters, wanted.now) for name, read in reads.items()}
    found["goals"] = goals_of(wanted.user, wanted.now, wanted.filters)[:1]
    return page.show(request, "overview", wanted, {**found, "contact_goal": CONTACT_GOAL})
