"""Where can this person go from here, and what waits for them there?"""

from dataclasses import dataclass
from typing import Any

from django import template
from django.db.models import QuerySet
from django.http import HttpRequest
from django.template import Context
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from loop import access, header
from loop.inbox import capped_counts, own_open_cases
from loop.models import Role, User

register = template.Library()

# What is pressed after `g`, by the picture of the entry.
GO_KEYS = {
    "layout-dashboard": "o",
    "inbox": "i",
    "building-2": "c",
    "chart-line": "r",
    "send": "s",
    "settings": "u",
    "bot": "v",
}


@dataclass(frozen=True)
class Item:
    """One entry of the main navigation; `count` is text, such as "12" or "999+", or empty; `counted` says of what."""

    label: str
    url: str
    icon: str
    current: bool
    count: str = ""
    counted: str = ""

    @property
    def key(self) -> str:
        """What is pressed after `g` to go there."""
        return GO_KEYS.get(self.icon, "")


@register.inclusion_tag("loop/_navigation.html", takes_context=True)
def navigation(context: Context) -> dict[str, Any]:
    """The entries this person's role has. What waits for them is counted in one query."""
    request = context["request"]
    user, path = request.user, request.path
    leads_all = user.role in (Role.LEADERSHIP, Role.ADMIN)
    inbox, home = reverse("cases"), reverse("home")
    items, counts = [], _counts(request)
    if leads_all:
        items.append(Item(_("Overview"), home, "layout-dashboard", path == home))
        items.append(Item(_("Cases"), inbox, "inbox", path.startswith(inbox)))
    else:
        count = counts["cases"]
        items.append(
            Item(
                _("Inbox"),
                inbox,
                "inbox",
                path == home or path.startswith(inbox),
                count if count != "0" else "",
                _("open cases"),
            )
        )
    for label, name, icon in ((_("Customers"), "accounts", "building-2"), (_("Reports"), "reports", "chart-line")):
        items.append(Item(label, reverse(name), icon, path.startswith(reverse(name))))
    if access.may_lead(user):
        items.append(Item(_("Team"), reverse("team"), "users", path.startswith(reverse("team"))))
    if user.role == Role.LEAD:
        waiting = counts["suspects"]
        if waiting != "0":
            url = reverse("suspects")
            items.append(Item(_("To verify"), url, "bot", path.startswith(url), waiting, _("answers")))
    if access.sees_programme(user):
        items.append(Item(_("Surveys"), reverse("programme"), "send", path.startswith(reverse("surveys"))))
    else:  # what asks customers of theirs
        items.append(Item(_("Surveys"), reverse("waves"), "send", path.startswith(reverse("waves"))))
    if access.may_manage(user):
        items.append(Item(_("Setup"), reverse("setup"), "settings", path.startswith(reverse("setup"))))
    return {"items": items}


@register.inclusion_tag("loop/_bell.html", takes_context=True)
def bell(context: Context, place: str, oob: bool = False) -> dict[str, Any]:
    """The way to the notices, with how many are unread; counted once a page.

    Args:
        place: its id on the page: `bell` beside the navigation, `bell-top` above the content of a narrow one.
        oob: it comes with another fragment and takes its own place on the page.
    """
    request = context["request"]
    told = _counts(request).get("notices")
    return {
        "count": told,
        "place": place,
        "oob": oob,
        "current": told is not None and request.path == reverse("notices"),
    }


def _counts(request: HttpRequest) -> dict[str, str]:
    """How much waits for this person, by what it is; counted once a page."""
    if not hasattr(request, "waits_for_reader"):
        request.waits_for_reader = _counted(request.user)  # type: ignore[attr-defined, arg-type]
    found: dict[str, str] = request.waits_for_reader  # type: ignore[attr-defined]
    return found


def _counted(user: User) -> dict[str, str]:
    lists: dict[str, QuerySet[Any]] = {}
    if user.role in (Role.AGENT, Role.LEAD):
        lists["cases"] = own_open_cases(user)
    if user.role == Role.LEAD:
        lists["suspects"] = access.visible_suspects(user).filter(settled_at=None)
    if (unread := header.unread_notices(user, timezone.now())) is not None:
        lists["notices"] = unread
    return capped_counts(lists)
