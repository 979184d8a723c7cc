"""Which cases, answers, questions or promises are in a figure? The list a figure leads to."""

from typing import Any

from django.core.exceptions import BadRequest
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from loop import list_file, sight
from loop.exports.behind import table
from loop.report_pages import filter_words
from loop.reporting.behind import asked as behind_asked
from loop.reporting.behind.asked import About, Asked, Behind, NoSuchFigure
from loop.reporting.behind.find import behind
from loop.reporting.behind.listed import SHOWN_WITH, case_numbers
from loop.views.reports import page
from loop.views.session import signed_in

A_PAGE = 50
LAST_PAGE = 10_000
ORDERS = {
    About.CASE: ("-opened_at", "-pk"),
    About.ANSWER: ("-responded_at", "-pk"),
    About.QUESTION: ("-sent_at", "-pk"),
    About.PROMISE: ("-due_at", "-pk"),
    About.CONTACT: ("name", "pk"),
}


def _asked(request: HttpRequest, figure: str) -> tuple[page.Asked, dict[str, str], Behind]:
    """Who asks within which filters, for which of the figures of one name, and what that counts."""
    wanted = page.asked(request, own=(*behind_asked.OWN, "page"))
    if wanted.errors:  # the usual report would be another figure
        raise BadRequest("; ".join(message for messages in wanted.errors.values() for message in messages))
    own = page.own_of(request, behind_asked.OWN)
    if any("\x00" in text for text in own.values()):
        raise Http404
    try:
        return wanted, own, behind(figure, Asked(wanted.user, wanted.filters, wanted.now, own))
    except NoSuchFigure:
        raise Http404 from None


@require_safe
@signed_in
@sight.once
def rows(request: HttpRequest, figure: str) -> HttpResponse:
    """What a figure counts, newest first, as many as the figure says; words of customers are on their own pages."""
    wanted, own, found = _asked(request, figure)
    number = request.GET.get("page", "")
    at = min(max(1, int(number)), LAST_PAGE) if number.isascii() and number.isdigit() and len(number) < 6 else 1
    ordered = found.rows.order_by(*ORDERS[found.about]).select_related(*SHOWN_WITH[found.about])
    shown = list(ordered[(at - 1) * A_PAGE : at * A_PAGE + 1])
    # A case is its own row: the page links that itself.
    cases = {} if found.about == About.CASE else case_numbers(wanted.user, shown, found.about)
    context: dict[str, Any] = {
        "now": wanted.now,
        "filters": wanted.filters,
        "about": found.about.value,
        "conditions": found.conditions,
        "words": filter_words.in_words(wanted.filters, wanted.user),
        "count": found.rows.count(),
        "unseen": found.unseen,
        "rows": shown[:A_PAGE],
        "cases": cases,
        "page_number": at,
        "has_next": len(shown) > A_PAGE,
        "address": page.query_of(wanted.filters, **own),
        "figure": figure,
    }
    return render(request, "loop/reports/behind.html", context)


@require_safe
@signed_in
@sight.once
def file(request: HttpRequest, figure: str, kind: str = "csv") -> HttpResponseBase:
    """All that a figure counts, as its reader may see it. As CSV one of answers is what `import_responses` reads."""
    wanted, _own, found = _asked(request, figure)
    ordered = found.rows.order_by(*ORDERS[found.about])
    head, lines = table(found.about, ordered, reader=wanted.user, zone=timezone.get_current_timezone())
    return list_file.answer(f"{figure}-{wanted.filters.first}-{wanted.filters.last}", head, lines, kind=kind)
