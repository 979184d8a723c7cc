"""Who answers, who does not, and how many answers would be enough? Two pages."""

from math import ceil
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_safe

from feedback.planning import LARGEST_VARIANCE, answers_for_change, answers_for_half_width, half_width
from loop.reporting.nps import nps_overview
from loop.reporting.responses import SUPPOSED, response_report
from loop.reporting.scope import reachable_contacts_of
from loop.reporting.shares import FEW
from loop.views.reports import page
from loop.views.session import signed_in
from loop.yardstick_forms import PlannerForm

PARTS = {
    "segment": gettext_lazy("By segment"),
    "size": gettext_lazy("By size"),
    "channel": gettext_lazy("By channel"),
}
USUAL = {"width": "10", "change": "10"}  # points


@require_safe
@signed_in
def responses(request: HttpRequest) -> HttpResponse:
    """Response rates with their intervals, and what the silent could have made of the NPS."""
    wanted = page.asked(request)
    found = response_report(wanted.user, wanted.filters, wanted.now)
    parts = [(PARTS[name], rows) for name, rows in found.rows.items() if rows]
    return page.show(request, "responses", wanted, {"responses": found, "parts": parts, "supposed": SUPPOSED})


@require_safe
@signed_in
def planner(request: HttpRequest) -> HttpResponse:
    """How many answers it takes, planned with what our own answers are like."""
    wanted = page.asked(request, own=tuple(PlannerForm.base_fields))
    said = {**USUAL, **{name: value for name, value in request.GET.items() if name in PlannerForm.base_fields}}
    form = PlannerForm(said)
    total = nps_overview(wanted.user, wanted.filters, wanted.now).report.total
    is_own = total is not None and total.n >= FEW and bool(total.variance)
    variance = (total.variance if is_own and total is not None else None) or LARGEST_VARIANCE
    contacts = reachable_contacts_of(wanted.user, wanted.filters).count()
    context: dict[str, Any] = {
        "form": form,
        "contacts": contacts,
        "variance": variance,
        "is_own": is_own,
        "total": total,
    }
    if form.is_valid():
        rate = response_report(wanted.user, wanted.filters, wanted.now).answered
        population = contacts if form.cleaned_data["population"] and contacts else None
        width, change = form.cleaned_data["width"], form.cleaned_data["change"]
        context |= {
            "width": width,
            "change": change,
            "rate": rate,
            "population": population,
            "for_width": _plan(answers_for_half_width(width, variance, population=population), rate.share, contacts),
            "for_change": _plan(answers_for_change(change, variance), rate.share, contacts),
            "widths": [(n, half_width(n, variance)) for n in (10, 20, 50, 100, 200, 400, 1000)],
        }
    return page.show(request, "planner", wanted, context)


def _plan(answers: float, rate: float | None, contacts: int) -> dict[str, Any]:
    """So many answers, and so many questions at the rate of today; `too_many` when there are not so many customers."""
    needed = ceil(answers - 1e-9)
    asked = ceil(needed / rate - 1e-9) if rate else None
    return {"answers": needed, "asked": asked, "too_many": (asked or needed) > contacts}
