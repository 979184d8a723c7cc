"""What becomes of the cases somebody ticked? One page that asks what is missing, and one that tells each case's result.

The result is kept with the session and has an address of its own, so that looking at it again does nothing again. Who
comes to the address of a step without having ticked anything is taken to the inbox.
"""

from collections.abc import Callable
from functools import wraps
from typing import Any
from urllib.parse import urlencode
from uuid import uuid4

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from loop import access, inbox, several, timeline
from loop.inbox_forms import HandOverForm
from loop.models import Case, User
from loop.several import Result, Tick
from loop.views import story
from loop.views.inbox import asked_by
from loop.views.session import View, reader, signed_in

KEPT_AS, KEPT = "several", 5  # in the session: so many results, the latest


def step(view: Callable[[HttpRequest], HttpResponse]) -> View:
    """A step on what is ticked: taken by POST; by itself its address leads to the inbox."""

    @require_http_methods(["GET", "HEAD", "POST"])
    @signed_in
    @wraps(view)
    def answer(request: HttpRequest) -> HttpResponse:
        return view(request) if request.method == "POST" else redirect("cases")

    return answer


@step
def take(request: HttpRequest) -> HttpResponse:
    """Claim the ticked cases."""
    user, ticks, _more = _asked(request)
    if not ticks:
        return _nothing(request)
    return _told(request, several.take(ticks, actor=user, now=timezone.now()), "take")


@step
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
    receiver = form.receiver()
    results = several.hand_over(ticks, **receiver, reason=form.cleaned_data["reason"], actor=user, now=timezone.now())
    owner, team = receiver["owner"], receiver["team"]
    to = owner.display_name if owner else _("the queue of %(team)s") % {"team": team.name}
    return _told(request, results, "hand_over", to)


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


def _told(request: HttpRequest, results: list[Result], step: str, to: str = "") -> HttpResponse:
    """Keep what was done, and go where it is told."""
    key = uuid4().hex[:12]
    rows = [
        {
            "pk": each.pk,
            "done": each.done,
            "why": each.why,
            "seen": each.seen_version if each.is_stale else 0,
            **_called(each.case),
        }
        for each in results
    ]
    kept = dict(list(request.session.get(KEPT_AS, {}).items())[1 - KEPT :])
    request.session[KEPT_AS] = {**kept, key: {"step": step, "to": to, "back": _back(request), "rows": rows}}
    return redirect(f"{reverse('cases-done')}?{urlencode({'of': key})}")


def _called(case: Case | None) -> dict[str, str]:
    """How a case is called on the page; kept, since whoever gave it away may not see it any more."""
    if case is None:
        return {"name": "", "account": ""}
    name = case.contact.display_name if case.contact else case.response.respondent_name
    return {"name": name or _("Anonymous answer"), "account": case.account.name if case.account else ""}


@require_safe
@signed_in
def done(request: HttpRequest) -> HttpResponse:
    """What was done to the ticked cases, as often as it is looked at; the inbox, where it is not known any more."""
    user, kept = reader(request), request.session.get(KEPT_AS, {}).get(request.GET.get("of", ""))
    if kept is None:
        return redirect("cases")
    seen = several.by_number(user, [row["pk"] for row in kept["rows"]])
    rows = [{**row, "case": seen.get(row["pk"])} for row in kept["rows"]]
    context = {
        **kept,
        "results": rows,
        "done": [row for row in rows if row["done"]],
        "refused": [{**row, "meanwhile": _meanwhile(row, user)} for row in rows if not row["done"]],
        "now": timezone.now(),
    }
    return render(request, "loop/inbox/result.html", context)


def _meanwhile(row: dict[str, Any], user: User) -> list[story.Line]:
    """What others did to a case since it was ticked."""
    case = row["case"]
    if case is None or not row["seen"]:
        return []
    changes = max(1, case.version - row["seen"])
    return [story.line(event, user) for event in timeline.story(case)[: min(changes, 3)]]
