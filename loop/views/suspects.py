"""Was it the customer who answered? What a machine may have sent, for leads and administrators to decide about."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import wraps
from itertools import groupby
from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST, require_safe

from feedback import nps, suspects
from feedback.models import Invitation, Response, Survey, SurveyLink, SuspectAnswer
from feedback.models.suspicion import Suspicion
from feedback.responses import ResponseRefused
from loop import access
from loop.models import User
from loop.views.session import View, reader, signed_in

READ_AT_ONCE = 500  # suspect answers; a scanner leaves a dozen of each link


@dataclass(frozen=True)
class Sent:
    """One suspect answer and the category its score would have."""

    suspect: SuspectAnswer
    category: str


@dataclass(frozen=True)
class Link:
    """What was sent by one link, and what its person has answered besides. `open` where anybody may answer by it."""

    invitation: Invitation | None
    open: SurveyLink | None
    survey: Survey
    is_forwarded: bool
    why: str
    sent: list[Sent]
    standing: Response | None


def for_verifiers(view: View) -> View:
    """Let only those decide who answer for cases; others learn that the page exists and is not theirs."""

    @signed_in
    @wraps(view)
    def wrapper(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if not access.may_verify(reader(request)):
            raise PermissionDenied
        return view(request, *args, **kwargs)

    return wrapper


@require_safe
@for_verifiers
def waiting(request: HttpRequest) -> HttpResponse:
    """The suspect answers by link, newest first, each with why it waits."""
    return render(request, "loop/suspects/list.html", {"links": _links(reader(request)), "now": timezone.now()})


@require_POST
@for_verifiers
def accept(request: HttpRequest, suspect_id: int) -> HttpResponse:
    """Count one of them as the customer's answer."""

    def count(user: User) -> str:
        recorded = suspects.accept(suspect_id, by=user.email, now=timezone.now())
        return _("Counted: the answer is %(score)d.") % {"score": recorded.response.score}

    return _decide(request, suspect_id, count)


@require_POST
@for_verifiers
def dismiss(request: HttpRequest, suspect_id: int) -> HttpResponse:
    """Put away all that was sent by this link."""

    def put_away(user: User) -> str:
        n = suspects.dismiss(suspect_id, by=user.email, now=timezone.now())
        return ngettext("Put away: %(n)d answer of a machine.", "Put away: %(n)d answers of a machine.", n) % {"n": n}

    return _decide(request, suspect_id, put_away)


def _decide(request: HttpRequest, suspect_id: int, decision: Callable[[User], str]) -> HttpResponse:
    user = reader(request)
    get_object_or_404(access.visible_suspects(user), pk=suspect_id)
    try:
        messages.success(request, decision(user))
    except suspects.AlreadySettled:
        messages.info(request, _("Somebody has decided about this answer meanwhile, or another came in."))
    except (ResponseRefused, suspects.LinkUsedUp):
        messages.error(request, _("This answer cannot be counted: its survey has closed, or its link is used up."))
    return redirect("suspects")


def _links(user: User) -> list[Link]:
    found = (
        access.visible_suspects(user)
        .filter(settled_at=None)
        .select_related("invitation__survey", "invitation__contact__account", "link__survey")
        .order_by("-invitation", "link", "is_forwarded", "-at", "-pk")[:READ_AT_ONCE]
    )
    by_link = [
        list(group)
        for _link, group in groupby(found, lambda each: (each.invitation_id, each.link_id, each.is_forwarded))
    ]
    invited = [group[0].invitation_id for group in by_link if group[0].invitation_id is not None]
    answered = Response.objects.counted().filter(invitation__in=invited)
    standing = {response.invitation_id: response for response in answered}
    links = [_link_of(group, standing) for group in by_link]
    return sorted(links, key=lambda link: link.sent[0].suspect.at, reverse=True)


def _link_of(group: list[SuspectAnswer], standing: dict[int | None, Response]) -> Link:
    first = group[0]
    came_by = first.invitation or first.link
    if came_by is None:  # the database sees to it
        raise ValueError(f"{first} came by no link")
    survey = came_by.survey
    return Link(
        invitation=first.invitation,
        open=first.link,
        survey=survey,
        is_forwarded=first.is_forwarded,
        why=", ".join(str(Suspicion(each).label) for each in dict.fromkeys(suspect.suspicion for suspect in group)),
        sent=[Sent(suspect, nps.category(suspect.score, survey.scale)) for suspect in group],
        standing=None if first.is_forwarded else standing.get(first.invitation_id),
    )
