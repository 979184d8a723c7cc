"""How do I want Loop to speak to me? What everybody may set about themselves."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone, translation
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from loop import people
from loop.setup_forms import OwnSettingsForm
from loop.views.session import reader, signed_in


@require_http_methods(["GET", "HEAD", "POST"])
@signed_in
def my_settings(request: HttpRequest) -> HttpResponse:
    """Name, language and time zone; the way to one's absences."""
    user = reader(request)
    if request.method != "POST":
        return render(request, "loop/people/my_settings.html", {"form": OwnSettingsForm(user=user)})
    form = OwnSettingsForm(request.POST)
    if not form.is_valid():
        return render(request, "loop/people/my_settings.html", {"form": form}, status=400)
    people.change_own(user, **form.cleaned_data, now=timezone.now())
    with translation.override(user.language or translation.get_language()):
        messages.success(request, _("Saved."))
    return redirect("my-settings")
