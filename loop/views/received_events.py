"""What have other systems told us that happened with customers, and whom did we ask because of it?"""

from urllib.parse import urlencode

from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from feedback import triggers
from feedback.models import TouchpointEvent
from loop import search
from loop.views.surveys import for_programme

PAGE_SIZE = 50


@require_safe
@for_programme
def received_events(request: HttpRequest) -> HttpResponse:
    """The events, the latest first, each with what became of it; found by contact, address or the other system's id."""
    q = request.GET.get("q", "").replace("\x00", "").strip()[:200]
    touchpoint = request.GET.get("touchpoint", "").replace("\x00", "")[:50]
    before = request.GET.get("before", "")
    found = _narrowed(q, touchpoint)
    if before.isascii() and before.isdigit() and len(before) <= 18:
        found = found.filter(pk__lt=int(before))
    rows = list(found[: PAGE_SIZE + 1])
    context = {
        "tab": "triggers",
        "events": [(event, triggers.words(event.reason) if event.reason else "") for event in rows[:PAGE_SIZE]],
        "touchpoints": TouchpointEvent.objects.order_by("touchpoint").values_list("touchpoint", flat=True).distinct(),
        "q": q,
        "touchpoint": touchpoint,
        "now": timezone.now(),
        "is_later_page": bool(before),
        "older": urlencode({"q": q, "touchpoint": touchpoint, "before": rows[PAGE_SIZE - 1].pk})
        if len(rows) > PAGE_SIZE
        else "",
    }
    return render(request, "loop/programme/events.html", context)


def _narrowed(q: str, touchpoint: str) -> QuerySet[TouchpointEvent]:
    found = TouchpointEvent.objects.select_related("contact__account", "invitation__survey", "invitation__response")
    if touchpoint:
        found = found.filter(touchpoint=touchpoint)
    if q:
        found = found.filter(
            search.containing(q, "external_id", "contact__name", "contact__email", "contact__account__name")
        )
    return found.order_by("-pk")
