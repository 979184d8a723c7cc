"""What becomes of the cases somebody ticked? One page that asks what is missing, and tells each case's result."""

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.http import require_POST

from loop import access, inbox, several, timeline
from loop.inbox_forms import HandOverForm
from loop.models import User
from loop.several import Result, Tick
from loop.views import story
from loop.views.inbox import asked_by
from loop.views.session import reader, signed_in


@require_POST
@signed_in
def take(request: HttpRequest) -> HttpResponse:
    """Claim the ticked cases."""
    user, ticks, _more = _asked(request)
    if not ticks:
        return _nothing(request)
    return _told(request, several.take(ticks, actor=user, now=timezone.now()), "take")


@require_POST
@signed_in
def hand_over(request: HttpRequest) -> HttpResponse:
    """Ask to whom and why; with both said, hand the ticked cases over."""
    user, ticks, more = _asked(request)
    if not ticks:
        return _nothing(request)
    asks_first = "to" not in request.POST
    form = HandOverForm(None if asks_first else request.POST.dict())
    if not form.is_valid():
        found = several.cases_of(user, ticks)
        context = {"form": form, "ticks": ticks, "cases": found, "back": _back(request), "now": timezone.now()}
        context |= {"more": more, "most": several.MOST}
        return render(request, "loop/inbox/hand_over.html", context, status=200 if asks_first else 400)
    results = several.hand_over(
        ticks, **form.receiver(), reason=form.cleaned_data["reason"], actor=user, now=timezone.now()
    )
    return _told(request, results, "hand_over")


def _asked(request: HttpRequest) -> tuple[User, list[Tick], bool]:
    """Who asks, for which cases: those ticked, or the whole list they were ticked in, which may hold more."""
    user = reader(request)
    if not access.may_own(user):  # leadership only reads
        raise PermissionDenied
    if "whole" not in request.POST:
        return user, several.read(request.POST.getlist("case")), False
    asked = asked_by(request, address=QueryDict(_back(request).partition("?")[2]))
    return user, *several.whole(inbox.cases_in_view(user, asked.wanted, timezone.now()))


def _back(request: HttpRequest) -> str:
    """The list the ticks were made in; nowhere else than on our own pages."""
    back = request.POST.get("back", "")
    here = reverse("cases")
    is_ours = url_has_allowed_host_and_scheme(back, allowed_hosts=None) and back.startswith(f"{here}?")
    return back if is_ours else here


def _nothing(request: HttpRequest) -> HttpResponse:
    return render(request, "loop/inbox/result.html", {"results": [], "back": _back(request)}, status=400)


def _told(request: HttpRequest, results: list[Result], step: str) -> HttpResponse:
    user, now = reader(request), timezone.now()
    refused = [{"result": each, "meanwhile": _meanwhile(each, user)} for each in results if not each.done]
    context = {
        "step": step,
        "results": results,
        "done": [each for each in results if each.done],
        "refused": refused,
        "back": _back(request),
        "now": now,
    }
    return render(request, "loop/inbox/result.html", context)


def _meanwhile(result: Result, user: User) -> list[story.Line]:
    """What others did to a case since it was ticked."""
    if result.case is None or not result.is_stale:
        return []
    changes = max(1, result.case.version - result.seen_version)
    return [story.line(event, user) for event in timeline.story(result.case)[: min(changes, 3)]]
