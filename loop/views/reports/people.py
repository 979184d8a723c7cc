"""Who stands out beyond chance, and what should be read before it is believed? The pages about people and integrity."""

from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_safe

from loop.funnel_chart import funnel_chart
from loop.reporting.funnel_plot import FEWEST_TO_RANK, FEWEST_TO_TELL
from loop.reporting.integrity import integrity_report
from loop.reporting.people import people_report
from loop.views.reports import page
from loop.views.session import signed_in


@require_safe
@signed_in
def people(request: HttpRequest) -> HttpResponse:
    """Each person beside all of them: an agent sees herself, a lead their team, leadership everybody."""
    wanted = page.asked(request)
    found = people_report(wanted.user, wanted.filters, wanted.now)
    context = {
        "people": found,
        "picture": funnel_chart(found.lines, found.overall.share, name="funnel"),
        "fewest_to_rank": FEWEST_TO_RANK,
        "fewest_to_tell": FEWEST_TO_TELL,
    }
    return page.show(request, "people", wanted, context)


@require_safe
@signed_in
def integrity(request: HttpRequest) -> HttpResponse:
    """What is worth a look, each line with its rows."""
    wanted = page.asked(request)
    return page.show(
        request, "integrity", wanted, {"integrity": integrity_report(wanted.user, wanted.filters, wanted.now)}
    )
