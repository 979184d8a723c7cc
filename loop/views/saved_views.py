"""How does somebody keep a list under a name, and let go of it? Their own only; others' are not there."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from loop import saved_views
from loop.models import SavedView
from loop.views.inbox import asked_by
from loop.views.session import reader, signed_in


@require_POST
@signed_in
def save(request: HttpRequest) -> HttpResponse:
    """Keep the list the address shows."""
    asked = asked_by(request)
    try:
        view = saved_views.save(
            user=reader(request),
            name=request.POST.get("name", ""),
            query=asked.query,
            is_start="start" in request.POST,
            now=timezone.now(),
        )
    except saved_views.ViewRefused as refused:
        messages.error(request, str(refused))
        return redirect(asked.address())
    messages.success(request, _("Saved as “%(name)s”.") % {"name": view.name})
    return _show(view)


@require_POST
@signed_in
def change(request: HttpRequest, view_id: int) -> HttpResponse:
    """Rename a view, start with it, and let it show what the address shows."""
    view = get_object_or_404(SavedView, pk=view_id, user=reader(request))
    asked = asked_by(request)
    try:
        saved_views.change(view, name=request.POST.get("name", ""), query=asked.query, is_start="start" in request.POST)
    except saved_views.ViewRefused as refused:
        messages.error(request, str(refused))
        return redirect(asked.address())
    messages.success(request, _("Saved as “%(name)s”.") % {"name": view.name})
    return _show(view)


@require_POST
@signed_in
def delete(request: HttpRequest, view_id: int) -> HttpResponse:
    """Take a view away; the cases in it are where they were."""
    view = get_object_or_404(SavedView, pk=view_id, user=reader(request))
    view.delete()
    messages.success(request, _("The view “%(name)s” is gone; its cases are where they were.") % {"name": view.name})
    return redirect(f"{reverse('cases')}?{view.query}")


def _show(view: SavedView) -> HttpResponse:
    return redirect(f"{reverse('cases')}?{view.query}&view={view.pk}")
