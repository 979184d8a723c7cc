"""What does one print, try out or take away of a standing link? A poster, a page with the widget on it, a list."""

from django.http import Http404, HttpRequest, HttpResponse, StreamingHttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from feedback import survey_links, widget_identity, wording
from feedback.models import SurveyLink
from feedback.models.survey_link import ANONYMOUS, LinkKind
from loop import csv_lines
from loop.views.frames import with_a_frame
from loop.views.setup import for_managers
from loop.views.surveys import for_programme


@require_safe
@for_programme
def poster(request: HttpRequest, link_id: int) -> HttpResponse:
    """A page to print: the question and the QR code."""
    found = _found(link_id, *ANONYMOUS)
    language = found.language or wording.active_language()
    context = {
        "link": found,
        "words": wording.words(found.survey, language),
        "language": language,
        "company": wording.company(),
        "address": survey_links.address(found),
    }
    return render(request, "loop/ways/poster.html", context)


@require_safe
@for_programme
@with_a_frame
@never_cache
def try_out(request: HttpRequest, link_id: int) -> HttpResponse:
    """A page that shows the widget as a host would. Nothing is recorded, whatever is sent."""
    found = _found(link_id, LinkKind.WIDGET)
    time = int(timezone.now().timestamp())
    context = {
        "link": found,
        "survey": found.survey,
        "token": survey_links.token(found),
        "script": reverse("widget-script"),
        "contact": widget_identity.TRIAL,
        "time": time,
        "signature": widget_identity.sign(widget_identity.secret(found), widget_identity.TRIAL, time),
        "tab": "surveys",
    }
    return render(request, "loop/ways/try.html", context)


@require_safe
@for_managers
@never_cache
def contacts(request: HttpRequest, link_id: int) -> StreamingHttpResponse:
    """Every contact with a link of their own, as a file for a mail merge."""
    found = _found(link_id, LinkKind.MAIL)
    rows = survey_links.for_mail_merge(found)
    return csv_lines.answer(f"links-{found.survey.key}.csv", ["external_id", "email", "link"], rows)


def _found(link_id: int, *kinds: str) -> SurveyLink:
    found = get_object_or_404(SurveyLink.objects.select_related("survey"), pk=link_id)
    if found.kind not in kinds:
        raise Http404
    return found
