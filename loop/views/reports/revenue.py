"""What is at stake in money, and of which accounts? The page of revenue, and the accounts behind a figure."""

from typing import Any

from django.db.models import Count, Q
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_safe

from loop import access
from loop.models import Case
from loop.reporting.revenue import Part, accounts_behind, revenue_report
from loop.views.reports import page
from loop.views.session import signed_in

A_PAGE = 50
PARTS = {
    Part.ALL: gettext_lazy("All customers"),
    Part.AT_RISK: gettext_lazy("With an open case"),
    Part.HEARD: gettext_lazy("Heard from"),
    Part.RECOVERED: gettext_lazy("Recovered"),
}


@require_safe
@signed_in
def revenue(request: HttpRequest) -> HttpResponse:
    """Value at risk, coverage and value of recovered accounts by currency; `part` lists the accounts of a figure."""
    wanted = page.asked(request, own=("part", "currency", "page"))
    context: dict[str, Any] = {
        "revenue": revenue_report(wanted.user, wanted.filters, wanted.now),
        "part_names": PARTS,
    }
    part = request.GET.get("part", "")
    if part in tuple(Part):
        context |= _behind(request, wanted, Part(part))
    return page.show(request, "revenue", wanted, context)


def _behind(request: HttpRequest, wanted: page.Asked, part: Part) -> dict[str, Any]:
    currency = request.GET.get("currency")
    number = request.GET.get("page", "")
    at = max(1, int(number)) if number.isascii() and number.isdigit() and len(number) < 6 else 1
    seen = access.visible_cases(wanted.user).open().order_by().values("pk")
    found = accounts_behind(wanted.user, wanted.filters, part, currency if currency is None else currency[:3])
    rows = found.annotate(open_cases=Count("cases", filter=Q(cases__in=Case.objects.filter(pk__in=seen))))
    shown = list(rows[(at - 1) * A_PAGE : at * A_PAGE + 1])
    return {
        "part": part,
        "part_name": PARTS[part],
        "currency": currency,
        "accounts": shown[:A_PAGE],
        "page_number": at,
        "has_next": len(shown) > A_PAGE,
    }
