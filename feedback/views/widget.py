"""How does a customer answer inside a product? On our page in a frame, for which the host's page was given a pass.

The frame may stand on the sites the widget lists and on none else. Neither side sees the other's cookies, for there are
none, and what frame and host tell each other is how tall the frame is and that it may close.
"""

from typing import Any
from urllib.parse import urlencode

from django.db import transaction
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.utils import timezone
from django.views.decorators.clickjacking import xframe_options_exempt
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods

from feedback import invitations, nps, onward, responses, survey_links, suspects, widget_identity, wording
from feedback.forms import AnswerForm
from feedback.models import Contact, Response, SurveyLink
from feedback.models.survey_link import LinkKind
from feedback.views.customer_page import ORDINARY, SEAL_LIFE, customer_page, is_sealed, seal, show, speak_to
from feedback.views.respond import sending
from feedback.views.widget_host import REFUSED, STATUS, Refused, takes_answers
from feedback.widget_identity import IdentityRefused, Visitor

SENT, LATER = "sent", "later"  # what became of the question; LATER is the button that asks to be left alone


@require_http_methods(["GET", "HEAD", "POST"])
@sensitive_post_parameters()
@xframe_options_exempt
@customer_page
def widget(request: HttpRequest, token: str) -> HttpResponse:
    """The page in the frame. Its address holds the pass that was given for this visitor on this site."""
    link = survey_links.find(token, LinkKind.WIDGET)
    try:
        if link is None:
            raise Refused("unknown")
        visitor, contact = _visitor(request, link)
        with speak_to(contact, link.survey):
            response = _Visit(request, link, visitor, contact).answer()
    except Refused as refused:
        context = {"why": refused.why, "says": REFUSED[refused.why]}
        response = show(request, "feedback/widget/refused.html", context, status=STATUS.get(refused.why, 403))
    # Read by the middleware that writes the policy: a list that differs from widget to widget is no decorator's.
    sites = ["'self'", *link.allowed_origins] if link else ["'none'"]  # our own page is where it is tried
    response._csp_replace = {"frame-ancestors": sites}  # type: ignore[attr-defined]
    return response


def _visitor(request: HttpRequest, link: SurveyLink) -> tuple[Visitor, Contact | None]:
    """Whom the page is for; no contact: a trial. A pass opens the question at once, and lives on while one answers."""
    is_under_way = request.method == "POST" or SENT in request.GET or LATER in request.GET
    given, life = request.GET.get("pass", ""), SEAL_LIFE if is_under_way else widget_identity.LIFE
    try:
        visitor = widget_identity.read_pass(link, given, max_age=life)
    except IdentityRefused as refusal:
        raise Refused(refusal.why) from refusal
    if not takes_answers(link, timezone.now(), begun=is_under_way):
        raise Refused("off")
    if visitor.contact_id is None:
        return visitor, None
    contact = Contact.objects.select_related("account").filter(pk=visitor.contact_id).first()
    if contact is None:
        raise Refused("forged")
    return visitor, contact


class _Visit:
    """One request for the page in the frame, by a visitor who is known."""

    def __init__(self, request: HttpRequest, link: SurveyLink, visitor: Visitor, contact: Contact | None) -> None:
        self.request, self.link, self.visitor, self.contact = request, link, visitor, contact
        self.given = request.GET.get("pass", "")
        self.sealed_for = f"{link.public_id}:{self.given}"

    def answer(self) -> HttpResponse:
        if self.request.method == "POST":
            return self._take()
        if SENT in self.request.GET or LATER in self.request.GET:
            is_later = LATER in self.request.GET
            asked = None if is_later else self._request()
            return self._show("thanks", {"is_later": is_later, "request_for": asked})
        return self._ask(AnswerForm(survey=self.link.survey))

    def _take(self) -> HttpResponse:
        is_ours = is_sealed(self.request, self.sealed_for)
        if is_ours and LATER in self.request.POST:
            if self.contact is not None:  # asked, and silent: the quiet period begins
                invitations.stand(self.link, self.contact, now=timezone.now())
            return self._back(LATER)
        known = self.contact is not None and self.contact.phone != ""
        form = AnswerForm(self.request.POST, survey=self.link.survey, phone_known=known)
        if not is_ours:
            return self._ask(form, status=403)
        if not form.is_valid():
            return self._ask(form, status=400)
        try:
            self._record(form.cleaned_data)
        except responses.ResponseRefused as refusal:
            form.add_error(refusal.field if refusal.field in form.fields else None, refusal.message)
            return self._ask(form, status=400)
        return self._back(SENT)

    @transaction.atomic
    def _record(self, answer: dict[str, Any]) -> None:
        if self.contact is not None:  # of a trial nothing is kept
            now = timezone.now()
            suspects.take(invitations.stand(self.link, self.contact, now=now), sending(answer, ORDINARY), now=now)

    def _request(self) -> onward.Request | None:
        """What may be asked of whoever has just answered here, as on the survey's own page; of a trial nothing."""
        if self.contact is None:
            return None
        at_this_door = Response.objects.filter(contact=self.contact, invitation__link=self.link)
        answer = at_this_door.select_related("survey").order_by("-responded_at", "-pk").first()
        return onward.request_for(answer) if answer is not None else None

    def _back(self, what: str) -> HttpResponse:
        address = f"{self.request.path}?{urlencode({'pass': self.given})}&{what}"
        return HttpResponseRedirect(address, status=303)

    def _ask(self, form: AnswerForm, *, status: int = 200) -> HttpResponse:
        scale = self.link.survey.scale
        context = {
            "form": form,
            "scores": [(text, nps.category(int(text), scale) == nps.Category.PROMOTER) for text in form.scale],
            "chosen": str(form["score"].value() or ""),
            "stale": status == 403,
            "seal": seal(self.sealed_for),
            "contact": self.contact,
            "later": LATER,
        }
        return self._show("form", context, status=status)

    def _show(self, name: str, context: dict[str, Any], *, status: int = 200) -> HttpResponse:
        words = wording.words(self.link.survey, wording.active_language())
        told = {"words": words, "host": self.visitor.origin, "is_trial": self.contact is None}
        return show(self.request, f"feedback/widget/{name}.html", {**told, **context}, status=status)
