"""How do customers read about this person? Each of our people says so for themselves."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from loop import people
from loop.views.session import reader, signed_in


@require_http_methods(["GET", "HEAD", "POST"])
@signed_in
def own_name(request: HttpRequest) -> HttpResponse:
    """The name that stands on customers' pages and in their mails."""
    user = reader(request)
    if request.method == "POST":
        people.call_oneself(user, request.POST.get("name", ""))
        messages.success(request, _("Saved. Customers read this name from now on."))
        return redirect("own-name")
    return render(request, "loop/session/own_name.html", {"name": user.name_for_customers, "given": user.name})
