"""Where does a customer answer? Opening the page never writes; only sending its form does.

Mail scanners open every link, some run scripts and send forms: the score in the address only chooses a button, and
`feedback.suspects` decides whether what was sent is a person's answer.
"""

from collections.abc import Callable
from datetime import datetime
from typing import Any

from django.db import transaction
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.utils import timezone
from django.utils.crypto import get_random_string
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods

from feedback import contacts, invitations, nps, responses, suspects, wording
from feedback.forms import AnswerForm
from feedback.models import Invitation, Response
from feedback.suspects import Evidence, Sending
from feedback.views.customer_page import ORDINARY, customer_page, read_seal, seal, show, speak_to
from feedback.views.thanks import CONFIRMING, is_late, thank

# Marks in the seal of the form, by the address the page was opened with.
BY_HIDDEN_LINK = "b"
FORWARDED = "c"  # followed by what names this page: sent twice, it is one answer

SOMEBODY_ELSE = ("who", "other")


@require_http_methods(["GET", "HEAD", "POST"])
@sensitive_post_parameters()
@customer_page
def respond(request: HttpRequest, token: str) -> HttpResponse:
    """The survey behind one invitation: the form, its sending, and thanks afterwards."""
    invitation = invitations.find(token)
    with speak_to(invitation.contact, invitation.survey) if invitation else speak_to(None):
        why, status = _closed(invitation, timezone.now())
        if invitation is None or why:
            return refuse(request, why, status)
        return visit(request, invitation, token)


def visit(
    request: HttpRequest, invitation: Invitation, token: str, *, stand: Callable[[], Invitation] | None = None
) -> HttpResponse:
    """What somebody sees and does at the address of an invitation that takes answers.

    Args:
        token: seals the forms.
        stand: stores the invitation, which is not stored yet; called when an answer is sent, and not before.
    """
    if request.method == "POST":
        return _take(request, invitation, token, stand)
    mark = _mark(request)
    standing = _standing(invitation, mark)
    if _stands_for_good(standing, invitation):
        return refuse(request, "closed", 410)
    if "sent" in request.GET:
        said = standing or (None if _is_forwarded(mark) or invitation.pk is None else suspects.latest(invitation))
        if said is not None or _is_forwarded(mark):
            return thank(request, invitation, said, token)
    return ask(request, invitation, token, _prefilled(request, invitation, standing), standing, mark=mark)


def _closed(invitation: Invitation | None, now: datetime) -> tuple[str, int]:
    """Why nobody can answer by this link, and the status that says so; an empty text when they can, be it late."""
    if invitation is None:
        return "unknown", 404
    if invitation.cancelled_at is not None:
        return "cancelled", 410
    if invitations.is_over(invitation, now):
        return "expired", 410
    return "", 200


def _stands_for_good(standing: Response | None, invitation: Invitation) -> bool:
    """Whether what was answered in time can be corrected no more. Late answers belong to no period that has closed."""
    return standing is not None and not standing.is_late and responses.is_closed(invitation.survey, timezone.now())


def refuse(request: HttpRequest, why: str, status: int) -> HttpResponse:
    """The page that says why nobody can answer by this link."""
    return show(request, "feedback/respond/unavailable.html", {"why": why}, status=status)


def _mark(request: HttpRequest) -> str:
    if suspects.is_unseen(request.GET):
        return BY_HIDDEN_LINK
    if request.GET.get(SOMEBODY_ELSE[0]) == SOMEBODY_ELSE[1]:
        return FORWARDED + get_random_string(8)
    return ORDINARY


def _is_forwarded(mark: str) -> bool:
    return mark.startswith(FORWARDED)


def _standing(invitation: Invitation, mark: str) -> Response | None:
    """What the invited person answered before, which is nobody else's business."""
    response: Response | None = getattr(invitation, "response", None)
    return None if _is_forwarded(mark) or response is None or response.retracted_at is not None else response


def _prefilled(request: HttpRequest, invitation: Invitation, standing: Response | None) -> AnswerForm:
    """The form with the score of the link that was followed, and what was answered before."""
    initial: dict[str, object] = {"score": request.GET.get("score", "")}
    if standing is not None:
        initial |= {
            "score": initial["score"] or str(standing.score),
            "comment": standing.comment,
            "wants_callback": standing.wants_callback,
            "phone": standing.phone,  # only what they wrote here themselves: the link may have been forwarded
        }
    return AnswerForm(initial=initial, survey=invitation.survey)


def _take(
    request: HttpRequest, invitation: Invitation, token: str, stand: Callable[[], Invitation] | None
) -> HttpResponse:
    found = read_seal(request, token)
    mark = found.mark if found else ORDINARY
    standing = _standing(invitation, mark)
    if _stands_for_good(standing, invitation):
        return refuse(request, "closed", 410)
    phone_known = bool(invitation.contact.phone) and not _is_forwarded(mark)
    form = AnswerForm(request.POST, survey=invitation.survey, phone_known=phone_known)
    if found is None or not found.is_fresh:
        return ask(request, invitation, token, form, standing, mark=mark, stale=True, status=403)
    if not form.is_valid():
        return ask(request, invitation, token, form, standing, mark=mark, status=400)
    sent = sending(form.cleaned_data, mark)
    recorded = None
    try:
        # A machine presses the button that confirms as well.
        if mark != CONFIRMING or suspects.is_persons(sent, standing):
            with transaction.atomic():
                invitation = stand() if stand is not None else invitation
                recorded = suspects.take(invitation, sent, now=timezone.now())
    except responses.ResponseRefused as refusal:
        form.add_error(refusal.field if refusal.field in form.fields else None, refusal.message)
        return ask(request, invitation, token, form, standing, mark=mark, status=400)
    except suspects.LinkUsedUp:
        return refuse(request, "used", 410)
    again = f"&{'='.join(SOMEBODY_ELSE)}" if _is_forwarded(mark) else ""
    same = "&same" if standing is not None and recorded is not None and not recorded.revised else ""
    return HttpResponseRedirect(f"{request.path}?sent{again}{same}", status=303)


def sending(answer: dict[str, Any], mark: str) -> Sending:
    """What a valid form said, from the page with this mark."""
    return Sending(
        score=answer["score"],
        comment=answer["comment"],
        wants_callback=answer["wants_callback"],
        phone=answer["phone"] if answer["wants_callback"] else "",
        language=wording.active_language(),
        is_hidden=mark == BY_HIDDEN_LINK or bool(answer["subject"]),
        evidence=Evidence.read(answer["page"]),
        forwarded_as=mark.removeprefix(FORWARDED) if _is_forwarded(mark) else "",
    )


def ask(
    request: HttpRequest,
    invitation: Invitation,
    token: str,
    form: AnswerForm,
    standing: Response | None,
    *,
    mark: str = ORDINARY,
    stale: bool = False,
    status: int = 200,
    words: wording.Words | None = None,
    template: str = "feedback/respond/form.html",
) -> HttpResponse:
    """The page with the question. `words` and `template` are others where the page is only tried out."""
    promoters = {
        text for text in form.scale if nps.category(int(text), invitation.survey.scale) == nps.Category.PROMOTER
    }
    context = {
        "form": form,
        "words": words or wording.words(invitation.survey, wording.active_language()),
        "scores": [(text, text in promoters) for text in form.scale],
        "chosen": str(form["score"].value() or ""),
        "standing": standing,
        "stale": stale,
        "is_late": is_late(invitation, standing),
        "seal": seal(token, mark),
        "contact": None if _is_forwarded(mark) else invitation.contact,
        "is_forwarded": _is_forwarded(mark),
        "somebody_else": "=".join(SOMEBODY_ELSE),
        "unsubscribe_token": contacts.unsubscribe_token(invitation.contact),
    }
    return show(request, template, context, status=status)
