"""Where may anybody answer, without being asked? An open link, as on a poster, and a feedback station.

Opening the page never writes. Its form carries, in the seal, a name of the page, so that sent twice it is one answer.
A feedback station shows the same page large, begins anew after each person, and adds a name of its own to answers it
keeps while the connection is away.
"""

from typing import Any

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.utils import timezone
from django.utils.crypto import get_random_string
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods

from feedback import fixed_texts, invitations, nps, open_answers, responses, survey_links, suspects, wording
from feedback.forms import OpenAnswerForm
from feedback.models import SurveyLink
from feedback.models.survey_link import LinkKind
from feedback.suspects import Evidence, Sending
from feedback.views.customer_page import customer_page, read_seal, seal, show
from feedback.views.respond import refuse

# The first letter of the mark in the seal; the name of the page follows.
ORDINARY, BY_HIDDEN_LINK = "o", "h"

KIOSK_PAUSE = 6  # seconds of thanks before the next person's turn


@require_http_methods(["GET", "HEAD", "POST"])
@sensitive_post_parameters()
@customer_page
def open_link(request: HttpRequest, token: str) -> HttpResponse:
    """The page of an open link."""
    return _page(request, token, LinkKind.OPEN)


@require_http_methods(["GET", "HEAD", "POST"])
@sensitive_post_parameters()
@customer_page
def kiosk(request: HttpRequest, token: str) -> HttpResponse:
    """The page of a feedback station."""
    return _page(request, token, LinkKind.KIOSK)


def _page(request: HttpRequest, token: str, kind: LinkKind) -> HttpResponse:
    link = survey_links.find(token, kind)
    with fixed_texts.speaking((link.language if link else "") or wording.active_language()):
        if link is None:
            return refuse(request, "unknown", 404)
        now = timezone.now()
        if not link.is_open(now):
            return refuse(request, "off", 410)
        is_late = responses.is_closed(link.survey, now)
        if is_late and (kind == LinkKind.KIOSK or not invitations.takes_late(link.survey, now)):
            return refuse(request, "closed", 410)  # who stands before a station would rate another day's visit
        if request.method == "POST":
            return _take(request, link, token)
        if "sent" in request.GET:
            return _thank(request, link)
        form = OpenAnswerForm(initial={"score": request.GET.get("score", "")}, survey=link.survey)
        letter = BY_HIDDEN_LINK if suspects.is_unseen(request.GET) else ORDINARY
        return _ask(request, link, token, form, letter + get_random_string(16))


def _take(request: HttpRequest, link: SurveyLink, token: str) -> HttpResponse:
    found = read_seal(request, token)
    mark = found.mark if found else ORDINARY + get_random_string(16)
    form = OpenAnswerForm(request.POST, survey=link.survey)
    if found is None or not found.is_fresh:
        return _ask(request, link, token, form, mark, status=403)
    if not form.is_valid():
        return _ask(request, link, token, form, mark, status=400)
    answer = form.cleaned_data
    page = f"{mark[1:]}-{answer['again']}" if answer["again"] else mark[1:]
    try:
        open_answers.take(link, _sending(answer, mark), page=page, now=timezone.now())
    except responses.ResponseRefused as refusal:
        form.add_error(refusal.field if refusal.field in form.fields else None, refusal.message)
        return _ask(request, link, token, form, mark, status=400)
    except open_answers.LinkIsOff:  # switched off a moment ago
        return refuse(request, "off", 410)
    return HttpResponseRedirect(f"{request.path}?sent", status=303)


def _sending(answer: dict[str, Any], mark: str) -> Sending:
    wants_callback = answer["wants_callback"]
    return Sending(
        score=answer["score"],
        comment=answer["comment"],
        wants_callback=wants_callback,
        phone=answer["phone"] if wants_callback else "",
        language=wording.active_language(),
        is_hidden=mark[0] == BY_HIDDEN_LINK or bool(answer["subject"]),
        evidence=Evidence.read(answer["page"]),
        name=answer["name"] if wants_callback else "",
        email=answer["email"] if wants_callback else "",
    )


def _ask(
    request: HttpRequest, link: SurveyLink, token: str, form: OpenAnswerForm, mark: str, *, status: int = 200
) -> HttpResponse:
    scale = link.survey.scale
    context = {
        "form": form,
        "words": wording.words(link.survey, wording.active_language()),
        "scores": [(text, nps.category(int(text), scale) == nps.Category.PROMOTER) for text in form.scale],
        "chosen": str(form["score"].value() or ""),
        "stale": status == 403,
        "is_late": responses.is_closed(link.survey, timezone.now()),
        "seal": seal(token, mark),
        "address": request.path,
        "pause": KIOSK_PAUSE,
    }
    return show(request, f"feedback/{_folder(link)}/form.html", context, status=status)


def _thank(request: HttpRequest, link: SurveyLink) -> HttpResponse:
    """Thanks, and nothing of what was said: the next person may be reading."""
    words = wording.words(link.survey, wording.active_language())
    is_late = responses.is_closed(link.survey, timezone.now())
    context = {"words": words, "address": request.path, "is_late": is_late}
    response = show(request, f"feedback/{_folder(link)}/thanks.html", context)
    if link.kind == LinkKind.KIOSK:  # a browser without scripts begins anew as well
        response.headers["Refresh"] = f"{KIOSK_PAUSE};url={request.path}"
    return response


def _folder(link: SurveyLink) -> str:
    return "kiosk" if link.kind == LinkKind.KIOSK else "open"
