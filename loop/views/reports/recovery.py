"""Did following up make a difference? The page of the recovery report."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_safe

from loop import access
from loop.reporting import studies
from loop.reporting.change import change_report
from loop.reporting.recovery import recovery_report
from loop.views.reports import page
from loop.views.session import signed_in


@require_safe
@signed_in
def recovery(request: HttpRequest) -> HttpResponse:
    """Whether customers who were followed up recovered more than they would have by themselves."""
    wanted = page.asked(request, own=("change",))
    found = recovery_report(wanted.user, wanted.filters, wanted.now)
    study = studies.latest(wanted.now) if access.sees_programme(wanted.user) else None
    context: dict[str, Any] = {"recovery": found, "study": study}
    if request.GET.get("change"):  # looks at every answer, so only when somebody wants to see it
        context["change"] = change_report(wanted.user, wanted.filters, wanted.now).pairs
    return page.show(request, "recovery", wanted, context)
