"""Which cases, answers, questions or promises are in a figure? The list a figure leads to."""

from typing import Any

from django.core.exceptions import BadRequest
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from feedback.models import Response
from loop import access, csv_lines
from loop.exports.behind import table
from loop.models import Case, User
from loop.report_pages import filter_words
from loop.reporting.behind import asked as behind_asked
from loop.reporting.behind.asked import About, Asked, Behind, NoSuchFigure
from loop.reporting.behind.find import behind
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
SHOWN_WITH = {
    About.CASE: ("response", "contact", "account", "owner"),
    About.ANSWER: ("contact__account", "survey"),
    About.QUESTION: ("contact__account", "survey", "response"),
    About.PROMISE: ("case__contact", "case__account", "promised_by"),
    About.CONTACT: ("account",),
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
def rows(request: HttpRequest, figure: str) -> HttpResponse:
    """What a figure counts, newest first, as many as the figure says; words of customers are on their own pages."""
    wanted, own, found = _asked(request, figure)
    number = request.GET.get("page", "")
    at = min(max(1, int(number)), LAST_PAGE) if number.isascii() and number.isdigit() and len(number) < 6 else 1
    ordered = found.rows.order_by(*ORDERS[found.about]).select_related(*SHOWN_WITH[found.about])
    shown = list(ordered[(at - 1) * A_PAGE : at * A_PAGE + 1])
    context: dict[str, Any] = {
        "now": wanted.now,
        "filters": wanted.filters,
        "about": found.about.value,
        "conditions": found.conditions,
        "words": filter_words.in_words(wanted.filters, wanted.user),
        "count": found.rows.count(),
        "unseen": found.unseen,
        "rows": shown[:A_PAGE],
        "cases": _cases_of(wanted.user, shown, found.about),
        "page_number": at,
        "has_next": len(shown) > A_PAGE,
        "address": page.query_of(wanted.filters, **own),
        "figure": figure,
    }
    return render(request, "loop/reports/behind.html", context)


@require_safe
@signed_in
def file(request: HttpRequest, figure: str) -> HttpResponseBase:
    """All that a figure counts, as its reader may see it, as CSV. One of answers is what `import_responses` reads."""
    wanted, _own, found = _asked(request, figure)
    ordered = found.rows.order_by(*ORDERS[found.about])
    head, lines = table(found.about, ordered, reader=wanted.user, zone=timezone.get_current_timezone())
    return csv_lines.answer(f"{figure}-{wanted.filters.first}-{wanted.filters.last}.csv", head, lines)


def _cases_of(user: User, shown: list[Any], about: About) -> dict[int, int]:
    """By the row, the number of its case as far as the reader sees that."""
    seen: QuerySet[Case] = access.visible_cases(user)
    if about in (About.ANSWER, About.QUESTION):
        answers = [row if isinstance(row, Response) else getattr(row, "response", None) for row in shown]
        known = dict(seen.filter(response__in=[one.pk for one in answers if one]).values_list("response", "pk"))
        pairs = zip(shown, answers, strict=True)
        return {row.pk: known[answer.pk] for row, answer in pairs if answer and answer.pk in known}
    if about == About.PROMISE:
        known = dict(seen.filter(pk__in=[row.case_id for row in shown]).values_list("pk", "pk"))
        return {row.pk: row.case_id for row in shown if row.case_id in known}
    return {}
