"""Where does a link in the company's own mails lead? To the survey page of the contact its address was signed for.

The address is older than any invitation: one is made when an answer is sent, and by opening the page never.
"""

from functools import partial

from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods

from feedback import invitations, responses, survey_links
from feedback.models import Invitation
from feedback.views.customer_page import customer_page, speak_to
from feedback.views.respond import refuse, visit


@require_http_methods(["GET", "HEAD", "POST"])
@sensitive_post_parameters()
@customer_page
def embedded(request: HttpRequest, key: str, external_id: str, signature: str) -> HttpResponse:
    """The survey behind a link in a mail the company sent itself; forged, or of another contact: as if it were not."""
    found = survey_links.find_embedded(key, external_id, signature)
    if found is None:
        with speak_to(None):
            return refuse(request, "unknown", 404)
    (link, contact), now = found, timezone.now()
    with speak_to(contact, link.survey):
        if not link.is_open(now):
            return refuse(request, "off", 410)
        if responses.is_closed(link.survey, now) and not invitations.takes_late(link.survey, now):
            return refuse(request, "closed", 410)
        standing = invitations.standing(link, contact, now=now)
        invitation = standing or Invitation(survey=link.survey, contact=contact)
        return visit(request, invitation, signature, stand=partial(invitations.stand, link, contact, now=now))
