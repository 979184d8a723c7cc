"""What does the page of a product load and ask before it shows our question?

It loads one script, by one address that stays. The script asks whether the visitor, whom the host's server has named
and signed, may be asked now. The answer is for the sites of the widget alone; why somebody is not asked is for nobody.
"""

from datetime import datetime, timedelta
from functools import cache
from hashlib import sha256
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

from django.contrib.staticfiles import finders
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.utils import timezone
from django.utils.cache import patch_vary_headers
from django.utils.translation import gettext as _
from django.views.decorators.http import etag, require_safe

from feedback import invitations, responses, survey_links, widget_identity, wording
from feedback.models import Contact, SurveyLink
from feedback.models.survey_link import LinkKind
from feedback.origins import origin_of
from feedback.views.customer_page import speak_to
from feedback.widget_identity import IdentityRefused, Visitor

SCRIPT = "feedback/widget.js"
SCRIPT_LIFE = timedelta(days=1)

# Said to whoever builds the host's page, in the console of their browser.
REFUSED = {
    "missing": "The contact, the time or the signature is missing.",
    "expired": "The signature is too old, or the host's clock is wrong: sign anew for every page.",
    "forged": "The signature does not fit this contact and time: is it made with this widget's present secret?",
    "origin": "This site is not on the widget's list.",
    "off": "The widget is switched off, or its survey has closed.",
    "unknown": "There is no such widget.",
}
STATUS = {"off": 410, "unknown": 404}  # the others are 403


class Refused(Exception):
    """The host's page gets no answer; `why` is a key of `REFUSED`."""

    def __init__(self, why: str, origin: str | None = None) -> None:
        super().__init__(why)
        self.why = why
        self.origin = origin


@cache
def _script() -> tuple[bytes, str]:
    """The script for hosts' pages, and what names this version of it."""
    found = finders.find(SCRIPT)
    if not isinstance(found, str):
        raise LookupError(f"{SCRIPT} is not among the static files.")
    content = Path(found).read_bytes()
    return content, f'"{sha256(content).hexdigest()[:32]}"'


@require_safe
@etag(lambda _request: _script()[1])
def widget_script(_request: HttpRequest) -> HttpResponse:
    """The script a host's page loads. Its address is the same for good; browsers ask once a day whether it changed."""
    response = HttpResponse(_script()[0], content_type="text/javascript; charset=utf-8")
    age = int(SCRIPT_LIFE.total_seconds())
    response.headers["Cache-Control"] = f"public, max-age={age}, stale-while-revalidate={7 * age}"
    response.headers["Cross-Origin-Resource-Policy"] = "cross-origin"
    return response


@require_safe
def eligible(request: HttpRequest, token: str) -> HttpResponse:
    """May this visitor be asked? If so, with what the frame is opened."""
    origin: str | None
    try:
        origin, said = _decide(request, token, timezone.now())
        status = 200
    except Refused as refused:
        origin, said = refused.origin, {"refused": refused.why, "says": REFUSED[refused.why]}
        status = STATUS.get(refused.why, 403)
    response = JsonResponse(said, status=status)
    response.headers["Cache-Control"] = "no-store, private"
    patch_vary_headers(response, ["Origin"])
    if origin is not None and "Origin" in request.headers:
        response.headers["Access-Control-Allow-Origin"] = request.headers["Origin"]
    return response


def _decide(request: HttpRequest, token: str, now: datetime) -> tuple[str, dict[str, Any]]:
    """The site that asks, and what it is told."""
    link = survey_links.find(token, LinkKind.WIDGET)
    if link is None:
        raise Refused("unknown")
    own = origin_of(request.build_absolute_uri("/"))
    origin = request.headers.get("Origin", own).lower()  # browsers send none to the site they are on
    if origin not in (own, *link.allowed_origins):
        raise Refused("origin")
    if not takes_answers(link, now):
        raise Refused("off", origin)
    named = {name: request.GET.get(name, "") for name in ("contact", "time", "signature")}
    try:
        widget_identity.check(link, **named, now=now)
    except IdentityRefused as refusal:
        raise Refused(refusal.why, origin) from refusal
    if named["contact"] == widget_identity.TRIAL:
        return origin, _to_be_shown(link, Visitor(None, origin))
    contact = Contact.objects.filter(external_id=named["contact"]).first()
    if contact is None:
        return origin, {"ask": False, "says": "Loop knows no contact with this external id."}
    if invitations.why_not_hand_over(link.survey, contact, now=now):
        return origin, {"ask": False}
    with speak_to(contact, link.survey):
        return origin, _to_be_shown(link, Visitor(contact.pk, origin))


def _to_be_shown(link: SurveyLink, visitor: Visitor) -> dict[str, Any]:
    opened_with = {"pass": widget_identity.make_pass(link, visitor)}
    title = _("A question from %(company)s") % {"company": wording.company()}
    return {"ask": True, "title": title, "query": urlencode(opened_with)}


def takes_answers(link: SurveyLink, now: datetime, *, begun: bool = False) -> bool:
    """Whether the widget is on and its survey open.

    Args:
        begun: the question was on the visitor's screen before: once the survey has closed their answer is late.
    """
    is_heard = not responses.is_closed(link.survey, now) or (begun and invitations.takes_late(link.survey, now))
    return link.is_open(now) and is_heard
