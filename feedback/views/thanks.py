"""What does a customer see once an answer was sent? Thanks, what we understood, and the way on.

Where we cannot tell whether a person or a machine sent it, the page says so and asks for one press more. That counts
only where this page saw somebody press, or there are new words: a machine that sends every form confirms nothing.
"""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils import timezone

from feedback import invitations, nps, onward, responses, suspects, wording
from feedback.models import Invitation, Response, SuspectAnswer
from feedback.models.suspicion import Suspicion
from feedback.views.customer_page import seal, show

#: The mark in the seal of the form that confirms an answer; see `respond` for the others.
CONFIRMING = "d"

#: Reasons that hold until the minute is over: a press within it changes nothing.
OF_THE_MINUTE = frozenset({Suspicion.SEVERAL_SCORES, Suspicion.HIDDEN_LINK})


def thank(
    request: HttpRequest,
    invitation: Invitation,
    standing: Response | SuspectAnswer | None,
    token: str,
    *,
    template: str = "feedback/respond/thanks.html",
) -> HttpResponse:
    """The page that thanks for an answer and shows it.

    Args:
        standing: what the invited person answered, also where it waits to be verified; None to somebody else.
        token: seals the form that confirms an answer which waits.
    """
    unsure = _unsure(invitation, standing)
    context = {
        "words": wording.words(invitation.survey, wording.active_language()),
        "standing": standing,
        "unsure": unsure,
        "in_a_minute": unsure is not None and unsure.suspicion in OF_THE_MINUTE,
        "confirm_seal": seal(token, CONFIRMING) if unsure is not None else "",
        "is_same": "same" in request.GET,
        "is_late": is_late(invitation, standing),
        "back": request.path,
    }
    if unsure is None:
        context |= _onward(invitation, standing)
    return show(request, template, context)


def is_late(invitation: Invitation, standing: Response | SuspectAnswer | None) -> bool:
    """Whether what is answered here now is late. An invitation that is not stored yet has no end but its survey's."""
    if isinstance(standing, Response):
        return standing.is_late
    has_ended = invitation.pk is not None and invitations.is_expired(invitation, timezone.now())
    return has_ended or responses.is_closed(invitation.survey, timezone.now())


def _unsure(invitation: Invitation, standing: Response | SuspectAnswer | None) -> SuspectAnswer | None:
    """The answer, or the change of it, that waits to be verified."""
    if isinstance(standing, SuspectAnswer):
        return standing
    return None if standing is None or invitation.pk is None else suspects.held_change(invitation, standing)


def _onward(invitation: Invitation, standing: Response | SuspectAnswer | None) -> dict[str, Any]:
    """The way on for who is to be called, and the seal of the button that says they are done; else what may be asked.

    Only an answer that counts leads on; there are as many reasons why somebody is not asked for more.
    """
    if not isinstance(standing, Response) or invitation.pk is None:
        return {}
    is_low = nps.category(standing.score, invitation.survey.scale) == nps.Category.DETRACTOR
    if not is_low and not standing.wants_callback and onward.after(standing) is None:
        return {"request_for": onward.request_for(standing)}
    token = invitations.link_token(invitation)
    return {"onward": reverse("after-answer", args=[token]), "onward_seal": seal(token)}
