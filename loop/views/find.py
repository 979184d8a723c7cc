"""Where is this customer, this case, this page? One search over all that somebody may see; the command menu asks it."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from feedback.models import Account
from loop import access, search, sight
from loop.models import User
from loop.views.session import reader, signed_in

SHOWN = 8


@require_safe
@signed_in
@sight.once
def find(request: HttpRequest) -> HttpResponse:
    """The first few cases and accounts that hold the words."""
    user = reader(request)
    q = request.GET.get("q", "").replace("\x00", "").strip()[:200]
    context = {
        "q": q,
        "now": timezone.now(),
        "cases": search.cases_found(access.visible_cases(user), q, SHOWN) if q else [],
        "accounts": _accounts(user, q) if q else [],
        "is_short": search.is_short(q),
    }
    return render(request, "loop/find/find.html", context)


def _accounts(user: User, q: str) -> list[Account]:
    found = access.visible_accounts(user).filter(search.containing(q, "name", "external_id"))
    return list(found.select_related("ownership__user").order_by("name", "pk")[:SHOWN])
