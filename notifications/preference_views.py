"""Which mails do I get? Everybody chooses for themselves."""

from django.contrib import messages as flash
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from loop.views.session import reader, signed_in
from notifications import preferences, staff_address_views
from notifications.forms import PreferenceForm


@require_http_methods(["GET", "HEAD", "POST"])
@signed_in
def my_messages(request: HttpRequest) -> HttpResponse:
    """The kinds of mail this person may go without, each to tick; and those nobody can."""
    user = reader(request)
    if request.method == "POST":
        form = PreferenceForm(request.POST)
        if form.is_valid():
            preferences.choose(user, set(form.cleaned_data["wanted"]), now=timezone.now())
            flash.success(request, _("Your choice is saved."))
            return redirect("my-messages")
        context = staff_address_views.page_context(form, staff_address_views.forms_of(request))
        return render(request, "notifications/preferences/mine.html", context, status=400)
    wanted = [kind for kind in preferences.OPTIONAL if kind not in preferences.unwanted(user)]
    form = PreferenceForm(initial={"wanted": wanted})
    context = staff_address_views.page_context(form, staff_address_views.forms_of(request))
    return render(request, "notifications/preferences/mine.html", context)
