"""What does somebody see who is thanked, and how do they say yes, or take it back? No log-in: the link is theirs.

Opening the page never writes; only sending its form does, which carries the seal of the page.
"""

from typing import Any

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods

from feedback import contacts, wording
from feedback.contact_zones import zone_of
from feedback.models import Response
from feedback.onward import Request
from feedback.views.customer_page import customer_page, is_sealed, seal, show, speak_to
from loop import favours, thanks, thanks_words
from loop.customer_pages import NotTaken
from loop.models import Ask, Thanks


def request_for(response: Response) -> Request | None:
    """What the page of thanks may ask whoever gave this response. Reads only."""
    found = Thanks.objects.select_related(*thanks.SHOWN).filter(response=response).exclude(ask="").first()
    if found is None:
        return None
    if favours.standing(found) is not None:
        return Request(
            _("You have said yes to what we asked. Thank you!"), _("See it, or take it back"), thanks.path(found)
        )
    if found.favours.exists():  # whoever has taken it back is not asked again
        return None
    ask = thanks.ask_now(found, now=timezone.now())
    if not ask:
        return None
    policy = thanks.policy_of(response.survey)
    words = thanks_words.asking(policy, ask, wording.active_language())
    leads_out = ask == Ask.REVIEW
    return Request(
        words=words,
        button=str(thanks_words.BUTTONS[ask]),
        url=policy.review_url if leads_out else thanks.path(found),
        leads_out=leads_out,
    )


@require_http_methods(["GET", "HEAD", "POST"])
@sensitive_post_parameters()
@customer_page
def thanks_page(request: HttpRequest, token: str) -> HttpResponse:
    """The page of one answer that is thanked for: what is asked, what was agreed to, and the way back from it."""
    found, now = thanks.find(token), timezone.now()
    if found is None or thanks.is_over(found, now):
        with speak_to(found.contact if found else None):
            context = {"why": "unknown" if found is None else "over"}
            return show(request, "loop/customer/unavailable.html", context, status=404 if found is None else 410)
    with speak_to(found.contact, found.response.survey), timezone.override(zone_of(found.contact)):
        if request.method != "POST":
            return _page(request, found, token)
        if not is_sealed(request, token):
            stale = _("This page had been open for a long time. Nothing is lost: please press the button once more.")
            return _page(request, found, token, error=stale, status=403)
        try:
            did = _take(request, found)
        except NotTaken as refused:
            return _page(request, found, token, error=refused.message, status=400)
        return HttpResponseRedirect(f"{request.path}?did={did}", status=303)


def _take(request: HttpRequest, found: Thanks) -> str:
    if request.POST.get("subject"):  # no person sees that field
        return ""
    if request.POST.get("do") == "take-back":
        favours.take_back(found, now=timezone.now())
        return "taken-back"
    favours.say_yes(
        found,
        may_name="name" in request.POST,
        may_call="call" in request.POST,
        text=request.POST.get("text", ""),
        now=timezone.now(),
    )
    return "yes"


def _page(request: HttpRequest, found: Thanks, token: str, *, error: str = "", status: int = 200) -> HttpResponse:
    policy = thanks.policy_of(found.response.survey)
    standing = favours.standing(found)
    ask = thanks.ask_now(found, now=timezone.now()) if standing is None else ""
    did = request.GET.get("did", "")
    context: dict[str, Any] = {
        "words": wording.words(found.response.survey, wording.active_language()),
        "standing": standing,
        "ask": ask,
        "asking": thanks_words.asking(policy, ask, wording.active_language()) if ask else "",
        "button": thanks_words.BUTTONS[ask] if ask else "",
        "review_url": policy.review_url,
        "referral_url": policy.referral_url,
        "typed": request.POST if request.method == "POST" else {},
        "error": error,
        "did": did if did in ("yes", "taken-back") else "",
        "seal": seal(token),
        "token": token,
        "unsubscribe_token": contacts.unsubscribe_token(found.contact),
    }
    return show(request, "loop/customer/thanks.html", context, status=status)
