"""Where does the page of thanks lead? To the customer's own page, if their answer has one.

The page of thanks is the same whether an answer counts or waits to be verified, so that it tells a machine nothing;
what is behind its link differs.
"""

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from feedback import invitations, onward
from feedback.models import Response
from feedback.views.customer_page import customer_page, is_sealed, show


@require_http_methods(["GET", "HEAD", "POST"])
@customer_page
def after_answer(request: HttpRequest, token: str) -> HttpResponse:
    """Go on to the customer's own page; sent by the button, they are done answering."""
    if request.method == "POST" and not is_sealed(request, token):
        return show(request, "feedback/respond/unavailable.html", {"why": "unknown"}, status=403)
    invitation = invitations.find(token)
    response: Response | None = getattr(invitation, "response", None)
    found = onward.after(response) if response is not None and response.retracted_at is None else None
    if found is None:
        return HttpResponseRedirect(f"{reverse('respond', args=[token])}{'?sent' if invitation else ''}")
    if request.method == "POST":
        found.finish(timezone.now())
    return HttpResponseRedirect(found.url)
