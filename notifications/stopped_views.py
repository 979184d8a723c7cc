"""To which addresses has mail stopped, since when and why? An administrator may let it go on, with a reason."""

from django import forms
from django.contrib import messages
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST, require_safe

from feedback import suppressions
from feedback.contacts import address_hash
from feedback.models import Suppression, SuppressionLift
from loop.views.session import reader
from loop.views.setup import for_managers

PAGE = 50
REASONS = {
    "bounced": gettext_lazy("mail came back"),
    "complained": gettext_lazy("reported as spam"),
    "unsubscribed": gettext_lazy("asked for no more mail"),
}


class StoppedFilter(forms.Form):
    """What is shown; a value that is not on the list is passed over."""

    q = forms.EmailField(required=False, max_length=254, label=gettext_lazy("Address"))
    reason = forms.ChoiceField(
        required=False, label=gettext_lazy("Why"), choices=[("", gettext_lazy("any")), *REASONS.items()]
    )


@require_safe
@for_managers
def stopped(request: HttpRequest) -> HttpResponse:
    """The addresses mail has stopped to, newest first."""
    return _page(request)


@require_POST
@for_managers
def lift(request: HttpRequest, suppression_id: int) -> HttpResponse:
    """Let mail go to an address again."""
    found = Suppression.objects.filter(pk=suppression_id).first()
    try:
        if found is None:
            raise suppressions.LiftRefused(_("Nothing was done: mail to this address had been allowed already."))
        suppressions.lift(found, why=request.POST.get("why", ""), by=reader(request).email, now=timezone.now())
    except suppressions.LiftRefused as refused:
        if found is None:
            messages.warning(request, refused.message)
            return redirect("stopped")
        return _page(request, refused=found.pk, told=refused.message, status=400)
    messages.success(request, _("Mail may be sent to this address again."))
    return redirect("stopped")


def _page(request: HttpRequest, *, refused: int = 0, told: str = "", status: int = 200) -> HttpResponse:
    form = StoppedFilter(request.GET)
    found: QuerySet[Suppression] = Suppression.objects.order_by("-created_at", "-pk")
    form.is_valid()
    if address := form.cleaned_data.get("q"):
        found = found.filter(address_hash=address_hash(address))
    if reason := form.cleaned_data.get("reason"):
        found = found.filter(reason=reason)
    before = request.GET.get("before", "")
    if before.isascii() and before.isdigit() and len(before) <= 18:
        found = found.filter(pk__lt=int(before))
    page = list(found[: PAGE + 1])
    older = request.GET.copy()
    older["before"] = str(page[PAGE - 1].pk) if len(page) > PAGE else ""
    context = {
        "form": form,
        "page": [(each, REASONS.get(each.suppression.reason, each.suppression.reason))
                 for each in suppressions.listed(page[:PAGE])],
        "older": older.urlencode() if older["before"] else "",
        "lifted": SuppressionLift.objects.order_by("-at")[:20],
        "refused": refused,
        "told": told,
    }  # fmt: skip
    return render(request, "notifications/outbox/stopped.html", context, status=status)
