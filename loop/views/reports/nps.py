"""What is our NPS, how sure is it, and did it move? The page of the NPS report."""

from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_safe

from loop.models import Benchmark
from loop.reporting.goals import goals_of
from loop.reporting.nps import nps_details
from loop.views.reports import page
from loop.views.session import signed_in


@require_safe
@signed_in
def nps(request: HttpRequest) -> HttpResponse:
    """NPS by time, survey or part of the customers."""
    wanted = page.asked(request)
    details = nps_details(wanted.user, wanted.filters, wanted.now)
    context = {
        "nps": details.overview,
        "rolling": details.rolling,
        "weighed": details.weighed,
        "goals": goals_of(wanted.user, wanted.now, wanted.filters),
        "benchmarks": Benchmark.objects.filter(is_active=True).order_by("-value", "pk"),
    }
    return page.show(request, "nps", wanted, context)
