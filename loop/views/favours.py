"""To what have customers said yes? The list, as far as its reader may know of them; the latest first."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from loop import favours
from loop.models import Ask
from loop.views.session import reader, signed_in

PAGE_SIZE = 50
LAST_PAGE = 1000


@require_safe
@signed_in
def favour_list(request: HttpRequest) -> HttpResponse:
    """References and referrals that stand, and those taken back, of the customers the reader may see."""
    kind = request.GET.get("kind", "")
    kind = kind if kind in (Ask.REFERENCE, Ask.REFERRAL) else ""
    number = request.GET.get("page", "")
    page = min(max(int(number), 1), LAST_PAGE) if number.isascii() and number.isdigit() and len(number) < 6 else 1
    found = favours.visible(reader(request)).select_related("contact__account__ownership__user")
    if kind:
        found = found.filter(kind=kind)
    start = (page - 1) * PAGE_SIZE
    rows = list(found.order_by("-said_at", "-pk")[start : start + PAGE_SIZE + 1])
    context = {
        "rows": [(favour, favours.words(favour)) for favour in rows[:PAGE_SIZE]],
        "kind": kind,
        "page": page,
        "has_next": len(rows) > PAGE_SIZE and page < LAST_PAGE,
    }
    return render(request, "loop/accounts/favours.html", context)
