"""How is my team doing, and what do we talk about this week? The lead's board, giving cases away on it, the huddle."""

from urllib.parse import urlencode

from django.conf import settings
from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from loop import access, board, huddle, workflow
from loop.board import Scope
from loop.models import Team, User
from loop.views.session import reader, signed_in


@require_safe
@signed_in
def team(request: HttpRequest) -> HttpResponse:
    """The board of the reader's teams, or of the one they chose."""
    scope, teams = _scope(request)
    context = {
        "now": scope.now,
        "teams": teams,
        "chosen": request.GET.get("team", ""),
        "sections": board.sections(scope),
        "receivers": board.receivers(scope),
        "may_give": not scope.is_everything or access.may_manage(reader(request)),
    }
    return render(request, "loop/team/board.html", context)


@require_POST
@signed_in
def give(request: HttpRequest, case_id: int) -> HttpResponse:
    """Give a case on the board to somebody: by the form beside it, or by dragging it onto them."""
    user = reader(request)
    case = get_object_or_404(access.visible_cases(user), pk=case_id)
    back = _back(request)
    try:
        access.require(user, "assign", case)
        receiver = User.objects.filter(pk=_number(request, "to") or 0).first()
        if receiver is None:
            messages.error(request, _("Choose who gets the case."))
            return back
        workflow.assign(
            case_id=case.pk,
            owner=receiver,
            reason=_given_by(user),
            note=request.POST.get("note", ""),
            actor=user,
            version=_number(request, "version"),
            now=timezone.now(),
        )
    except access.NotAllowed as error:
        raise PermissionDenied from error
    except workflow.StepRefused as refused:
        messages.error(request, refused.message)
        return back
    except workflow.StepNotAllowed as conflict:
        messages.error(request, _("%(why)s Look at it again.") % {"why": conflict.message})
        return back
    messages.success(request, _("Handed over to %(name)s.") % {"name": receiver.display_name})
    return back


@require_safe
@signed_in
def huddle_view(request: HttpRequest) -> HttpResponse:
    """The weekly meeting, one part after the other; all of them on one page to print."""
    scope, teams = _scope(request)
    parts = huddle.parts(scope)
    whole = request.GET.get("part") == "all"
    place = min(max((_number_of(request.GET.get("part", "")) or 1) - 1, 0), max(len(parts) - 1, 0))
    context = {
        "now": scope.now,
        "teams": teams,
        "chosen": request.GET.get("team", ""),
        "parts": parts,
        "shown": parts if whole else parts[place : place + 1],
        "whole": whole,
        "place": place + 1,
        "before": place if place > 0 else 0,
        "after": place + 2 if place + 1 < len(parts) else 0,
    }
    return render(request, "loop/team/huddle.html", context)


def _scope(request: HttpRequest) -> tuple[Scope, list[Team]]:
    """Whose board it is, and the teams the reader may choose from. 403 for who leads nobody, 404 for others' teams."""
    user = reader(request)
    if not access.may_lead(user):
        raise PermissionDenied
    teams = list(access.boards_of(user).order_by("name"))
    if chosen := request.GET.get("team", ""):
        shown = [get_object_or_404(access.boards_of(user), pk=_number_of(chosen) or 0)]
    else:
        shown = teams
    return Scope(user, shown, timezone.now()), teams


def _back(request: HttpRequest) -> HttpResponseRedirect:
    team_id = _number(request, "team")
    query = f"?{urlencode({'team': team_id})}" if team_id else ""
    return redirect(reverse("team") + query)


def _number(request: HttpRequest, name: str) -> int | None:
    return _number_of(request.POST.get(name, ""))


def _number_of(text: str) -> int | None:
    return int(text) if text.isascii() and text.isdigit() and len(text) < 10 else None


@translation.override(settings.LANGUAGE_CODE)  # what is stored is in the language of the project
def _given_by(user: User) -> str:
    return _("Given by %(name)s") % {"name": user.display_name}
