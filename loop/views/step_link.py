"""What does somebody see who presses a link in a mail? A page with one button. Opening it changes nothing."""

from datetime import datetime
from typing import Any

from django.conf import settings
from django.contrib.auth.views import redirect_to_login
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone, translation
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods

from feedback.views.customer_page import SEAL_FIELD, customer_page, is_sealed, seal
from loop import access, known_devices, step_links, steps, timeline, workflow
from loop.models import Case, CaseEvent, Channel, User
from loop.models.event import EventKind
from loop.step_links import StepLink
from loop.views import story
from loop.views.session import speaking_to

#: The heading, the button and what is said afterwards.
WORDS: dict[str, tuple[Promise, Promise, Promise]] = {
    "attempt": (gettext_lazy("Did you reach them?"), gettext_lazy("I reached them"), gettext_lazy("Contact logged.")),
    "take": (gettext_lazy("Take this case?"), gettext_lazy("Take it"), gettext_lazy("The case is yours.")),
    "reopen": (gettext_lazy("Open this case again?"), gettext_lazy("Open it again"), gettext_lazy("Reopened.")),
}


#: Why a case is opened again where whoever does it gives no reason.
AGAIN: dict[str, Promise] = {
    EventKind.MAIL_RECEIVED: gettext_lazy("The customer answered by mail."),
    EventKind.CUSTOMER_WROTE: gettext_lazy("The customer wrote on their page."),
    EventKind.CUSTOMER_NOT_SOLVED: gettext_lazy("The customer says that it is not solved"),
    EventKind.OUTCOME: gettext_lazy("The customer answered the question after the follow-up."),
}


@require_http_methods(["GET", "HEAD", "POST"])
@customer_page  # kept by nobody, told to nobody; its form has a seal, since pages without Referer pass no CSRF check
def step_link(request: HttpRequest, token: str) -> HttpResponse:
    """One step on one case, for the person the link was made for."""
    link = step_links.read(token)
    if link is None:
        return render(request, "loop/step_link/unavailable.html", {"why": "link"}, status=404)
    if not _is_theirs(request, link.user):
        if isinstance(request.user, User):
            return render(request, "loop/step_link/unavailable.html", {"why": "person"}, status=403)
        return redirect_to_login(request.get_full_path())
    with speaking_to(link.user):
        response = _page(request, link, token, now=timezone.now())
    if request.user == link.user:
        known_devices.remember(response, link.user)
    return response


def _is_theirs(request: HttpRequest, user: User) -> bool:
    """Whether the person the link is for is here: signed in, or on a device of theirs where nobody else is."""
    return request.user == user or (not request.user.is_authenticated and known_devices.knows(request, user))


def _page(request: HttpRequest, link: StepLink, token: str, *, now: datetime) -> HttpResponse:
    case = access.visible_cases(link.user).for_display().filter(pk=link.case_id).first()
    if case is None:
        return render(request, "loop/step_link/unavailable.html", {"why": "case"}, status=404)
    if request.method != "POST":
        return _show(request, link, token, case)
    if not is_sealed(request, token):
        return _show(request, link, token, case, status=403)
    if step_links.taken(link) is not None:  # pressed twice
        return redirect("step-link", token=token)
    try:
        _take(link, version=_version(request), note=request.POST.get("note", ""), now=now)
    except (access.NotAllowed, workflow.StepNotAllowed, workflow.StepRefused) as refused:
        now_is = Case.objects.for_display().get(pk=case.pk)
        return _show(request, link, token, now_is, refusal=getattr(refused, "message", ""), status=409)
    return redirect("step-link", token=token)


def _take(link: StepLink, *, version: int | None, note: str, now: datetime) -> None:
    who: dict[str, Any] = {
        "case_id": link.case_id, "actor": link.user, "version": version, "now": now, "via": step_links.VIA,
    }  # fmt: skip
    if link.step == "attempt":
        workflow.attempt(channel=Channel.PHONE, reached=True, note=note, **who)
    elif link.step == "take":
        workflow.take(**who)
    else:
        workflow.reopen(reason=note.strip() or _why_again(link.case_id), **who)


@translation.override(settings.LANGUAGE_CODE)  # what is stored is in the language of the project
def _why_again(case_id: int) -> str:
    """What the mail told of whose link opens a closed case again: the latest that came from the customer."""
    event = CaseEvent.objects.filter(case=case_id, kind__in=AGAIN).order_by("-at", "-pk").first()
    return str(AGAIN[event.kind]) if event is not None else _("Opened again by a link in a mail.")


def _version(request: HttpRequest) -> int:
    """The version the page showed; a missing one matches none."""
    value = request.POST.get("version", "")
    return int(value) if value.isascii() and value.isdigit() and len(value) < 10 else 0


def _show(
    request: HttpRequest, link: StepLink, token: str, case: Case, *, refusal: str = "", status: int = 200
) -> HttpResponse:
    heading, button, done = WORDS[link.step]
    taken = step_links.taken(link)
    context = {
        "case": case,
        "person": link.user,
        "step": link.step,
        "heading": heading,
        "button": button,
        "done": done if taken else "",
        "may": not taken and link.step in steps.available(link.user, case),
        "refusal": refusal,
        "latest": [story.line(event, link.user) for event in timeline.story(case)[:2]],
        "seal_field": SEAL_FIELD,
        "seal": seal(token),
        "phone": case.response.phone or (case.contact.phone if case.contact else ""),
    }
    return render(request, "loop/step_link/page.html", context, status=status)
